#include "nudipole/likelihood/statistic.hpp"

#include "support/catch2.hpp"

#include <cmath>
#include <vector>

using namespace nudipole::likelihood;

namespace {

Eigen::ArrayXd bins(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

double value_of(const Statistic& statistic, const Eigen::ArrayXd& expected) {
  Eigen::ArrayXd derivative;
  return statistic.evaluate(expected, derivative);
}

}  // namespace

TEST_CASE("The Poisson deviance vanishes with its slope where prediction and data agree") {
  const auto counts = bins({0.5, 3.0, 1286.0});
  const auto deviance = poisson_deviance(counts);
  Eigen::ArrayXd slope;
  // Terms of about n ln n = 9000 cancel: rounding leaves a few 1e-12.
  CHECK(deviance->evaluate(counts, slope) == Approx(0.0).margin(1.0e-11));
  CHECK(slope.abs().maxCoeff() < 1.0e-15);
  CHECK((deviance->data() == counts).all());
}

TEST_CASE("The Poisson deviance has its closed form bin by bin") {
  // 2 (mu - n + n ln(n/mu)): for n = 10, mu = 5 it is 2 (10 ln 2 - 5), for n = 0 it is 2 mu.
  CHECK(value_of(*poisson_deviance(bins({10.0})), bins({5.0})) ==
        Approx(2.0 * (10.0 * std::log(2.0) - 5.0)).epsilon(1.0e-14));
  CHECK(value_of(*poisson_deviance(bins({0.0})), bins({0.25})) == 0.5);
  CHECK(value_of(*poisson_deviance(bins({10.0, 0.0})), bins({5.0, 0.25})) ==
        Approx(2.0 * (10.0 * std::log(2.0) - 5.0) + 0.5).epsilon(1.0e-14));
}

TEST_CASE("Without data the Poisson deviance is twice the prediction, however small") {
  const auto deviance = poisson_deviance(bins({0.0, 0.0}));
  for (const double mu : {1.0e-300, 1.0e-30, 1.0, 1.0e6}) {
    Eigen::ArrayXd slope;
    CHECK(deviance->evaluate(bins({mu, mu}), slope) == Approx(4.0 * mu).epsilon(1.0e-15));
    CHECK((slope == 2.0).all());
  }
}

TEST_CASE("The Poisson deviance is finite and grows away from the data") {
  for (const double n : {1.0, 20.0, 1286.0}) {
    const auto deviance = poisson_deviance(bins({n}));
    double previous = -1.0e-9;
    for (double ratio = 1.0; ratio > 1.0e-200; ratio *= 0.3) {
      const double value = value_of(*deviance, bins({n * ratio}));
      REQUIRE(std::isfinite(value));
      REQUIRE(value >= previous);
      previous = value;
    }
    previous = -1.0e-9;
    for (double ratio = 1.0; ratio < 1.0e12; ratio *= 1.7) {
      const double value = value_of(*deviance, bins({n * ratio}));
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
  CHECK(value_of(*poisson_deviance(bins({n})), bins({mu})) ==
        Approx((mu - n) * (mu - n) / n).epsilon(1.0e-3));
}

TEST_CASE("The gaussian chi2 has its closed form") {
  const auto chi2 = gaussian_chi2(bins({1.0, -2.0}), bins({0.5, 4.0}));
  Eigen::ArrayXd slope;
  CHECK(chi2->evaluate(bins({2.0, 2.0}), slope) == Approx(4.0 + 1.0).epsilon(1.0e-15));
  CHECK(slope(0) == Approx(2.0 * 1.0 / 0.25).epsilon(1.0e-15));
  CHECK(slope(1) == Approx(2.0 * 4.0 / 16.0).epsilon(1.0e-15));
  CHECK(value_of(*chi2, bins({1.0, -2.0})) == 0.0);
  CHECK((chi2->data() == bins({1.0, -2.0})).all());
}

TEST_CASE("Slopes and curvatures are the derivatives of the statistic") {
  const auto expected = bins({0.7, 12.0, 55.0});
  const double step = 1.0e-5;
  const std::vector<std::shared_ptr<const Statistic>> statistics{
      poisson_deviance(bins({0.0, 9.0, 61.0})),
      gaussian_chi2(bins({0.0, 9.0, 61.0}), bins({0.3, 2.0, 7.0}))};
  for (const auto& statistic : statistics) {
    Eigen::ArrayXd slope;
    statistic->evaluate(expected, slope);
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      Eigen::ArrayXd up = expected;
      Eigen::ArrayXd down = expected;
      up(bin) += step;
      down(bin) -= step;
      // Rounding of a value near 100 over 2e-5 allows 1e-9 or so.
      CHECK(slope(bin) ==
            Approx((value_of(*statistic, up) - value_of(*statistic, down)) / (2.0 * step))
                .epsilon(1.0e-7)
                .margin(1.0e-8));
    }
  }
}

TEST_CASE("The Poisson curvature is that of data equal to the prediction") {
  const auto expected = bins({0.7, 12.0, 55.0});
  const double step = 1.0e-4;
  for (const auto& statistic :
       {poisson_deviance(expected), gaussian_chi2(expected, bins({0.3, 2.0, 7.0}))}) {
    const Eigen::ArrayXd curvature = statistic->curvature(expected);
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      Eigen::ArrayXd up = expected;
      Eigen::ArrayXd down = expected;
      up(bin) += step;
      down(bin) -= step;
      Eigen::ArrayXd slope_up;
      Eigen::ArrayXd slope_down;
      statistic->evaluate(up, slope_up);
      statistic->evaluate(down, slope_down);
      // Third derivatives enter at (step/mu)^2 = 2e-8.
      CHECK(curvature(bin) ==
            Approx((slope_up(bin) - slope_down(bin)) / (2.0 * step)).epsilon(1.0e-7));
    }
  }
}
