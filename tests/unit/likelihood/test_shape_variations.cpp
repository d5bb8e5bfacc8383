// Shape nuisances and backgrounds of free shape, by themselves and inside a term.
#include "nudipole/prediction/variation.hpp"

#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/signals.hpp"
#include "support/variations.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>

using namespace nudipole;
using namespace nudipole::likelihood;
using namespace nudipole::prediction;
using test::signal_at;
using test::toy_definition;
using test::toy_observed;
using test::toy_portal;
using test::toy_x;

namespace {

/// events(bin) = height exp(-slope bin), with derivatives by both.
class Exponential final : public ParametricBackground {
 public:
  [[nodiscard]] std::string name() const override { return "exponential"; }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override { return nuisances_; }
  [[nodiscard]] Prediction predict(std::span<const double> values) const override {
    const Eigen::ArrayXd bins = Eigen::ArrayXd::LinSpaced(6, 0.0, 5.0);
    const Eigen::ArrayXd shape = (-values[1] * bins).exp();
    Prediction prediction{.events = values[0] * shape, .by_value = Eigen::ArrayXXd(6, 2)};
    prediction.by_value.col(0) = shape;
    prediction.by_value.col(1) = -values[0] * bins * shape;
    return prediction;
  }

 private:
  std::vector<std::size_t> nuisances_{5, 4};
};

/// Columns nominal, minus, plus, minus, plus.
Eigen::ArrayXXd variants_of(const Eigen::ArrayXd& nominal) {
  Eigen::ArrayXXd variants(6, 5);
  variants.col(0) = nominal;
  variants.col(1) = 0.8 * nominal;
  variants.col(2) = 1.3 * nominal;
  variants.col(3) = nominal + 0.1;
  variants.col(4) = 0.9 * nominal;
  return variants;
}

/// The toy with shape nuisances 3 and 2 on a component and on the portal, and a background of
/// free shape with parameters 5 (height) and 4 (slope).
Term varied_toy() {
  Term::Definition definition = toy_definition("varied");
  definition.nuisances.push_back({.name = "shape", .lower = -4.0, .upper = 4.0});
  definition.nuisances.push_back(
      {.name = "slope", .centre = 0.4, .width = 0.1, .lower = 0.0, .upper = 2.0});
  definition.nuisances.push_back(
      {.name = "height", .centre = 5.0, .width = 0.5, .lower = 0.0, .upper = 20.0});
  const auto variations = test::vary({parabola(3), parabola(1)});
  definition.components[2].events = variants_of(definition.components[2].events.col(0));
  definition.components[2].variations = variations;
  definition.signal_variations = variations;
  definition.parametric.push_back(std::make_shared<Exponential>());
  return Term{definition};
}

}  // namespace

TEST_CASE("A varied template is nominal without pulls and a variant at a pull of one") {
  const auto variations = test::vary({parabola(2), parabola(0)});
  CHECK(variations->variant_count() == 5);
  CHECK(variations->nuisances() == std::vector<std::size_t>{2, 0});
  const auto weights = [&](double first, double second) {
    return variations->weights(std::array{second, 99.0, first}).weights;
  };
  const auto unit = [](Eigen::Index i) { return Eigen::VectorXd::Unit(5, i); };
  CHECK(weights(0.0, 0.0) == unit(0));
  CHECK(weights(-1.0, 0.0) == unit(1));
  CHECK(weights(1.0, 0.0) == unit(2));
  CHECK(weights(0.0, -1.0) == unit(3));
  CHECK(weights(0.0, 1.0) == unit(4));
  // Deformations of two nuisances add up.
  CHECK(weights(1.0, -1.0) == Eigen::VectorXd{unit(2) + unit(3) - unit(0)});
}

TEST_CASE("A variation is a parabola inside and its tangent outside") {
  const auto variations = test::vary({parabola(0)});
  // V = (5, 4, 8): the parabola through 4, 5, 8 is 5 + 2 p + p^2, with slopes 0 and 4 at -1 and 1.
  const Eigen::Vector3d variants{5.0, 4.0, 8.0};
  const auto value = [&](double pull) {
    return variants.dot(variations->weights(std::array{pull}).weights);
  };
  for (const double pull : {-0.9, -0.3, 0.0, 0.4, 1.0}) {
    CHECK(value(pull) == Approx(5.0 + 2.0 * pull + pull * pull).epsilon(1.0e-14));
  }
  CHECK(value(3.0) == Approx(8.0 + 4.0 * 2.0).epsilon(1.0e-14));
  CHECK(value(-3.0) == Approx(4.0).epsilon(1.0e-14));
}

