#include "csi_2022_reference.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"

#include <cmath>
#include <map>
#include <string>

using namespace nudipole;
using namespace nudipole::test::csi_2022;
using prediction::Scattering;

// Numbers that a first independent program printed with four digits before this code was written;
// the tolerance is half of the last digit, in absolute terms.
namespace {

Approx printed(double value, double half_digit) {
  return Approx(value).epsilon(0.0).margin(half_digit);
}

double events_at_1e9(double mass_MeV, PortalFlavour flavour) {
  return library("full").signal().dipole(mass_MeV).total(flavour).sum() * reference_x_mu_B2;
}

/// Values (not pulls) of the nuisances at the fit without portal, by name.
std::map<std::string, double> fitted_values(const experiment::Experiment& csi) {
  const std::vector<double> pulls = test::profile_of(csi, 10.0, PortalFlavour::mu).at(0.0).pulls;
  const std::vector<likelihood::Nuisance>& nuisances = csi.term().nuisances();
  std::map<std::string, double> values;
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    values[nuisances[k].name] = nuisances[k].value(pulls[k]);
  }
  return values;
}

}  // namespace

TEST_CASE("CsI 2022: printed numbers of Standard Model events") {
  const std::map<std::string, double> expected{
      {"nu_mu", 50.9}, {"nubar_mu", 170.1}, {"nu_e", 104.4}};
  const prediction::SignalModel& signal = library("full").signal();
  for (const flux::Component& component : signal.source().components) {
    INFO(component.name);
    CHECK(signal.standard_model(Scattering::nucleus, component).sum() ==
          printed(expected.at(component.name), 0.05));
  }
  CHECK(signal.standard_model(Scattering::nucleus).sum() == printed(325.4, 0.05));
}

TEST_CASE("CsI 2022: printed fit without portal") {
  const experiment::Experiment& csi = library("full");
  CHECK(test::profile_of(csi, 10.0, PortalFlavour::mu).at(0.0).minus_two_log_l ==
        printed(84.73, 0.005));
  CHECK(fitted_values(csi).at("csi_2022_signal") == printed(-0.028, 0.0005));
  // Without the term -T/E: an earlier version of the program in tests/reference/independent, which
  // took the timing efficiency at bin centres (3e-7 of the events).
  const auto leading = fitted_values(library("leading"));
  CHECK(leading.at("csi_2022_signal") == printed(-0.02898, 5e-6));
  CHECK(leading.at("csi_2022_brn") == printed(-0.08091, 5e-6));
  CHECK(leading.at("csi_2022_nin") == printed(-0.02076, 5e-6));
  CHECK(leading.at("csi_2022_ssb") == printed(-0.01232, 5e-6));
}

TEST_CASE("CsI 2022: printed dipole events of flavour mu at 1e-9 mu_B") {
  CHECK(events_at_1e9(10.0, PortalFlavour::mu) == printed(12.19, 0.005));
  CHECK(events_at_1e9(29.8, PortalFlavour::mu) == printed(4.61, 0.005));
}

TEST_CASE("CsI 2022: printed upper limits on d_mu") {
  struct Case {
    double mass_MeV, limit_2_71, limit_4_61;  ///< [1e-9 mu_B]
  };
  const experiment::Experiment& csi = library("full");
  for (const Case& c : {Case{10.0, 1.903, 2.320}, Case{29.8, 4.717, 5.476}}) {
    INFO("m_N " << c.mass_MeV << " MeV");
    const inference::Profile profile = test::profile_of(csi, c.mass_MeV, PortalFlavour::mu);
    const inference::ProfilePoint best = profile.best_fit().best;
    const auto limit = [&](double threshold) {
      return 1e9 * std::sqrt(profile.upper_limit(best, threshold, 1e-8).poi);
    };
    CHECK(limit(2.71) == printed(c.limit_2_71, 0.0005));
    CHECK(limit(4.61) == printed(c.limit_4_61, 0.0005));
  }
}
