#include "nudipole/likelihood/statistic.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/throws_like.hpp"

#include <cmath>
#include <vector>

using namespace nudipole::likelihood;

namespace {

Eigen::ArrayXd bins(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

/// -2 ln L of data, and its derivatives.
struct Deviance {
  double value;
  Eigen::ArrayXd slope;
};
Deviance deviance(const Statistic& statistic, const Eigen::ArrayXd& data,
                  const Eigen::ArrayXd& expected) {
  Deviance result{.value = 0.0, .slope = {}};
  result.value = statistic.deviance(expected, statistic.observe(data), result.slope);
  return result;
}

double poisson(const std::vector<double>& data, const std::vector<double>& expected) {
  return deviance(*poisson_deviance(), bins(data), bins(expected)).value;
}

}  // namespace

TEST_CASE("The Poisson deviance vanishes with its slope where prediction and data agree") {
  const auto counts = bins({0.5, 3.0, 1286.0});
  const auto [value, slope] = deviance(*poisson_deviance(), counts, counts);
  // Terms of about n ln n = 9000 cancel: rounding leaves a few 1e-12.
  CHECK(value == Approx(0.0).margin(1.0e-11));
  CHECK(slope.abs().maxCoeff() < 1.0e-15);
}

TEST_CASE("The Poisson deviance has its closed form bin by bin") {
  // 2 (mu - n + n ln(n/mu)): for n = 10, mu = 5 it is 2 (10 ln 2 - 5), for n = 0 it is 2 mu.
  CHECK(poisson({10.0}, {5.0}) == Approx(2.0 * (10.0 * std::log(2.0) - 5.0)).epsilon(1.0e-14));
  CHECK(poisson({0.0}, {0.25}) == 0.5);
  CHECK(poisson({10.0, 0.0}, {5.0, 0.25}) ==
        Approx(2.0 * (10.0 * std::log(2.0) - 5.0) + 0.5).epsilon(1.0e-14));
}

TEST_CASE("Without data the Poisson deviance is twice the prediction, however small") {
  for (const double mu : {1.0e-300, 1.0e-30, 1.0, 1.0e6}) {
    const auto [value, slope] = deviance(*poisson_deviance(), bins({0.0, 0.0}), bins({mu, mu}));
    CHECK(value == Approx(4.0 * mu).epsilon(1.0e-15));
    CHECK((slope == 2.0).all());
  }
}

TEST_CASE("The Poisson deviance is finite and grows away from the data") {
  for (const double n : {1.0, 20.0, 1286.0}) {
    double previous = -1.0e-9;
    for (double ratio = 1.0; ratio > 1.0e-200; ratio *= 0.3) {
      const double value = poisson({n}, {n * ratio});
      REQUIRE(std::isfinite(value));
      REQUIRE(value >= previous);
      previous = value;
    }
    previous = -1.0e-9;
    for (double ratio = 1.0; ratio < 1.0e12; ratio *= 1.7) {
      const double value = poisson({n}, {n * ratio});
      REQUIRE(std::isfinite(value));
      REQUIRE(value >= previous);
      previous = value;
    }
  }
}

TEST_CASE("The Poisson deviance becomes a chi2 for many counts") {
  // (mu - n)^2/n for mu = n (1 + e): the next term of the series is smaller by 2 e/3.
  const double n = 1.0e8;
  const double mu = n * 1.001;
  CHECK(poisson({n}, {mu}) == Approx((mu - n) * (mu - n) / n).epsilon(1.0e-3));
}

TEST_CASE("The gaussian chi2 has its closed form") {
  const auto chi2 = gaussian_chi2(bins({0.5, 4.0}));
  const auto [value, slope] = deviance(*chi2, bins({1.0, -2.0}), bins({2.0, 2.0}));
  CHECK(value == Approx(4.0 + 1.0).epsilon(1.0e-15));
  CHECK(slope(0) == Approx(2.0 * 1.0 / 0.25).epsilon(1.0e-15));
  CHECK(slope(1) == Approx(2.0 * 4.0 / 16.0).epsilon(1.0e-15));
  CHECK(deviance(*chi2, bins({1.0, -2.0}), bins({1.0, -2.0})).value == 0.0);
}

TEST_CASE("Slopes and curvatures are the derivatives of the statistic") {
  const auto expected = bins({0.7, 12.0, 55.0});
  const double step = 1.0e-5;
  const auto data = bins({0.0, 9.0, 61.0});
  for (const auto& statistic : {poisson_deviance(), gaussian_chi2(bins({0.3, 2.0, 7.0}))}) {
    const Eigen::ArrayXd slope = deviance(*statistic, data, expected).slope;
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      const auto value = [&](const Eigen::ArrayXd& mu) {
        return deviance(*statistic, data, mu).value;
      };
      // Rounding of a value near 100 over 2e-5 allows 1e-9 or so.
      CHECK(slope(bin) == Approx(nudipole::test::central_difference(value, expected, bin, step))
                              .epsilon(1.0e-7)
                              .margin(1.0e-8));
    }
  }
}

TEST_CASE("The Poisson curvature is that of data equal to the prediction") {
  const auto expected = bins({0.7, 12.0, 55.0});
  const double step = 1.0e-4;
  for (const auto& statistic : {poisson_deviance(), gaussian_chi2(bins({0.3, 2.0, 7.0}))}) {
    const Eigen::ArrayXd curvature = statistic->curvature(expected);
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      const auto slope = [&](const Eigen::ArrayXd& mu) {
        return deviance(*statistic, expected, mu).slope(bin);
      };
      // Third derivatives enter at (step/mu)^2 = 2e-8.
      CHECK(curvature(bin) ==
            Approx(nudipole::test::central_difference(slope, expected, bin, step)).epsilon(1.0e-7));
    }
  }
}

TEST_CASE("Statistics accept what they can compare") {
  const auto poisson_statistic = poisson_deviance(0.1);
  CHECK((poisson_statistic->observe(bins({0.0, 2.5})).values == bins({0.0, 2.5})).all());
  // What depends on the data alone: 2 (n ln n - n), for n = 2.5 and 0.
  CHECK(poisson_statistic->observe(bins({0.0, 2.5})).constant ==
        Approx(2.0 * (2.5 * std::log(2.5) - 2.5)).epsilon(1.0e-14));
  const double nan = std::nan("");
  for (const double bad : {-1.0, nan, HUGE_VAL}) {
    nudipole::test::check_throws<nudipole::DataError>(
        [&] {
          (void)poisson_statistic->observe(bins({1.0, bad}));
        },
        {"bin 1", ">= 0"});
  }
  const auto gaussian = gaussian_chi2(bins({0.3, 2.0}));
  CHECK((gaussian->observe(bins({-1.0, 0.0})).values == bins({-1.0, 0.0})).all());
  nudipole::test::check_throws<nudipole::DataError>(
      [&] {
        (void)gaussian->observe(bins({nan, 1.0}));
      },
      {"bin 0", "finite"});
  nudipole::test::check_throws<nudipole::DataError>([&] { (void)gaussian->observe(bins({1.0})); },
                                                    {"1 values", "2"});
}

TEST_CASE("Statistics say how their data scatter") {
  CHECK(std::holds_alternative<PoissonSampling>(poisson_deviance()->sampling()));
  CHECK(std::holds_alternative<PoissonSampling>(poisson_deviance(0.1)->sampling()));
  const Sampling gaussian = gaussian_chi2(bins({0.3, 2.0}))->sampling();
  CHECK((std::get<GaussianSampling>(gaussian).errors == bins({0.3, 2.0})).all());
}
