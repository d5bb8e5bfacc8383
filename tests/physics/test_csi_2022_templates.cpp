#include "csi_2022_reference.hpp"
#include "support/catch2.hpp"
#include "support/signals.hpp"

#include <string>
#include <vector>

using namespace nudipole;
using namespace nudipole::test::csi_2022;
using prediction::Scattering;

namespace {

/// How an experiment was integrated and what that is worth: allowed difference from the independent
/// program in a bin, relative to the bin and to the template's total.
struct Quadrature {
  const char* name;
  const experiment::Experiment& (*load)(const std::string& cevns_terms);
  double of_bin;
  double of_total;
};

// Closed energy integrals and a response matrix against direct double integrals. On the fine
// quadrature they agree to 2e-11 of every bin, the tables' 12 digits and rounding. On the default
// one to 2e-11 of the total: the line cuts panels of eight points, which shows most in bins that
// hold next to nothing.
const std::vector<Quadrature> quadratures{{"default", library, 1e-10, 1e-10},
                                          {"fine", finely_integrated, 1e-10, 1e-12}};

void check_bins(const Eigen::ArrayXd& ours, const Eigen::ArrayXd& reference,
                const Quadrature& quadrature) {
  INFO("quadrature " << quadrature.name);
  CHECK(worst_deviation(ours, reference, quadrature.of_bin,
                        quadrature.of_total * reference.sum() + 1e-300) < 1.0);
  CHECK(ours.sum() == Approx(reference.sum()).epsilon(2e-11));
}

const std::vector<double> masses_MeV{0.01, 1.0, 10.0, 20.0, 29.8, 40.0, 52.0};

}  // namespace

TEST_CASE("CsI 2022 has 9 energy x 11 time bins") {
  const math::Binning& binning = library("full").binning();
  REQUIRE(binning.axes.size() == 2);
  CHECK(binning.axes[0].name == "energy");
  CHECK(binning.axes[0].edges ==
        std::vector<double>{0, 8, 12, 16, 20, 24, 32, 40, 50, 60});  // AC22, arXiv:2205.09484
  CHECK(binning.axes[1].name == "time");
  CHECK(binning.axes[1].edges ==
        std::vector<double>{0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 2, 4, 6});
  CHECK(library("full").signal().bin_count() == 99);
}

TEST_CASE("CsI 2022: Standard Model events of each neutrino in all bins") {
  for (const Quadrature& quadrature : quadratures) {
    for (const std::string terms : {"full", "leading"}) {
      const prediction::SignalModel& signal = quadrature.load(terms).signal();
      REQUIRE(signal.source().components.size() == 3);
      for (const flux::Component& component : signal.source().components) {
        INFO("cevns_terms " << terms << ", " << component.name);
        check_bins(signal.standard_model(Scattering::nucleus, component),
                   reference_events("cevns_" + terms, "nucleus", 0.0, {component.name}),
                   quadrature);
        check_bins(signal.standard_model(Scattering::electron, component),
                   reference_events("eves", "electron", 0.0, {component.name}), quadrature);
      }
    }
  }
}

TEST_CASE("CsI 2022: Standard Model totals of each neutrino") {
  const config::Table totals = reference_table("csi_2022_totals.csv");
  for (std::size_t row = 0; row < totals.rows(); ++row) {
    const std::string& process = totals.text_column("process")[row];
    const std::string& neutrino = totals.text_column("neutrino")[row];
    INFO(process << " of " << neutrino);
    const auto& signal = library(process == "cevns_leading" ? "leading" : "full").signal();
    bool found = false;
    for (const flux::Component& component : signal.source().components) {
      if (component.name != neutrino) continue;
      found = true;
      const auto scattering = process == "eves" ? Scattering::electron : Scattering::nucleus;
      // Twelve digits of the table; both agree to 3e-12.
      CHECK(signal.standard_model(scattering, component).sum() ==
            Approx(totals.column("events", "counts")[row]).epsilon(2e-11));
    }
    CHECK(found);
  }
}

TEST_CASE("CsI 2022: dipole events on nuclei and electrons in all bins") {
  for (const Quadrature& quadrature : quadratures) {
    for (const double mass_MeV : masses_MeV) {
      const prediction::DipoleEvents events = quadrature.load("full").signal().dipole(mass_MeV);
      for (const Flavour flavour : {Flavour::e, Flavour::mu}) {
        INFO("m_N " << mass_MeV << " MeV, flavour " << to_string(flavour));
        const std::size_t i = index_of(flavour);
        const auto neutrinos = neutrinos_of(flavour);
        check_bins(events.nucleus[i] * reference_x_mu_B2,
                   reference_events("dipole", "nucleus", mass_MeV, neutrinos), quadrature);
        check_bins(events.electron[i] * reference_x_mu_B2,
                   reference_events("dipole", "electron", mass_MeV, neutrinos), quadrature);
      }
    }
  }
}

