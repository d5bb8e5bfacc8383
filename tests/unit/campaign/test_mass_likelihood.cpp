#include "nudipole/campaign/mass_likelihood.hpp"

#include "nudipole/core/units.hpp"

#include "support/catch2.hpp"
#include "support/throws_like.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <cmath>
#include <limits>

using namespace nudipole;
using campaign::MassLikelihood;

namespace {

constexpr double coupling_mu_B = 3.0e-9;

}  // namespace

TEST_CASE("The likelihood of a mass is the joint one at d^2") {
  const auto setup = test::toy_setup();
  const MassLikelihood likelihood{setup, 10.0};
  const std::vector<double> pulls(likelihood.nuisances().size(), 0.25);
  const prediction::Signals signals = setup->signals(10.0);
  const double x = coupling_mu_B * coupling_mu_B;
  const prediction::SignalPoint point = signals.front()->at(std::span{&x, 1});
  const campaign::Measured& measured = setup->likelihood();
  CHECK(likelihood(coupling_mu_B, pulls) ==
        measured.joint->evaluate(std::span{&point, 1}, pulls, *measured.observation, {}));
  CHECK(likelihood(-coupling_mu_B, pulls) == likelihood(coupling_mu_B, pulls));
  CHECK((likelihood.observed() == measured.observation->terms.front().values).all());
  CHECK((likelihood.expected(coupling_mu_B, pulls) ==
         measured.joint->expected(std::span{&point, 1}, pulls).front())
            .all());
}

TEST_CASE("The gradient by d and by the pulls is the slope of the value") {
  const MassLikelihood likelihood{test::toy_setup(), 10.0};
  std::vector<double> pulls(likelihood.nuisances().size(), 0.25);
  const std::vector<double> gradient = likelihood.gradient(coupling_mu_B, pulls);
  REQUIRE(gradient.size() == 1 + pulls.size());
  // Central differences: truncation is of second order in steps of 1e-4 of a scale of one.
  constexpr double tolerance = 1.0e-6;
  const double step_mu_B = 1.0e-4 * coupling_mu_B;
  const double by_d = (likelihood(coupling_mu_B + step_mu_B, pulls) -
                       likelihood(coupling_mu_B - step_mu_B, pulls)) /
                      (2.0 * step_mu_B);
  CHECK(gradient.front() == Approx(by_d).epsilon(tolerance));
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    constexpr double step = 1.0e-4;
    pulls[k] += step;
    const double up = likelihood(coupling_mu_B, pulls);
    pulls[k] -= 2.0 * step;
    const double down = likelihood(coupling_mu_B, pulls);
    pulls[k] += step;
    CHECK(gradient[1 + k] == Approx((up - down) / (2.0 * step)).epsilon(tolerance));
  }
}

TEST_CASE("Other data on the same model: Asimov data are met exactly") {
  const MassLikelihood likelihood{test::toy_setup(), 10.0};
  const std::vector<double> truth(likelihood.nuisances().size(), 0.5);
  const MassLikelihood asimov =
      likelihood.with_data(likelihood.expected(coupling_mu_B, truth), truth);
  // Rounding of sums of events.
  CHECK(asimov(coupling_mu_B, truth) == Approx(0.0).margin(1.0e-10));
  CHECK(asimov.profile(coupling_mu_B).minus_two_log_l == Approx(0.0).margin(1.0e-9));
  CHECK(asimov.mass_MeV() == 10.0);
}

TEST_CASE("A limit in mu_B rises by the threshold above the best fit") {
  const MassLikelihood likelihood{test::toy_setup(), 10.0};
  const inference::Limit limit = likelihood.limit(0.90, 1);
  REQUIRE(limit.status == inference::LimitStatus::ok);
  // The tolerance of the root finding.
  CHECK(likelihood.profile(limit.poi).minus_two_log_l - likelihood.best_fit().minus_two_log_l ==
        Approx(2.71).epsilon(1.0e-6));
  const MassLikelihood closed{test::toy_setup(), 1.0e4};
  CHECK(closed.is_closed());
  CHECK(closed.limit(0.90, 1).status == inference::LimitStatus::closed);
  CHECK(std::isnan(closed.limit(0.90, 1).poi));
}

namespace {

/// The toy with d_e and d_mu.
std::shared_ptr<const campaign::Setup> two_couplings() {
  std::string yaml = test::toy_yaml("{values_MeV: [10]}", "");
  const std::string grid = "{from_mu_B: 1e-10, to_mu_B: 1e-7, points: 3}";
  const auto replace = [&yaml](const std::string& from, const std::string& to) {
    yaml.replace(yaml.find(from), from.size(), to);
  };
  replace("flavour: mu\n", "couplings: {e: " + grid + ", mu: " + grid + "}\n");
  replace("coupling: \n", "");
  return test::toy_setup(yaml);
}

}  // namespace

