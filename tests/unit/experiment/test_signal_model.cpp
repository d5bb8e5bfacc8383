// The toy detector's events against plain double integrals: midpoint sums over recoil and neutrino
// energy with the formulas written out anew (KDK eqs. 1, 2, 17; LLX eqs. 4, 5), no moments, no
// panels. Shared with the library: constants, the Helm form factor and the weak charges, which have
// tests of their own. Midpoint errors with these steps stay below 1e-4.
#include "nudipole/prediction/signal_model.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/form_factor.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

using namespace nudipole;
using namespace nudipole::constants;
using prediction::Scattering;

namespace {

constexpr double tolerance = 2.0e-4;
constexpr double line_MeV =
    (pion_mass_MeV * pion_mass_MeV - muon_mass_MeV * muon_mass_MeV) / (2.0 * pion_mass_MeV);
constexpr double end_MeV = 0.5 * muon_mass_MeV;

/// 2e23 protons, 0.09 neutrinos each, over the sphere of 25 m.
constexpr double fluence_per_cm2 = 2.0e23 * 0.09 / (4.0 * pi * 2500.0 * 2500.0);
constexpr double molecules = 30.0e3 / (132.9 + 126.9) * avogadro_per_mol;

using CrossSection = std::function<double(double recoil_MeV, double energy_MeV)>;

double least_energy_MeV(double recoil, double mass, double sterile) {
  return 0.5 * (recoil + std::sqrt(recoil * (recoil + 2.0 * mass))) *
         (1.0 + sterile * sterile / (2.0 * mass * recoil));
}

double michel(Flavour flavour, double energy) {
  const double scale = energy * energy / (muon_mass_MeV * muon_mass_MeV * muon_mass_MeV);
  return flavour == Flavour::e ? 192.0 * scale * (0.5 - energy / muon_mass_MeV)
                               : 64.0 * scale * (0.75 - energy / muon_mass_MeV);
}

struct Kind {
  Flavour flavour;
  bool line;
  double mass_MeV;
  double sterile_MeV;
};

double rate(const Kind& kind, const CrossSection& sigma, double recoil) {
  const double least = least_energy_MeV(recoil, kind.mass_MeV, kind.sterile_MeV);
  if (kind.line) return least < line_MeV ? sigma(recoil, line_MeV) : 0.0;
  if (least >= end_MeV) return 0.0;
  constexpr int steps = 400;
  const double step = (end_MeV - least) / steps;
  double sum = 0.0;
  for (int i = 0; i < steps; ++i) {
    const double energy = least + (i + 0.5) * step;
    sum += michel(kind.flavour, energy) * sigma(recoil, energy) * step;
  }
  return sum;
}

/// Events in a recoil bin, cut where the rate jumps.
double events(const Kind& kind, const CrossSection& sigma, double lower, double upper,
              std::vector<double> cuts) {
  // The upper end of the recoils of the line: least_energy grows with T in the toy's window.
  double inside = lower;
  double outside = upper;
  if (kind.line && least_energy_MeV(upper, kind.mass_MeV, kind.sterile_MeV) > line_MeV) {
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (inside + outside);
      (least_energy_MeV(middle, kind.mass_MeV, kind.sterile_MeV) < line_MeV ? inside : outside) =
          middle;
    }
    cuts.push_back(inside);
  }
  cuts.push_back(lower);
  cuts.push_back(upper);
  std::erase_if(cuts, [&](double cut) { return cut < lower || cut > upper; });
  std::ranges::sort(cuts);
  double sum = 0.0;
  for (std::size_t piece = 1; piece < cuts.size(); ++piece) {
    constexpr int steps = 200;
    const double step = std::log(cuts[piece] / cuts[piece - 1]) / steps;
    for (int i = 0; i < steps; ++i) {
      const double recoil = cuts[piece - 1] * std::exp((i + 0.5) * step);
      sum += rate(kind, sigma, recoil) * recoil * step;
    }
  }
  return fluence_per_cm2 * molecules * sum;
}

struct Nucleus {
  double protons;
  double neutrons;
  double mass_MeV;
  physics::HelmFormFactor proton_form;
  physics::HelmFormFactor neutron_form;
};

std::vector<Nucleus> nuclei() {
  return {{55.0, 78.0, 132.9 * atomic_mass_unit_MeV - 55.0 * electron_mass_MeV,
           physics::HelmFormFactor{4.8}, physics::HelmFormFactor{5.0}},
          {53.0, 74.0, 126.9 * atomic_mass_unit_MeV - 53.0 * electron_mass_MeV,
           physics::HelmFormFactor{4.75}, physics::HelmFormFactor{4.95}}};
}

