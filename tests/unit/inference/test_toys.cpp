// Toys where everything is known: one bin of events with a known background, one Gaussian bin.
#include "nudipole/inference/toys.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/inference/binomial.hpp"
#include "nudipole/inference/expected_limit.hpp"
#include "nudipole/inference/q_histogram.hpp"
#include "support/catch2.hpp"
#include "support/profiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;

namespace {

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

Joint joint_of(std::shared_ptr<const likelihood::Statistic> statistic, double background,
               std::vector<likelihood::Nuisance> nuisances = {}) {
  std::vector<std::size_t> scaled_by;
  if (!nuisances.empty()) scaled_by.push_back(0);
  return Joint{{Term{{.name = "bin",
                      .bin_count = 1,
                      .statistic = std::move(statistic),
                      .nuisances = std::move(nuisances),
                      .components = {{"background", one_bin(background), scaled_by}},
                      .signal_scaled_by = {}}}}};
}

/// Signal s in one bin beside a background.
class OneBin {
 public:
  OneBin(const Joint& joint, double observed)
      : joint_(std::make_shared<Joint>(joint)),
        signals_(test::linear_signals({one_bin(1.0)})),
        data_(test::profile_of(joint, {one_bin(1.0)}, {one_bin(observed)})) {}

  [[nodiscard]] const Profile& data() const { return data_; }
  [[nodiscard]] ToyGenerator generator(double s,
                                       Auxiliary auxiliary = Auxiliary::fluctuated) const {
    const std::vector<prediction::SignalPoint> points{signals_[0]->at(std::array{s})};
    return {joint_, points, data_.at(s).pulls, auxiliary};
  }
  /// Statistics of toys of `generated`, tested at `tested`.
  template <class Statistic>
  [[nodiscard]] std::vector<double> toys(double generated, double tested, int count,
                                         Statistic&& statistic) const {
    const ToyGenerator generator = this->generator(generated);
    std::vector<double> values;
    for (int k = 0; k < count; ++k) {
      RandomStream stream{{3, 4}, {hash32(generated), 0, static_cast<std::uint32_t>(k)}};
      const Profile toy =
          data_.with(std::make_shared<likelihood::Observation>(generator.draw(stream)));
      values.push_back(statistic(test_hypothesis(toy, tested)));
    }
    return values;
  }

 private:
  std::shared_ptr<const Joint> joint_;
  prediction::Signals signals_;
  Profile data_;
};

Proportion share(const std::vector<double>& toys, double observed) {
  Proportion share{.successes = 0, .trials = static_cast<std::int64_t>(toys.size())};
  for (const double q : toys) share.successes += at_least_as_large(q, observed) ? 1 : 0;
  return share;
}

double poisson(double n, double mean) {
  return std::exp(n * std::log(mean) - mean - std::lgamma(n + 1.0));
}

/// q of n events by hand.
double q_of(double n, double s, double b) {
  const double best = std::max(0.0, n - b);
  const auto deviance = [n](double mean) {
    return 2.0 * (mean - (n > 0.0 ? n * std::log(mean) : 0.0));
  };
  return deviance(s + b) - deviance(best + b);
}

/// P(q >= q_observed) by direct sums.
double exact_p(double observed, double s, double b) {
  double p = 0.0;
  for (double n = 0.0; n < 150.0; ++n) {
    if (q_of(n, s, b) >= q_of(observed, s, b) - 1e-9) p += poisson(n, s + b);
  }
  return p;
}

}  // namespace

// Feldman and Cousins, physics/9711021, tables IV and V (90 %). Of b = 3, n = 0 the table has 1.08,
// which makes ends monotonic in b; the plain construction ends at 0.95. No background is 0.001
// here: a bin that expects nothing has no likelihood.
TEST_CASE("One bin with background gives the published intervals of Feldman and Cousins") {
  struct End {
    double b, n, s;
    bool upper;
  };
  const auto end = GENERATE(values<End>({{3, 3, 4.42, true},
                                         {3, 6, 0.15, false},
                                         {3, 6, 8.47, true},
                                         {3, 10, 2.63, false},
                                         {3, 10, 13.50, true},
                                         {3, 0, 0.95, true},
                                         {0.001, 0, 2.44, true},
                                         {0.001, 3, 1.10, false},
                                         {0.001, 3, 7.42, true}}));
  const OneBin model{joint_of(likelihood::poisson_deviance(), end.b), end.n};
  constexpr int toys = 8000;
  for (const double side : {-1.0, 1.0}) {
    const double s = end.s + 0.1 * side;
    INFO("b " << end.b << ", n " << end.n << ", s " << s);
    const double exact = exact_p(end.n, s, end.b);
    CHECK((exact > 0.1) == (end.upper == (side < 0.0)));  // the table: rounded to 0.01
    const double observed = two_sided_statistic(test_hypothesis(model.data(), s));
    const Proportion p = share(model.toys(s, s, toys, two_sided_statistic), observed);
    CHECK(p.value() == Approx(exact).margin(4.0 * std::sqrt(exact * (1.0 - exact) / toys)));
  }
}

