// Experiments together. Limits of CsI 2022 and CENNS-10 with a common neutrino yield come from
// tests/reference/independent/make_combined.py (direct double integrals, Newton fits).
#include "nudipole/campaign/setup.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/experiment_profile.hpp"
#include "support/paths.hpp"
#include "support/reference_tables.hpp"
#include "support/signals.hpp"

#include <cmath>
#include <filesystem>
#include <random>

using namespace nudipole;
using namespace nudipole::test;
using inference::Profile;
using likelihood::Joint;
using likelihood::Term;

namespace {

campaign::Setup analysis_of(const std::string& experiments, const std::string& flavour,
                            const std::string& more = "") {
  experiment::DataFolder data{test::data_dir()};
  return {campaign::RunConfig::parse("format: 1\nexperiments: " + experiments +
                                         "\nflavour: " + flavour +
                                         "\nmass: {values_MeV: [1]}\ncoupling: {values_mu_B: "
                                         "[1e-9]}\n" +
                                         more,
                                     "test"),
          data};
}

campaign::Setup shipped(const std::string& name) {
  experiment::DataFolder data{test::data_dir()};
  return {campaign::RunConfig::load(test::config_dir() / name), data};
}

fit::FitStatus fit_at(const campaign::Setup& setup, double mass_MeV, double coupling_mu_B) {
  return setup.profile(setup.signals(mass_MeV)).at(coupling_mu_B * coupling_mu_B).status;
}

/// Half of a data set: half of everything that is expected and counted.
Term half_of(const experiment::Experiment& whole, const std::string& name, double floor) {
  const Term& term = whole.term();
  Term::Definition definition{.name = name,
                              .bin_count = term.bin_count(),
                              .statistic = {},
                              .nuisances = term.nuisances(),
                              .components = term.components(),
                              .signal_scaled_by = term.components().front().scaled_by,
                              .signal_variations = term.components().front().variations};
  for (likelihood::Component& component : definition.components) component.events *= 0.5;
  definition.statistic =
      floor > 0.0 ? likelihood::poisson_deviance(0.5 * floor) : likelihood::poisson_deviance();
  return Term{std::move(definition)};
}

void check_twins(const experiment::Experiment& whole, double floor, const std::string& flavour) {
  const Joint one{{whole.term()}};
  const Joint two{{half_of(whole, "first", floor), half_of(whole, "second", floor)}};
  REQUIRE(two.nuisances() == one.nuisances());
  for (const double mass_MeV : {1.0, 10.0}) {
    const Eigen::ArrayXXd portal =
        whole.signal().dipole(mass_MeV).total(parse_portal_flavour(flavour).value());
    const Eigen::ArrayXd half = 0.5 * whole.observed();
    const Profile a = profile_of(one, {portal}, {whole.observed()});
    const Profile b = profile_of(two, {0.5 * portal, 0.5 * portal}, {half, half});
    const auto best_a = a.best_fit().best;
    const auto best_b = b.best_fit().best;
    CHECK(best_b.minus_two_log_l == Approx(best_a.minus_two_log_l).epsilon(1e-10));
    for (const double x : {0.0, 4e-18, 1e-16}) {
      CHECK(b.at(x).minus_two_log_l == Approx(a.at(x).minus_two_log_l).epsilon(1e-10));
    }
    for (const double threshold : {2.71, 4.61}) {
      CHECK(std::sqrt(b.upper_limit(best_b, threshold, 1e-12).poi) ==
            Approx(std::sqrt(a.upper_limit(best_a, threshold, 1e-12).poi)).epsilon(1e-8));
    }
  }
}

}  // namespace

TEST_CASE("Combined: two halves of a data set with everything correlated are the whole") {
  check_twins(load("coherent_csi_2022"), 0.0, "mu");
  check_twins(load("coherent_csi_2022", {{"shape_nuisances", "on"}}), 0.001, "e");
  check_twins(load("xenonnt_8b_2026"), 0.0, "tau");
}

TEST_CASE("Combined: CsI 2022 and CENNS-10 against the independent program") {
  const config::Table table = reference_table("combined_limits.csv");
  REQUIRE(table.rows() == 15);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double mass_MeV = table.column("mass", "MeV")[row];
    const std::string& flavour = table.text_column("flavour")[row];
    INFO(flavour << ", m_N " << mass_MeV);
    const campaign::Setup both = analysis_of("[coherent_csi_2022, coherent_cenns10]", flavour);
    REQUIRE(both.likelihood().joint->nuisances().size() == 8);
    // Both programs integrate to 1e-9; -2 ln L of a fit is good to 1e-8, and its minimum flat.
    const auto best = check_fits(table, row, both.profile(both.signals(mass_MeV)),
                                 {.chi2 = 1e-6, .best = 1e-4, .limit = 1e-6});
    const auto& flux = both.likelihood().joint->nuisances()[1];
    REQUIRE(flux.name == "sns_flux");
    CHECK(flux.value(best.pulls[1]) ==
          Approx(table.column("sns_flux", "-")[row]).epsilon(0).margin(2e-5));
  }
}