double momentum(double recoil, double mass) { return std::sqrt(recoil * (recoil + 2.0 * mass)); }

/// KDK eq. 17 in cm^2/MeV for d = 1 mu_B and unit charge.
double dipole(double T, double E, double M, double m) {
  const double mu_B = std::sqrt(pi * alpha) / electron_mass_MeV;
  return alpha * mu_B * mu_B * cm2_per_inverse_MeV2 *
         (1.0 / T - 1.0 / E - m * m / (2.0 * E * T * M) * (1.0 + (M - T) / (2.0 * E)) -
          m * m * m * m * (M - T) / (8.0 * E * E * M * M * T * T));
}

constexpr double edges_PE[] = {4.0, 8.0, 12.0, 20.0, 40.0};

void check_bins(const Eigen::ArrayXd& found, const std::function<double(double, double)>& wanted,
                double MeV_per_PE) {
  REQUIRE(found.size() == 4);
  for (int bin = 0; bin < 4; ++bin) {
    INFO("bin " << bin);
    CHECK(found(bin) == Approx(wanted(edges_PE[bin] * MeV_per_PE, edges_PE[bin + 1] * MeV_per_PE))
                            .epsilon(tolerance)
                            .margin(1.0e-12));
  }
}

}  // namespace

TEST_CASE("CEvNS events agree with plain double integrals") {
  const test::DetectorFolder tree;
  const experiment::Experiment toy = tree.load();
  for (const flux::Component& component : toy.signal().source().components) {
    INFO(component.name);
    const auto wanted = [&](double lower, double upper) {
      double sum = 0.0;
      for (const Nucleus& nucleus : nuclei()) {
        const double M = nucleus.mass_MeV;
        const auto sigma = [&](double T, double E) {
          const double q = momentum(T, M);
          const double charge = physics::proton_vector_coupling(component.flavour) *
                                    nucleus.protons * nucleus.proton_form(q) -
                                0.5094 * nucleus.neutrons * nucleus.neutron_form(q);
          return fermi_per_MeV2 * fermi_per_MeV2 * M / pi * charge * charge *
                 (1.0 - T / E - M * T / (2.0 * E * E)) * cm2_per_inverse_MeV2;
        };
        sum +=
            events({component.flavour, component.name == "nu_mu", M, 0.0}, sigma, lower, upper, {});
      }
      return sum;
    };
    check_bins(toy.signal().standard_model(Scattering::nucleus, component), wanted,
               test::toy_MeV_per_photoelectron);
  }
}

TEST_CASE("Neutrino-electron events agree with plain double integrals") {
  const test::DetectorFolder tree;
  const experiment::Experiment toy = tree.load();
  for (const flux::Component& component : toy.signal().source().components) {
    INFO(component.name);
    const bool electron = component.flavour == Flavour::e;
    const double g_v = 2.0 * 0.23863 + (electron ? 0.5 : -0.5);
    const double sign = component.helicity == Helicity::antineutrino ? -1.0 : 1.0;
    const double g_a = sign * (electron ? 0.5 : -0.5);
    const double m = electron_mass_MeV;
    const auto sigma = [&](double T, double E) {
      const double free = (T < 1.0e-3 ? 23.0 : 44.0) + (T < 1.1e-3 ? 23.0 : 43.0);
      const double y = 1.0 - T / E;
      return free * fermi_per_MeV2 * fermi_per_MeV2 * m / (2.0 * pi) * cm2_per_inverse_MeV2 *
             ((g_v + g_a) * (g_v + g_a) + (g_v - g_a) * (g_v - g_a) * y * y -
              (g_v * g_v - g_a * g_a) * m * T / (E * E));
    };
    const auto wanted = [&](double lower, double upper) {
      return events({component.flavour, component.name == "nu_mu", m, 0.0}, sigma, lower, upper,
                    {1.0e-3, 1.1e-3});
    };
    check_bins(toy.signal().standard_model(Scattering::electron, component), wanted, 1.0e-3 / 13.0);
  }
}