// CL_s by closed sums: P(N <= n | s + b)/P(N <= n | b); without events e^-s whatever b is, which is
// 10 % at s = 2.3026.
TEST_CASE("One bin gives the closed sums of CL_s") {
  struct Case {
    double b, n, s;
  };
  const auto one = GENERATE(values<Case>(
      {{3, 0, 2.302585}, {0.5, 0, 2.302585}, {8, 0, 2.302585}, {3, 3, 4.9}, {3, 5, 6.5}}));
  const OneBin model{joint_of(likelihood::poisson_deviance(), one.b), one.n};
  constexpr int toys = 20'000;
  const double observed = one_sided_statistic(test_hypothesis(model.data(), one.s));
  const Proportion signal = share(model.toys(one.s, one.s, toys, one_sided_statistic), observed);
  const Proportion background = share(model.toys(0.0, one.s, toys, one_sided_statistic), observed);
  double exact_signal = 0.0;
  double exact_background = 0.0;
  for (double n = 0.0; n <= one.n; ++n) {
    exact_signal += poisson(n, one.s + one.b);
    exact_background += poisson(n, one.b);
  }
  const auto within = [](double p) { return 4.0 * std::sqrt(p * (1.0 - p) / toys); };
  CHECK(signal.value() == Approx(exact_signal).margin(within(exact_signal)));
  CHECK(background.value() == Approx(exact_background).margin(within(exact_background)));
  if (one.n == 0.0) CHECK(exact_signal / exact_background == Approx(0.1).epsilon(1e-6));
}

// Far from the bound q is chi2 with one degree of freedom (quantiles 2.7055 and 6.6349); at d = 0
// half of the toys have q = 0 and the others chi2 (2.7055 is then the quantile of 95 %).
TEST_CASE("Gaussian data give chi2, and half of it at the bound") {
  const OneBin model{joint_of(likelihood::gaussian_chi2(one_bin(1.0)), 10.0), 10.0};
  constexpr int toys = 40'000;
  const auto check = [&](const std::vector<double>& values, double q, double expected) {
    const Proportion above = share(values, q);
    CHECK(above.value() ==
          Approx(expected).margin(4.0 * std::sqrt(expected * (1 - expected) / toys)));
  };
  const std::vector<double> inside = model.toys(20.0, 20.0, toys, two_sided_statistic);
  check(inside, 2.705543, 0.10);
  check(inside, 6.634897, 0.01);
  check(inside, 0.454936, 0.50);
  const std::vector<double> bound = model.toys(0.0, 0.0, toys, two_sided_statistic);
  CHECK(std::ranges::count(bound, 0.0) == Approx(0.5 * toys).margin(4.0 * std::sqrt(0.25 * toys)));
  check(bound, 2.705543, 0.05);
  std::vector<std::int32_t> counts(q_bins::count);
  for (const double q : inside) ++counts[q_bins::index(q)];
  const Quantile c = quantile(counts, 0.90);
  // The density of chi2(1) at its quantile is 0.0627.
  CHECK(c.error == Approx(std::sqrt(0.09 / toys) / 0.0627).epsilon(0.3));
  CHECK(c.value == Approx(2.705543).margin(4.0 * c.error));
}

TEST_CASE("Priors are drawn around the nuisances of the hypothesis, or stay") {
  // 30 where 10 are expected with an error of 20 %: the nuisance is pulled up.
  const OneBin model{joint_of(likelihood::gaussian_chi2(one_bin(1.0)), 10.0,
                              {{.name = "scale", .width = 0.2, .lower = -0.9, .upper = 5.0}}),
                     12.0};
  const double pull = model.data().at(0.0).pulls[0];
  CHECK(pull == Approx(2.0 * 2.0 / (1.0 + 4.0)));  // (12 - 10 - 2 p)^2 + p^2
  const ToyGenerator fluctuated = model.generator(0.0);
  const ToyGenerator fixed = model.generator(0.0, Auxiliary::fixed);
  CHECK(fluctuated.asimov().centres[0] == pull);
  CHECK(fluctuated.asimov().terms[0].values(0) == Approx(10.0 + 2.0 * pull));
  double sum = 0.0;
  double squares = 0.0;
  constexpr int toys = 20'000;
  for (std::uint32_t k = 0; k < toys; ++k) {
    RandomStream stream{{1, 1}, {1, 1, k}};
    const double centre = fluctuated.draw(stream).centres[0] - pull;
    sum += centre;
    squares += centre * centre;
    RandomStream again{{1, 1}, {1, 1, k}};
    CHECK(fixed.draw(again).centres[0] == 0.0);
  }
  CHECK(sum / toys == Approx(0.0).margin(4.0 / std::sqrt(toys)));
  CHECK(squares / toys == Approx(1.0).margin(4.0 * std::sqrt(2.0 / toys)));
}

TEST_CASE("Toys of a prediction below zero are refused by name") {
  const OneBin model{joint_of(likelihood::poisson_deviance(0.1), -1.0), 0.0};
  CHECK_THROWS_WITH(model.generator(0.0), Catch::Contains("bin expects -1 events in bin 0"));
}

