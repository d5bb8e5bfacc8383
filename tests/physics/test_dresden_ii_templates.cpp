#include "dresden_ii_reference.hpp"
#include "support/catch2.hpp"

#include <string>

using namespace nudipole;
using namespace nudipole::test::dresden_ii;
using prediction::Scattering;

namespace {

constexpr std::size_t electron_flavour = 0;

/// Largest |ours - reference| in units of tolerance x |reference| + floor x (largest bin).
double worst_deviation(const Eigen::ArrayXd& ours, const Eigen::ArrayXd& reference,
                       double tolerance, double floor) {
  REQUIRE(ours.size() == 130);
  REQUIRE(reference.size() == 130);
  REQUIRE(ours.allFinite());
  const double level = floor * reference.abs().maxCoeff();
  return ((ours - reference).abs() / (tolerance * reference.abs() + level)).maxCoeff();
}

// Both programs integrate to rounding, printed with 11 digits; the reference's bins in the far tail
// are differences of error functions (1e-16 of the largest response).
constexpr double tolerance = 2e-9;
constexpr double floor_of_largest = 1e-13;

}  // namespace

TEST_CASE("Dresden-II: Standard Model events in all bins") {
  // Dresden-II numbers of the independent program; see dresden_ii_events.csv.
  for (const std::string quenching : {"fef", "ybe", "lindhard"}) {
    INFO(quenching);
    const auto& signal = library({{"quenching", quenching}}).signal();
    CHECK(worst_deviation(signal.standard_model(Scattering::nucleus),
                          reference_events(quenching + "_cevns"), tolerance,
                          floor_of_largest) < 1.0);
    CHECK(worst_deviation(signal.standard_model(Scattering::electron), reference_events("eves"),
                          tolerance, floor_of_largest) < 1.0);
  }
}

TEST_CASE("Dresden-II: dipole events on nuclei and electrons in all bins") {
  for (const std::string quenching : {"fef", "ybe", "lindhard"}) {
    const auto& signal = library({{"quenching", quenching}}).signal();
    for (const std::string mass : {"0.001", "0.1", "0.5", "1", "4", "7"}) {
      INFO(quenching << ", m_N " << mass << " MeV");
      const prediction::DipoleEvents events = signal.dipole(std::stod(mass));
      CHECK(worst_deviation(reference_x_mu_B2 * events.nucleus[electron_flavour],
                            reference_events(quenching + "_" + mass), tolerance,
                            floor_of_largest) < 1.0);
      const Eigen::ArrayXd electron = reference_x_mu_B2 * events.electron[electron_flavour];
      if (std::stod(mass) < 1.0) {
        CHECK(worst_deviation(electron, reference_events("electron_" + mass), tolerance,
                              floor_of_largest) < 1.0);
      } else {
        // T_- = m^2/(4 m_e)... > 2.5 keV at 8 MeV: no electron recoil reaches the window.
        CHECK((electron == 0.0).all());
      }
    }
  }
}

TEST_CASE("Dresden-II: electrons are atoms times Z_eff") {
  // EvES 0.03157 events per day (the published fit's eq. 12 with eq. 5 would give Z = 32 times
  // that).
  CHECK(library({}).signal().standard_model(Scattering::electron).sum() ==
        Approx(0.03157).epsilon(2e-4));  // four printed digits
}

TEST_CASE("Dresden-II: only electron antineutrinos") {
  const prediction::DipoleEvents events = library({}).signal().dipole(0.1);
  CHECK((events.total(PortalFlavour::mu) == 0.0).all());
  CHECK((events.total(PortalFlavour::e) == events.total(PortalFlavour::universal)).all());
  CHECK((events.total(PortalFlavour::e) > 0.0).all());
}

TEST_CASE(
    "Dresden-II: channels of the dipole can be switched off, those of the Standard Model stay") {
  const double mass_MeV = 0.1;
  const auto both = library({}).signal().dipole(mass_MeV);
  const auto nuclear = library({{"channels", "nuclear"}}).signal().dipole(mass_MeV);
  const auto electron = library({{"channels", "electron"}}).signal().dipole(mass_MeV);
  CHECK((nuclear.total(PortalFlavour::e) == both.nucleus[electron_flavour]).all());
  CHECK((electron.total(PortalFlavour::e) == both.electron[electron_flavour]).all());
  for (const char* channels : {"nuclear", "electron"}) {
    const auto& signal = library({{"channels", channels}}).signal();
    for (const Scattering scattering : {Scattering::nucleus, Scattering::electron}) {
      CHECK((signal.standard_model(scattering) == library({}).signal().standard_model(scattering))
                .all());
    }
  }
}

TEST_CASE("Dresden-II: quadrature is converged") {
  const auto& fine = nudipole::test::load("dresden_ii", {}, {.max_width_ln = 0.02, .order = 20});
  for (const double mass_MeV : {0.001, 0.3, 2.0, 7.4}) {
    INFO("m_N " << mass_MeV << " MeV");
    const Eigen::ArrayXd coarse_events =
        library({}).signal().dipole(mass_MeV).total(PortalFlavour::e);
    const Eigen::ArrayXd fine_events = fine.signal().dipole(mass_MeV).total(PortalFlavour::e);
    CHECK(worst_deviation(coarse_events, fine_events, 1e-9, 1e-13) < 1.0);
  }
}
