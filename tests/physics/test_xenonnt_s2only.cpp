#include "nudipole/core/units.hpp"
#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"
#include "xenon_reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>

// XENONnT ionisation-only search against the independent program in tests/reference/independent
// (direct double integrals, damped Newton) and against the release.

using namespace nudipole;
using namespace nudipole::test;
using namespace nudipole::test::xenon;

namespace {

constexpr const char* name = "xenonnt_s2only_2026";

/// Standard Model 8B events of a run at nominal yield.
double events_of_run(const experiment::Experiment& experiment, Eigen::Index run) {
  return experiment.signal()
      .standard_model(prediction::Scattering::nucleus)
      .col(0)
      .segment(7 * run, 7)
      .sum();
}

double tau_limit_per_GeV(const Options& options, double mass_MeV) {
  const inference::Profile profile =
      test::profile_of(load(name, options), mass_MeV, PortalFlavour::tau);
  const inference::Limit limit = profile.upper_limit(profile.best_fit().best, 2.706, 1e-8);
  return DipoleCoupling::from_square(limit.poi).per_GeV();
}

}  // namespace

TEST_CASE("XENONnT ionisation-only: templates in every bin at shifts of the charge yield") {
  const config::Table table = reference_table("xenonnt_s2only_templates.csv");
  REQUIRE(table.rows() == 21 * 7 * 2);
  const experiment::Experiment& nt = load(name);
  const std::map<std::string, Eigen::ArrayXXd> events{
      {"cevns", nt.signal().standard_model(prediction::Scattering::nucleus)},
      {"dipole", nt.signal().dipole(0.1).total(PortalFlavour::tau) * reference_x_mu_B2()}};
  // The file as it is and one version for the efficiency of each run, in each the yields 0, -3, -2,
  // -1, 1, 2, 3.
  REQUIRE(events.at("cevns").cols() == 4 * 7);
  const std::array order{0, -3, -2, -1, 1, 2, 3};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto run = static_cast<Eigen::Index>(table.text_column("run")[row].back() - '0');
    const auto bin = 7 * run + static_cast<Eigen::Index>(table.column("cs2_bin", "-")[row]);
    const int shift = static_cast<int>(table.column("t", "-")[row]);
    const auto variant = static_cast<Eigen::Index>(std::ranges::find(order, shift) - order.begin());
    const double expected = table.column("events", "counts")[row];
    INFO(table.where(row, "events"));
    const Eigen::ArrayXXd& ours = events.at(table.text_column("component")[row]);
    CHECK(ours(bin, variant) == Approx(expected).epsilon(1e-9));
    for (Eigen::Index version = 1; version < 4; ++version) {
      const double factor = version == run + 1 ? 1.112 : 1.0;
      CHECK(ours(bin, 7 * version + variant) == Approx(factor * expected).epsilon(1e-9));
    }
  }
}

TEST_CASE("XENONnT ionisation-only: fits and limits at all masses and flavours") {
  // The independent fits are good to 1e-10, ours stop at 1e-9 of -2 ln L; a flat minimum is the
  // root of a slope.
  CHECK(check_limits(name, "xenonnt_s2only_limits.csv", {}, {},
                     {.chi2 = 1e-7, .best = 1e-5, .limit = 1e-8}) == 14);
}

TEST_CASE("XENONnT ionisation-only: gradient of the likelihood") {
  check_gradient(load(name), 1.0, "tau");
}

TEST_CASE("XENONnT ionisation-only: predictions stay positive in the box of the pulls") {
  const likelihood::Term& term = load(name).term();
  const Eigen::ArrayXXd portal = load(name).signal().dipole(5.0).total(PortalFlavour::tau);
  for (const likelihood::Component& component : term.components()) {
    if (!component.variations) continue;
    std::vector<double> pulls(term.nuisances().size());
    for (double all = -3.0; all <= 3.0; all += 0.125) {
      std::ranges::fill(pulls, all);
      const Eigen::VectorXd weights = component.variations->weights(pulls).weights;
      INFO(component.name << " at pulls " << all);
      CHECK((component.events.matrix() * weights).minCoeff() >= 0.0);
      if (component.name == "cevns") CHECK((portal.matrix() * weights).minCoeff() > 0.0);
    }
  }
}

TEST_CASE("XENONnT ionisation-only: 8B events of the release and limits of another calculation") {
  // The release's 8B column (5.25e6 /cm2/s, its own recoil spectrum) has 20.6, 29.4 and 32.3
  // events; its response folded with the Bahcall shape gives it within 2 % in the bins that matter.
  const experiment::Experiment& bahcall = load(name, {{"shape", "bahcall"}});
  CHECK(events_of_run(bahcall, 0) == Approx(20.57).epsilon(0.01));
  CHECK(events_of_run(bahcall, 1) == Approx(29.44).epsilon(0.01));
  CHECK(events_of_run(bahcall, 2) == Approx(32.31).epsilon(0.015));
  // Another calculation, without splines: 5.67e-7 (Bahcall) and 5.60e-7 /GeV (Winter). Splines are
  // worth 0.4 %.
  CHECK(tau_limit_per_GeV({{"shape", "bahcall"}}, 0.1) == Approx(5.67e-7).epsilon(0.01));
  CHECK(tau_limit_per_GeV({}, 0.1) == Approx(5.60e-7).epsilon(0.01));
}

TEST_CASE("XENONnT: the searches that share runs cannot be combined") {
  for (const char* other : {"xenonnt_8b_2024", "xenonnt_8b_2026"}) {
    CHECK_THROWS_AS(analyse(std::string{"["} + other + ", xenonnt_s2only_2026]"), ConfigError);
    CHECK(load(other).overlaps().contains(name));
  }
  CHECK_NOTHROW(analyse("[pandax4t_8b_2024, xenonnt_s2only_2026]"));
}
