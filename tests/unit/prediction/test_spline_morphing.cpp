#include "nudipole/core/error.hpp"
#include "nudipole/likelihood/term.hpp"
#include "nudipole/prediction/spline_morphing.hpp"
#include "support/catch2.hpp"
#include "support/signals.hpp"

#include <array>
#include <cmath>
#include <vector>

using namespace nudipole;
using prediction::Morphing;
using prediction::MorphWeights;

namespace {

/// Two shape nuisances, number 2 and number 0 of the term, with 3 and 7 variants each.
std::shared_ptr<const Morphing> two_axes() {
  return prediction::spline_morphing(
      {{.nuisance = 2, .pulls = {0.0, -1.0, 1.0}},
       {.nuisance = 0, .pulls = {0.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0}}});
}

}  // namespace

TEST_CASE("Spline morphing is exact at the variants, the nominal one comes first") {
  const auto morphing = two_axes();
  REQUIRE(morphing->variant_count() == 21);
  CHECK(morphing->nuisances() == std::vector<std::size_t>{2, 0});
  const std::vector<double> first{0.0, -1.0, 1.0};
  const std::vector<double> second{0.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0};
  for (std::size_t i = 0; i < first.size(); ++i) {
    for (std::size_t j = 0; j < second.size(); ++j) {
      const std::array pulls{second[j], 99.0, first[i]};
      const Eigen::VectorXd weights = morphing->weights(pulls).weights;
      for (std::size_t v = 0; v < 21; ++v) {
        CHECK(weights(static_cast<Eigen::Index>(v)) ==
              Approx(v == 7 * i + j ? 1.0 : 0.0).margin(1e-14));
      }
    }
  }
}

TEST_CASE("Spline morphing has the derivatives of its weights, also at and beyond the variants") {
  const auto morphing = two_axes();
  constexpr double h = 1e-5;
  for (const double a : {-1.7, -1.0, -0.2, 0.0, 0.6, 1.0, 1.3}) {
    for (const double b : {-3.5, -3.0, -2.5, -1.0, 0.0, 0.3, 2.0, 2.9, 3.2}) {
      const MorphWeights here = morphing->weights(std::array{b, 0.0, a});
      const auto at = [&](double da, double db) {
        return morphing->weights(std::array{b + db, 0.0, a + da}).weights;
      };
      const Eigen::VectorXd by_first = (at(h, 0.0) - at(-h, 0.0)) / (2.0 * h);
      const Eigen::VectorXd by_second = (at(0.0, h) - at(0.0, -h)) / (2.0 * h);
      // Third derivatives are below 100 and jump at the variants: error 100 h^2/6, rounding 1e-11.
      CHECK((here.by_value.col(0) - by_first).cwiseAbs().maxCoeff() < 1e-8);
      CHECK((here.by_value.col(1) - by_second).cwiseAbs().maxCoeff() < 1e-8);
    }
  }
}

TEST_CASE("Two axes are the product of both splines") {
  const auto single = prediction::spline_morphing({{.nuisance = 0, .pulls = {0.0, -1.0, 1.0}}});
  const auto both = prediction::spline_morphing(
      {{.nuisance = 0, .pulls = {0.0, -1.0, 1.0}}, {.nuisance = 1, .pulls = {0.0, 1.0, 2.0}}});
  // Values a_i that do not depend on the second axis: the second spline must drop out.
  Eigen::VectorXd values(9);
  values << 1.0, 1.0, 1.0, 0.4, 0.4, 0.4, 2.5, 2.5, 2.5;
  const Eigen::Vector3d alone{1.0, 0.4, 2.5};
  for (const double t : {-0.8, 0.3}) {
    CHECK(values.dot(both->weights(std::array{t, 1.4}).weights) ==
          Approx(alone.dot(single->weights(std::array{t}).weights)).epsilon(1e-14));
  }
}

TEST_CASE("A term with spline morphing has the right gradient") {
  const auto morphing = two_axes();
  Eigen::ArrayXXd events(3, 21);
  Eigen::ArrayXXd portal(3, 21);
  for (Eigen::Index v = 0; v < 21; ++v) {
    const auto s = static_cast<double>(v);
    events.col(v) << 5.0 + 0.1 * s, 7.0 - 0.05 * s, 3.0 + std::sin(s);
    portal.col(v) << 1.0 + 0.02 * s, 2.0, 1.5 + 0.1 * std::cos(s);
  }
  const likelihood::Term term{{.name = "toy",
                               .bin_count = 3,
                               .statistic = likelihood::poisson_deviance(),
                               .nuisances = {{.name = "b", .lower = -3.0, .upper = 3.0},
                                             {.name = "norm", .width = 0.2},
                                             {.name = "a", .lower = -1.0, .upper = 1.0}},
                               .components = {{"cevns", events, {1}, morphing}},
                               .signal_scaled_by = {1},
                               .signal_morphing = morphing}};
  const likelihood::Observed observed = term.observe(Eigen::Array3d{6.0, 9.0, 2.0});
  const std::array pulls{0.7, -0.4, 0.35};
  std::array<double, 4> gradient{};
  (void)term.evaluate(test::signal_at(1.3, portal), pulls, observed, gradient);
  constexpr double h = 1e-6;
  for (std::size_t k = 0; k < 4; ++k) {
    const auto value = [&](double step) {
      auto shifted = pulls;
      if (k > 0) shifted[k - 1] += step;
      return term.evaluate(test::signal_at(1.3 + (k == 0 ? step : 0.0), portal), shifted, observed,
                           {});
    };
    // Central differences: truncation and rounding are near 1e-9.
    CHECK(gradient[k] == Approx((value(h) - value(-h)) / (2.0 * h)).epsilon(1e-7).margin(1e-8));
  }
}

TEST_CASE("A morphing axis begins with the nominal variant") {
  CHECK_THROWS_AS(prediction::spline_morphing({{.nuisance = 0, .pulls = {-1.0, 0.0}}}), Error);
  CHECK_THROWS_AS(prediction::spline_morphing({{.nuisance = 0, .pulls = {0.0}}}), Error);
  CHECK_THROWS_AS(prediction::spline_morphing({{.nuisance = 0, .pulls = {0.0, 1.0, 1.0}}}), Error);
}
