// One bin with background B, portal template D per unit of x and a nuisance p of width w on the
// background: everything is known in closed form. With Gaussian data n +- s,
//   -2 ln L = (n - B (1 + w p) - x D)^2/s^2 + p^2,
// the covariance of (x, p) is [[(s^2 + w^2 B^2)/D^2, -w B/D], [-w B/D, 1]], and that of p at a
// given x is s^2/(s^2 + w^2 B^2). With counts n and x given, half the second derivative by p is 1 +
// n (w B)^2/mu^2.
#include "nudipole/inference/covariance.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/profiles.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Nuisance;
using likelihood::Term;

namespace {

constexpr double background = 40.0;
constexpr double width = 0.1;
constexpr double error = 3.0;
constexpr double unit = 1.0e-18;       ///< of x [mu_B^2]
constexpr double portal = 5.0 / unit;  ///< events per mu_B^2

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

const Nuisance pull{.name = "w", .width = width, .lower = -0.99, .upper = 2.0};

struct OneBin {
  OneBin(std::shared_ptr<const likelihood::Statistic> statistic, std::vector<Nuisance> nuisances,
         double measured)
      : joint(std::make_shared<Joint>(std::vector<Term>{
            Term{{.name = "bin",
                  .bin_count = 1,
                  .statistic = std::move(statistic),
                  .nuisances = nuisances,
                  .components = {{"background", one_bin(background), all(nuisances.size())}},
                  .signal_scaled_by = {}}}})),
        observation(std::make_shared<likelihood::Observation>(joint->observe({one_bin(measured)}))),
        profile{joint, signals, observation, {}} {}

  [[nodiscard]] Covariance covariance_at(const ProfilePoint& point, PoiState pois) const {
    return covariance({*joint, signals, *observation}, point, pois);
  }
  static std::vector<std::size_t> all(std::size_t count) {
    std::vector<std::size_t> indices;
    for (std::size_t k = 0; k < count; ++k) indices.push_back(k);
    return indices;
  }

  prediction::Signals signals = test::linear_signals({one_bin(portal)});
  std::shared_ptr<const Joint> joint;
  std::shared_ptr<const likelihood::Observation> observation;
  Profile profile;
};

const double variance = error * error + width * width * background * background;

}  // namespace

TEST_CASE("The covariance of a fitted coupling and a nuisance is the closed form") {
  const OneBin bin{likelihood::gaussian_chi2(one_bin(error)), {pull}, background + 12.0};
  const Covariance found = bin.covariance_at(bin.profile.best_fit().best, PoiState::fitted);
  CHECK(found.free == std::vector<std::size_t>{0, 1});
  // -2 ln L is a parabola: the differences are exact up to rounding, 1e-13/1e-3 of a unit.
  CHECK(found.error(0) * portal == Approx(std::sqrt(variance)).epsilon(1.0e-8));
  CHECK(found.error(1) == Approx(1.0).epsilon(1.0e-8));
  CHECK(found.matrix(0, 1) * portal == Approx(-width * background).epsilon(1.0e-8));
  CHECK(found.correlation(0, 1) ==
        Approx(-width * background / std::sqrt(variance)).epsilon(1.0e-8));
  CHECK(found.matrix(0, 1) == found.matrix(1, 0));
}

TEST_CASE("A given coupling and one at zero are held") {
  const OneBin bin{likelihood::gaussian_chi2(one_bin(error)), {pull}, background - 7.0};
  const ProfilePoint best = bin.profile.best_fit().best;
  REQUIRE(best.poi.front() == 0.0);
  for (const auto& [point, pois] : {std::pair{bin.profile.at(2.0 * unit), PoiState::given},
                                    std::pair{best, PoiState::fitted}}) {
    const Covariance found = bin.covariance_at(point, pois);
    CHECK(found.free == std::vector<std::size_t>{1});
    CHECK(found.error(0) == 0.0);
    CHECK(found.error(1) == Approx(error / std::sqrt(variance)).epsilon(1.0e-8));
    CHECK(found.of_pulls(1)(0, 0) == found.matrix(1, 1));
  }
}

TEST_CASE("The covariance is that of the data, not of the expectation") {
  // Far more counts than expected: n/mu^2 and 1/mu, the Fisher information, differ by a third.
  const double measured = 60.0;
  const OneBin bin{likelihood::poisson_deviance(), {pull}, measured};
  const ProfilePoint point = bin.profile.at(0.0);
  const double expected = background * (1.0 + width * point.pulls.front());
  REQUIRE(measured / expected > 1.2);
  const double slope = width * background / expected;
  // Third derivatives: (1e-3 w)^2 relative.
  CHECK(bin.covariance_at(point, PoiState::given).error(1) ==
        Approx(1.0 / std::sqrt(1.0 + measured * slope * slope)).epsilon(1.0e-6));
}

TEST_CASE("Fixed nuisances and nuisances at a bound are held") {
  Nuisance fixed = pull;
  fixed.prior = likelihood::Prior::fixed;
  fixed.name = "fixed";
  const OneBin bin{likelihood::gaussian_chi2(one_bin(error)), {pull, fixed}, -1000.0};
  const ProfilePoint point = bin.profile.at(0.0);
  REQUIRE(point.pulls.front() == pull.lower_pull());
  const Covariance found = bin.covariance_at(point, PoiState::given);
  CHECK(found.free.empty());
  CHECK(found.matrix.isZero(0.0));
}

TEST_CASE("Parameters that the data do not tell apart have no covariance") {
  Nuisance one = pull;
  one.prior = likelihood::Prior::none;
  Nuisance other = one;
  other.name = "other";
  const OneBin bin{likelihood::gaussian_chi2(one_bin(error)), {one, other}, background};
  CHECK_THROWS_AS(bin.covariance_at(bin.profile.at(0.0), PoiState::given), NumericalError);
}
