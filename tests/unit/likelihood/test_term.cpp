#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/throws_like.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <random>

using namespace nudipole;
using namespace nudipole::likelihood;
using test::toy_definition;
using test::toy_portal;
using test::toy_x;

namespace {

using Pulls = std::array<double, 3>;

Pulls random_pulls(std::mt19937& generator) {
  std::uniform_real_distribution<double> uniform{-1.5, 1.5};
  return {uniform(generator), uniform(generator), uniform(generator)};
}

/// The toy with its own prediction at (x, pulls) as data.
Term asimov(double x, const Pulls& pulls) {
  Term::Definition definition = toy_definition("asimov");
  const Term term{definition};
  definition.statistic = poisson_deviance(term.expected(x, toy_portal(), pulls));
  return Term{definition};
}

}  // namespace

TEST_CASE("Expected events are the components with their scales and the portal with x") {
  const Term term{toy_definition("toy")};
  // mu = (1+a) S + (1+b)(steady + late) + (1+a+c) prompt + fixed + x (1+a) D with values a = 0.1,
  // b = -0.1, c = 0.2 + 0.3 = 0.5 of pulls 1, -2, 1; first bin by hand.
  const Eigen::ArrayXd mu = term.expected(toy_x, toy_portal(), Pulls{1.0, -2.0, 1.0});
  const double by_hand = 1.1 * 9.0 + 0.9 * (10.0 + 0.4 * 0.25) + 1.6 * 6.0 + 0.7 + 1.1 * 4.0;
  CHECK(mu(0) == Approx(by_hand).epsilon(1.0e-14));
  CHECK(mu.size() == 6);
  CHECK(term.bin_count() == 6);
  CHECK(term.components().size() == 5);
  CHECK(term.name() == "toy");
}

TEST_CASE("The value is the statistic of the expected events, without priors") {
  const Term term{toy_definition("toy")};
  const Pulls pulls{0.7, -0.3, 1.2};
  Eigen::ArrayXd ignored;
  CHECK(term.evaluate(toy_x, toy_portal(), pulls, {}) ==
        term.statistic().evaluate(term.expected(toy_x, toy_portal(), pulls), ignored));
}

TEST_CASE("The gradient agrees with finite differences at random points") {
  const Term term{toy_definition("toy")};
  std::mt19937 generator{20220811};
  for (int trial = 0; trial < 20; ++trial) {
    const Pulls pulls = random_pulls(generator);
    const double x = toy_x * 0.2 * trial;
    std::array<double, 4> gradient{};
    term.evaluate(x, toy_portal(), pulls, gradient);

    // Central differences: truncation about h^2 = 1e-10, rounding 1e-13/h = 1e-8.
    const double h = 1.0e-5;
    const auto slope = [&](auto&& value) { return (value(h) - value(-h)) / (2.0 * h); };
    const double by_x = slope(
        [&](double step) { return term.evaluate(x + step * toy_x, toy_portal(), pulls, {}); });
    CHECK(gradient[0] * toy_x == Approx(by_x).epsilon(1.0e-6).margin(1.0e-7));
    for (std::size_t k = 0; k < pulls.size(); ++k) {
      const double by_pull = slope([&](double step) {
        Pulls moved = pulls;
        moved[k] += step;
        return term.evaluate(x, toy_portal(), moved, {});
      });
      CHECK(gradient[1 + k] == Approx(by_pull).epsilon(1.0e-6).margin(1.0e-7));
    }
  }
}

TEST_CASE("The curvature is the Hessian for data that equal the prediction") {
  std::mt19937 generator{137};
  for (int trial = 0; trial < 5; ++trial) {
    const Pulls pulls = random_pulls(generator);
    const double x = toy_x * (1.0 + trial);
    const Term term = asimov(x, pulls);
    const Eigen::MatrixXd curvature = term.curvature(x, toy_portal(), pulls);
    REQUIRE(curvature.rows() == 4);
    CHECK(curvature.isApprox(curvature.transpose(), 1.0e-14));

    const double h = 1.0e-5;
    for (std::size_t j = 0; j < 4; ++j) {
      const auto gradient_at = [&](double step) {
        Pulls moved = pulls;
        double moved_x = x;
        (j == 0 ? moved_x : moved[j - 1]) += j == 0 ? step * toy_x : step;
        std::array<double, 4> gradient{};
        term.evaluate(moved_x, toy_portal(), moved, gradient);
        gradient[0] *= toy_x;
        return gradient;
      };
      const auto up = gradient_at(h);
      const auto down = gradient_at(-h);
      for (std::size_t i = 0; i < 4; ++i) {
        const double unit = (i == 0 ? toy_x : 1.0) * (j == 0 ? toy_x : 1.0);
        CHECK(curvature(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) * unit ==
              Approx((up[i] - down[i]) / (2.0 * h)).epsilon(1.0e-6).margin(1.0e-8));
      }
    }
  }
}

TEST_CASE("Summing components of equal scaling changes nothing") {
  const Term::Definition apart = toy_definition("apart");
  Term::Definition together = toy_definition("together");
  together.components[1].events += together.components[3].events;  // steady and late
  together.components.erase(together.components.begin() + 3);
  const Term one{apart};
  const Term other{together};
  CHECK(one.components().size() == 5);
  const Pulls pulls{0.4, 1.1, -0.6};
  std::array<double, 4> gradient_one{};
  std::array<double, 4> gradient_other{};
  // The order of two additions differs: some ulps.
  CHECK(one.evaluate(toy_x, toy_portal(), pulls, gradient_one) ==
        Approx(other.evaluate(toy_x, toy_portal(), pulls, gradient_other)).epsilon(1.0e-13));
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(gradient_one[i] == Approx(gradient_other[i]).epsilon(1.0e-12));
  }
  CHECK(one.curvature(toy_x, toy_portal(), pulls)
            .isApprox(other.curvature(toy_x, toy_portal(), pulls), 1.0e-12));
}

TEST_CASE("A term without nuisances has the slope by x alone") {
  Term::Definition definition = toy_definition("bare");
  definition.nuisances.clear();
  definition.portal_scaled_by.clear();
  for (Component& component : definition.components) component.scaled_by.clear();
  const Term term{definition};
  std::array<double, 1> gradient{};
  term.evaluate(toy_x, toy_portal(), {}, gradient);
  const double h = 1.0e-5 * toy_x;
  const double slope = (term.evaluate(toy_x + h, toy_portal(), {}, {}) -
                        term.evaluate(toy_x - h, toy_portal(), {}, {})) /
                       (2.0 * h);
  CHECK(gradient[0] == Approx(slope).epsilon(1.0e-6));
  CHECK(term.curvature(toy_x, toy_portal(), {}).size() == 1);
}

TEST_CASE("A prediction that is not positive is a numerical error that names the term") {
  Term::Definition definition = toy_definition("hollow");
  for (Component& component : definition.components) component.events.setZero();
  const Term term{definition};
  test::check_throws<NumericalError>([&] { term.evaluate(0.0, toy_portal(), Pulls{}, {}); },
                                     {"hollow", "not finite", "mu_B"});
}

TEST_CASE("A component with another number of bins than the data is refused") {
  Term::Definition definition = toy_definition("toy");
  definition.components[2].events.conservativeResize(5, Eigen::NoChange);
  test::check_throws<Error>([&] { Term{definition}; }, {"toy", "prompt", "bins"});
}