TEST_CASE("Combined: a common yield changes nothing for CsI alone") {
  const campaign::Setup whole = analysis_of("[coherent_csi_2022]", "mu");
  const campaign::Setup split = analysis_of("[coherent_csi_2022]", "mu", "correlate: true\n");
  REQUIRE(split.likelihood().joint->nuisances().size() ==
          whole.likelihood().joint->nuisances().size() + 1);
  for (const double mass_MeV : {1.0, 10.0, 29.8}) {
    const Profile a = whole.profile(whole.signals(mass_MeV));
    const Profile b = split.profile(split.signals(mass_MeV));
    for (const double x : {0.0, 1e-18, 4e-18, 1e-17}) {
      CHECK(b.at(x).minus_two_log_l == Approx(a.at(x).minus_two_log_l).epsilon(0).margin(1e-9));
    }
  }
}

TEST_CASE("Combined: without common nuisances -2 ln L is the sum of the experiments") {
  const campaign::Setup all =
      analysis_of("[dresden_ii, coherent_csi_2022, coherent_cenns10_3d, xenonnt_8b_2026]",
                  "universal", "correlate: false\nlimits: {each_experiment: true}\n");
  const auto signals = all.signals(1.0);
  const Profile together = all.profile(signals);
  for (const double coupling : {0.0, 2e-10, 1e-9}) {
    const double x = coupling * coupling;
    double sum = 0.0;
    for (std::size_t i = 0; i < 4; ++i) {
      sum += all.single_profile(i, signals).at(x).minus_two_log_l;
    }
    CHECK(together.at(x).minus_two_log_l == Approx(sum).epsilon(0).margin(2e-6));
  }
}

TEST_CASE("Combined: the joint gradient of all experiments") {
  const campaign::Setup all = shipped("combined_universal.yaml");
  const Joint& joint = *all.likelihood().joint;
  Templates portal;
  for (const experiment::Experiment& experiment : all.experiments()) {
    portal.push_back(all.config().couplings.front().events(experiment.signal().dipole(1.0)));
  }
  std::mt19937 generator{2026};
  std::uniform_real_distribution<double> uniform{-1.5, 1.5};
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<double> point{1e-20 * trial};
    for (const likelihood::Nuisance& nuisance : joint.nuisances()) {
      point.push_back(std::max(uniform(generator), 0.5 * nuisance.lower_pull()));
    }
    std::vector<double> gradient(point.size());
    const auto evaluate = [&](const std::vector<double>& at, std::span<double> slope) {
      return joint.evaluate(signals_at(at[0], portal), std::span{at}.subspan(1),
                            *all.likelihood().observation, slope);
    };
    const auto value = [&](const std::vector<double>& at) { return evaluate(at, {}); };
    const double level = std::abs(evaluate(point, gradient));
    for (std::size_t k = 1; k < point.size(); ++k) {
      INFO("trial " << trial << ", " << joint.nuisances()[k - 1].name);
      // Truncation h^2 times the third derivative, rounding 1e-16 of the level over h.
      CHECK(gradient[k] == Approx(central_difference(value, point, k, 1e-4))
                               .epsilon(1e-5)
                               .margin(1e-4 + 1e-11 * level));
    }
  }
}

TEST_CASE("Combined: fits converge at couplings far above every limit too") {
  // Where a pull once stuck just inside its bound.
  const campaign::Setup e = shipped("combined_e.yaml");
  CHECK(fit_at(e, 0.031736224147570685, 3.11652694492943e-08) == fit::FitStatus::converged);
  const campaign::Setup all = shipped("combined_universal.yaml");
  CHECK(fit::is_converged(fit_at(all, 0.06531715936917429, 4.4214999073744864e-08)));
}

TEST_CASE("Combined: experiments that cannot reach a mass leave the limit to the others") {
  // No reactor or solar neutrino makes 30 MeV: what they add is constant.
  const campaign::Setup all = shipped("combined_universal.yaml");
  const campaign::Setup sns = analysis_of(
      "[{name: coherent_csi_2022, options: {shape_nuisances: \"on\"}}, coherent_cenns10_3d]",
      "universal");
  const auto limit = [](const campaign::Setup& analysis) {
    const Profile profile = analysis.profile(analysis.signals(30.0));
    const inference::Limit found = profile.upper_limit(profile.best_fit().best, 2.71, 1e-14);
    REQUIRE(found.status == inference::LimitStatus::ok);
    return std::sqrt(found.poi);
  };
  CHECK(limit(all) == Approx(limit(sns)).epsilon(1e-6));
}