TEST_CASE("Portal events on nuclei agree with plain double integrals") {
  const test::DetectorFolder tree;
  const experiment::Experiment toy = tree.load();
  for (const double sterile : {0.01, 10.0, 25.0, 40.0}) {
    INFO("m = " << sterile << " MeV");
    const prediction::DipoleEvents portal = toy.signal().dipole(sterile);
    for (const Flavour flavour : {Flavour::e, Flavour::mu}) {
      INFO("flavour " << to_string(flavour));
      const auto wanted = [&](double lower, double upper) {
        double sum = 0.0;
        for (const Nucleus& nucleus : nuclei()) {
          const double M = nucleus.mass_MeV;
          const auto sigma = [&](double T, double E) {
            const double charge = nucleus.protons * nucleus.proton_form(momentum(T, M));
            return charge * charge * dipole(T, E, M, sterile);
          };
          sum += events({flavour, false, M, sterile}, sigma, lower, upper, {});
          if (flavour == Flavour::mu) {
            sum += events({flavour, true, M, sterile}, sigma, lower, upper, {});
          }
        }
        return sum;
      };
      check_bins(portal.nucleus[index_of(flavour)], wanted, test::toy_MeV_per_photoelectron);
    }
    CHECK((portal.nucleus[index_of(Flavour::tau)] == 0.0).all());
  }
}

TEST_CASE("Portal events on electrons agree with plain double integrals") {
  const test::DetectorFolder tree;
  const experiment::Experiment toy = tree.load();
  const double m = electron_mass_MeV;
  for (const double sterile : {0.01, 1.0}) {
    INFO("m = " << sterile << " MeV");
    const auto sigma = [&](double T, double E) {
      const double free = (T < 1.0e-3 ? 23.0 : 44.0) + (T < 1.1e-3 ? 23.0 : 43.0);
      return free * dipole(T, E, m, sterile);
    };
    const auto wanted = [&](double lower, double upper) {
      return events({Flavour::e, false, m, sterile}, sigma, lower, upper, {1.0e-3, 1.1e-3});
    };
    check_bins(toy.signal().dipole(sterile).electron[index_of(Flavour::e)], wanted, 1.0e-3 / 13.0);
  }
}

TEST_CASE("Portal totals add recoils and the flavours that couple") {
  const test::DetectorFolder tree;
  const prediction::DipoleEvents portal = tree.load().signal().dipole(1.0);
  const auto sum = [&](Flavour flavour) -> Eigen::ArrayXd {
    return portal.nucleus[index_of(flavour)] + portal.electron[index_of(flavour)];
  };
  CHECK((portal.total(PortalFlavour::mu) == sum(Flavour::mu)).all());
  CHECK((portal.total(PortalFlavour::e) == sum(Flavour::e)).all());
  CHECK((portal.total(PortalFlavour::tau) == 0.0).all());
  CHECK((portal.total(PortalFlavour::universal) - sum(Flavour::e) - sum(Flavour::mu))
            .abs()
            .maxCoeff() <= 1.0e-14 * portal.total(PortalFlavour::universal).maxCoeff());
}

TEST_CASE("Nothing is produced above the end point of the source") {
  const test::DetectorFolder tree;
  const experiment::Experiment toy = tree.load();
  CHECK((toy.signal().dipole(60.0).total(PortalFlavour::universal) == 0.0).all());
  CHECK((toy.signal().dipole(51.0).total(PortalFlavour::universal) >= 0.0).all());
}

TEST_CASE("A finer quadrature changes templates by less than a millionth") {
  const test::DetectorFolder tree;
  experiment::DataFolder data{tree.root()};
  const auto usual = experiment::Experiment::load(data, {.name = "toy"});
  const auto finer =
      experiment::Experiment::load(data, {.name = "toy"}, {.max_width_ln = 0.2, .order = 24});
  for (const double sterile : {0.01, 10.0, 29.8, 40.0}) {
    const Eigen::ArrayXd one = usual.signal().dipole(sterile).total(PortalFlavour::mu);
    const Eigen::ArrayXd other = finer.signal().dipole(sterile).total(PortalFlavour::mu);
    INFO("m = " << sterile);
    CHECK(((one - other).abs() <= 1.0e-6 * other.abs()).all());
  }
}

TEST_CASE("Electron recoils that the detector sees up to where the window is cut are refused") {
  const test::DetectorFolder tree;
  // 13 photoelectrons per keVee: 1 MeV is at 13000, below the end of the last bin.
  tree.replace("toy/experiment.yaml", "[4, 8, 12, 20, 40]", "[4, 8, 12, 20, 20000]");
  tree.replace("toy/bins.csv", "20,40,90", "20,20000,90");
  test::check_throws<DataError>([&] { (void)tree.load(); }, {"electron recoils of 1 MeV"});
  CHECK_FALSE(tree.load({{"electrons", "off"}}).signal().has_electrons());
}