TEST_CASE("The slopes of the weights agree with finite differences") {
  const auto variations = test::vary({parabola(1), parabola(0)});
  const double h = 1.0e-6;
  for (const double pull : {-2.5, -1.2, -0.5, 0.0, 0.7, 1.4, 3.0}) {
    const VariantWeights at = variations->weights(std::array{0.3, pull});
    const auto weights = [&](const auto& pulls) { return variations->weights(pulls).weights; };
    const Eigen::VectorXd slope =
        test::central_difference(weights, std::array{0.3, pull}, std::size_t{1}, h);
    CHECK((at.by_value.col(0) - slope).cwiseAbs().maxCoeff() < 1.0e-8);
  }
}

TEST_CASE("A term with shapes has the gradient of its finite differences") {
  const Term term = varied_toy();
  const Eigen::ArrayXXd portal = 1.0e18 * variants_of(toy_portal() * 1.0e-18);
  for (const double shape : {-1.7, -0.4, 0.6, 2.2}) {
    const std::array<double, 6> pulls{0.5, 0.8, -0.3, shape, 0.4, -0.9};
    std::array<double, 7> gradient{};
    term.evaluate(signal_at(toy_x, portal), pulls, toy_observed(), gradient);
    const double h = 1.0e-5;
    for (std::size_t k = 0; k < pulls.size(); ++k) {
      const auto at = [&](const auto& moved) {
        return term.evaluate(signal_at(toy_x, portal), moved, toy_observed(), {});
      };
      const double slope = test::central_difference(at, pulls, k, h);
      INFO("nuisance " << k << " at shape " << shape);
      CHECK(gradient[1 + k] == Approx(slope).epsilon(1.0e-6).margin(1.0e-7));
    }
    const auto along = [&](double step) {
      return term.evaluate(signal_at(toy_x * (1.0 + step), portal), pulls, toy_observed(), {});
    };
    CHECK(gradient[0] * toy_x == Approx(test::central_difference(along, h)).epsilon(1.0e-6));
  }
}

TEST_CASE("The curvature of a term with shapes is J^T C J of its predictions") {
  const Term term = varied_toy();
  const Eigen::ArrayXXd portal = 1.0e18 * variants_of(toy_portal() * 1.0e-18);
  const std::array<double, 6> pulls{0.5, 0.8, -0.3, 0.6, 0.4, -0.9};
  const double h = 1.0e-6;
  Eigen::MatrixXd jacobian(6, 7);
  const auto along = [&](double step) {
    return term.expected(signal_at(toy_x * (1.0 + step), portal), pulls);
  };
  jacobian.col(0) = test::central_difference(along, h);
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    const auto at = [&](const auto& moved) {
      return term.expected(signal_at(toy_x, portal), moved);
    };
    jacobian.col(static_cast<Eigen::Index>(1 + k)) = test::central_difference(at, pulls, k, h);
  }
  const Eigen::VectorXd weights =
      term.statistic().curvature(term.expected(signal_at(toy_x, portal), pulls)).matrix();
  const Eigen::MatrixXd wanted = jacobian.transpose() * weights.asDiagonal() * jacobian;
  Eigen::MatrixXd found = term.curvature(signal_at(toy_x, portal), pulls);
  found.row(0) *= toy_x;
  found.col(0) *= toy_x;
  CHECK(found.isApprox(wanted, 1.0e-7));
}

TEST_CASE("Variations with equal variants change nothing") {
  Term::Definition definition = toy_definition("rigid");
  definition.nuisances.push_back({.name = "shape", .lower = -4.0, .upper = 4.0});
  const Term plain{definition};
  definition.components[0].events = definition.components[0].events.col(0).replicate(1, 3).eval();
  definition.components[0].variations = test::vary({parabola(3)});
  const Term rigid{definition};
  const std::array<double, 4> pulls{0.5, 0.8, -0.3, 2.5};
  CHECK(rigid.evaluate(signal_at(toy_x, toy_portal()), pulls, toy_observed(), {}) ==
        Approx(plain.evaluate(signal_at(toy_x, toy_portal()), pulls, toy_observed(), {}))
            .epsilon(1.0e-13));
}

TEST_CASE("Processes with variations add up to the expectation of their term") {
  const Term term = varied_toy();
  const std::vector<double> pulls{0.7, -0.4, 0.3, -1.6, 0.5, -0.8};
  const prediction::SignalPoint signal = signal_at(toy_x, variants_of(toy_portal()));
  Eigen::ArrayXd sum = term.signal_events(signal, pulls);
  CHECK((sum - signal.events()).abs().maxCoeff() > 0.1);  // the shapes change it
  for (const Component& component : term.components()) {
    sum += term.component_events(component, pulls);
  }
  for (const auto& background : term.parametric()) {
    sum += term.parametric_events(*background, pulls);
  }
  CHECK((sum - term.expected(signal, pulls)).abs().maxCoeff() < 1.0e-12);
}