TEST_CASE("CsI 2022: electrons matter below an MeV and close above 6.9 MeV") {
  const prediction::SignalModel& signal = library("full").signal();
  const auto share = [&](double mass_MeV) {
    const auto events = signal.dipole(mass_MeV);
    return events.electron[index_of(Flavour::mu)].sum() /
           events.nucleus[index_of(Flavour::mu)].sum();
  };
  // Shares from csi_2022_energy.csv and csi_2022_time.csv, m = 0.01 MeV:
  // (0.63447 + 0.53902)/(5.67584 + 7.63351).
  CHECK(share(0.01) == Approx(0.08817).epsilon(1e-4));  // four digits
  // Threshold on electrons m + m^2/(2 m_e) = 52.829 MeV at m = 6.8546 MeV; recoils there are
  // m^2/(2 (m_e + m)) = 3 MeV, so that only lighter N leave recoils in the window below 60 PE.
  for (const double mass_MeV : {6.86, 10.0, 29.8}) {
    for (const auto& events : signal.dipole(mass_MeV).electron) CHECK((events == 0.0).all());
  }
}

TEST_CASE("CsI 2022: universal coupling adds the flavours") {
  const prediction::DipoleEvents events = library("full").signal().dipole(3.0);
  const Eigen::ArrayXd sum = events.total(PortalFlavour::e) + events.total(PortalFlavour::mu);
  CHECK(worst_deviation(events.total(PortalFlavour::universal), sum, 1e-15, 0.0) <= 1.0);
}

TEST_CASE("CsI 2022: backgrounds in all bins") {
  const config::Table table = reference_table("csi_2022_backgrounds.csv");
  REQUIRE(table.rows() == 99);
  std::size_t found = 0;
  for (const likelihood::Component& component : library("full").term().components()) {
    if (!table.has(component.name)) continue;
    ++found;
    INFO(component.name);
    const auto events = table.column(component.name, "counts");
    check_bins(component.events, Eigen::Map<const Eigen::ArrayXd>(events.data(), 99),
               quadratures.back());
  }
  CHECK(found == 3);
}

TEST_CASE("CsI 2022: expected events are linear in d^2") {
  const likelihood::Term& term = library("full").term();
  const Eigen::ArrayXd portal = library("full").signal().dipole(10.0).total(PortalFlavour::mu);
  const std::vector<double> pulls(term.nuisances().size(), 0.0);
  const double x = 4e-18;
  const Eigen::ArrayXd none = term.expected(test::signal_at(0.0, portal), pulls);
  const Eigen::ArrayXd once = term.expected(test::signal_at(x, portal), pulls) - none;
  const Eigen::ArrayXd thrice = term.expected(test::signal_at(3.0 * x, portal), pulls) - none;
  // Rounding of differences of numbers as large as the background.
  const double rounding = 1e-15 * none.maxCoeff();
  CHECK(worst_deviation(thrice, 3.0 * once, 1e-15, 8.0 * rounding) < 1.0);
  CHECK(worst_deviation(once, x * portal, 1e-15, 4.0 * rounding) < 1.0);
  // 12.187 events at 1e-9 mu_B (csi_2022_energy.csv x csi_2022_time.csv) times four.
  CHECK(once.sum() == Approx(4.0 * 12.18697).epsilon(1e-6));
}

TEST_CASE("CsI 2022: one signal pull moves signal and portal together") {
  const likelihood::Term& term = library("full").term();
  const Eigen::ArrayXd portal = library("full").signal().dipole(10.0).total(PortalFlavour::mu);
  std::vector<double> pulls(term.nuisances().size(), 0.0);
  const double x = 4e-18;
  const Eigen::ArrayXd before = term.expected(test::signal_at(x, portal), pulls);
  const auto& nuisances = term.nuisances();
  std::size_t signal = nuisances.size();
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (nuisances[k].name == "csi_2022_signal") signal = k;
  }
  REQUIRE(signal < nuisances.size());
  pulls[signal] = 0.5;
  const Eigen::ArrayXd after = term.expected(test::signal_at(x, portal), pulls);
  // Half a standard deviation of 12 %: 6 % of 325.42 + 48.75 events (independent program).
  CHECK((after - before).sum() == Approx(0.06 * (325.42026 + 48.74787)).epsilon(1e-6));
}