TEST_CASE("A statistic of fits that are not verified is none") {
  const ProfilePoint good{.poi = {1.0},
                          .minus_two_log_l = 5.0,
                          .slope = {},
                          .pulls = {},
                          .status = fit::FitStatus::converged};
  ProfilePoint bad = good;
  bad.status = fit::FitStatus::not_converged;
  ProfilePoint lower = good;
  lower.minus_two_log_l = 4.0;
  CHECK(two_sided_statistic({.tested = good, .best = lower}) == 1.0);
  CHECK(std::isnan(two_sided_statistic({.tested = bad, .best = lower})));
  CHECK(std::isnan(two_sided_statistic({.tested = good, .best = bad})));
  CHECK(std::isnan(two_sided_statistic({.tested = lower, .best = good})));  // it missed the minimum
  ProfilePoint beyond = lower;
  beyond.poi = {2.0};
  CHECK(one_sided_statistic({.tested = good, .best = beyond}) == 0.0);
  CHECK(two_sided_statistic({.tested = good, .best = beyond}) == 1.0);
}

// sigma = 1 everywhere: closed forms. Bands of the bounded fit: N + sqrt(c), sqrt(N^2 + c) + N.
TEST_CASE("Expected limits of Gaussian data have closed forms") {
  const OneBin model{joint_of(likelihood::gaussian_chi2(one_bin(1.0)), 10.0), 10.0};
  const ExpectedLimits bands = expected_limits(model.data(), 2.71, 1e3);
  const std::array<double, 5> expected{-2.0 + std::sqrt(6.71), -1.0 + std::sqrt(3.71),
                                       std::sqrt(2.71), 1.0 + std::sqrt(2.71),
                                       2.0 + std::sqrt(2.71)};
  for (std::size_t i = 0; i < bands.size(); ++i) {
    CHECK(bands[i].status == LimitStatus::ok);
    CHECK(bands[i].poi == Approx(expected[i]).epsilon(1e-7));
  }
  // CL_s at 90 %: Phi^-1(1 - 0.1 Phi(N)) + N; normal quantiles by Python.
  const ExpectedLimits cls = expected_cls_limits(model.data(), 0.90, 1e3);
  CHECK(cls[2].poi == Approx(1.644854).epsilon(1e-6));
  CHECK(cls[3].poi == Approx(1.0 + 1.377787).epsilon(1e-6));   // alpha = 0.0841345
  CHECK(cls[1].poi == Approx(-1.0 + 2.147782).epsilon(1e-6));  // alpha = 0.0158655
  // Observed CL_s: data at the background, and 1 sigma above it, where
  // [1 - Phi(x - 1)]/Phi(1) = 0.1, so x = 1 + Phi^-1(1 - 0.0841345).
  const Limit at_background =
      asymptotic_cls_limit(model.data(), model.data().best_fit().best, model.data(), 0.90, 1e3);
  CHECK(at_background.poi == Approx(1.644854).epsilon(1e-6));
  const OneBin above{joint_of(likelihood::gaussian_chi2(one_bin(1.0)), 10.0), 11.0};
  const Limit excess =
      asymptotic_cls_limit(above.data(), above.data().best_fit().best, model.data(), 0.90, 1e3);
  CHECK(excess.poi == Approx(2.377787).epsilon(1e-6));
}

// Many events and a nuisance that is well known: data are Gaussian, and limits of the Asimov data
// set are the quantiles of limits of toys. A thousandth of the toys below and above each quantile
// is an error of 0.5 % of d, so 2 % is what the formula may be off by.
TEST_CASE("Expected limits are the quantiles of toys where counts are large") {
  const OneBin model{joint_of(likelihood::poisson_deviance(), 40'000.0,
                              {{.name = "scale", .width = 0.004, .lower = -0.5, .upper = 0.5}}),
                     40'000.0};
  const ToyGenerator generator = model.generator(0.0);
  const ExpectedLimits bands = expected_limits(
      model.data().with(std::make_shared<likelihood::Observation>(generator.asimov())), 2.71, 1e6);
  constexpr int toys = 10'000;
  std::vector<double> couplings;
  for (std::uint32_t k = 0; k < toys; ++k) {
    RandomStream stream{{5, 6}, {0, 0, k}};
    const Profile toy =
        model.data().with(std::make_shared<likelihood::Observation>(generator.draw(stream)));
    const Limit limit = toy.upper_limit(toy.best_fit().best, 2.71, 1e6);
    REQUIRE(limit.status == LimitStatus::ok);
    couplings.push_back(std::sqrt(limit.poi));
  }
  std::ranges::sort(couplings);
  for (std::size_t i = 1; i + 1 < bands.size(); ++i) {
    const double share = 0.5 * std::erfc(-band_sigmas[i] / std::sqrt(2.0));
    INFO("sigma " << band_sigmas[i]);
    CHECK(couplings[static_cast<std::size_t>(share * toys)] ==
          Approx(std::sqrt(bands[i].poi)).epsilon(0.02));
  }
}