TEST_CASE("Several couplings: values, slopes and limits of each") {
  const MassLikelihood both{two_couplings(), 10.0};
  const MassLikelihood mu{test::toy_setup(), 10.0};
  REQUIRE(both.coupling_count() == 2);
  const std::vector<double> pulls(both.nuisances().size(), 0.25);
  const std::vector<double> alone{0.0, coupling_mu_B};
  CHECK(both(alone, pulls) == Approx(mu(coupling_mu_B, pulls)).epsilon(1.0e-14));
  // Signals of two couplings add up: d_e^2 e + d_mu^2 mu.
  const std::vector<double> none(2);
  const std::vector<double> d_e{2.0e-9, 0.0};
  const std::vector<double> d{2.0e-9, -coupling_mu_B};
  const Eigen::ArrayXd sum = both.expected(d_e) + both.expected(alone) - both.expected(none);
  CHECK((both.expected(d) / sum - 1.0).abs().maxCoeff() < 1.0e-14);

  const std::vector<double> gradient = both.gradient(d, pulls);
  REQUIRE(gradient.size() == 2 + pulls.size());
  for (std::size_t c = 0; c < 2; ++c) {
    std::vector<double> up = d;
    std::vector<double> down = d;
    const double step_mu_B = 1.0e-4 * std::abs(d[c]);
    up[c] += step_mu_B;
    down[c] -= step_mu_B;
    // Truncation is of second order in a step of 1e-4 of a scale of one.
    CHECK(gradient[c] ==
          Approx((both(up, pulls) - both(down, pulls)) / (2.0 * step_mu_B)).epsilon(1.0e-6));
  }

  const auto zero = both.limits(0.90, 1, campaign::OtherCouplings::zero);
  const auto profiled = both.limits(0.90, 1);
  REQUIRE(zero.size() == 2);
  CHECK(zero[1].poi == Approx(mu.limit(0.90, 1).poi).epsilon(1.0e-9));
  const double lowest = both.best_fit().minus_two_log_l;
  for (std::size_t c = 0; c < 2; ++c) {
    REQUIRE(profiled[c].status == inference::LimitStatus::ok);
    // The other one moves to its best value, 0 or more: at 0, -2 ln L has risen at least so far.
    std::vector<double> point(2);
    point[c] = profiled[c].poi;
    CHECK(both.profile(point).minus_two_log_l - lowest >= 2.71 - 1.0e-6);
  }
  CHECK(campaign::Couplings::of(both.profile(d)).values_mu_B()[1] == Approx(coupling_mu_B));

  const auto refuses = [](const std::function<void()>& action, const std::string& expected) {
    test::check_throws<ConfigError>(action, {"couplings", expected});
  };
  refuses([&] { (void)both(coupling_mu_B); }, "2, as in the configuration");
  refuses([&] { (void)mu(d); }, "1, as in the configuration");
  refuses([&] { (void)both(std::vector<double>(4)); }, "3 at most");
  refuses([&] { (void)both.limit(0.90, 1); }, "limits");
}

TEST_CASE("Arguments that make no sense are refused with what was expected") {
  const auto setup = test::toy_setup();
  const MassLikelihood likelihood{setup, 10.0};
  const std::size_t count = likelihood.nuisances().size();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> outside(count);
  outside.back() = 1.01 * likelihood.nuisances().back().upper_pull();
  const auto refuses = [](const std::function<void()>& action, const std::string& expected) {
    test::check_throws<ConfigError>(action, {expected});
  };
  refuses([&] { (void)likelihood(coupling_mu_B, std::vector<double>(count + 1)); },
          "one for each nuisance");
  refuses([&] { (void)likelihood(coupling_mu_B, outside); }, "the bounds of this nuisance");
  refuses([&] { (void)likelihood(coupling_mu_B, std::vector<double>(count, nan)); },
          "the bounds of this nuisance");
  refuses([&] { (void)likelihood(nan); }, "not a finite number");
  refuses([&] { (void)likelihood.limit(0.0, 1); }, "between 0 and 1");
  refuses([&] { (void)likelihood.limit(0.9, 0); }, "1 or more");
  refuses([&] { (void)likelihood.with_data(Eigen::ArrayXd::Zero(1000)); }, "one for each bin");
  refuses([&] { (void)MassLikelihood(setup, -1.0); }, "a finite number >= 0");
}
