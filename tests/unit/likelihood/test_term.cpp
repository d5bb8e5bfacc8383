#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <random>

using namespace nudipole;
using namespace nudipole::likelihood;
using test::signal_at;
using test::toy_data;
using test::toy_definition;
using test::toy_observed;
using test::toy_portal;
using test::toy_x;

namespace {

using Pulls = std::array<double, 3>;

Pulls random_pulls(std::mt19937& generator) {
  std::uniform_real_distribution<double> uniform{-1.5, 1.5};
  return {uniform(generator), uniform(generator), uniform(generator)};
}

}  // namespace

TEST_CASE("Expected events are the components with their scales and the portal with x") {
  const Term term{toy_definition("toy")};
  // mu = (1+a) S + (1+b)(steady + late) + (1+a+c) prompt + fixed + x (1+a) D with values a = 0.1,
  // b = -0.1, c = 0.2 + 0.3 = 0.5 of pulls 1, -2, 1; first bin by hand.
  const Eigen::ArrayXd mu = term.expected(signal_at(toy_x, toy_portal()), Pulls{1.0, -2.0, 1.0});
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
  CHECK(term.evaluate(signal_at(toy_x, toy_portal()), pulls, toy_observed(), {}) ==
        term.statistic().deviance(term.expected(signal_at(toy_x, toy_portal()), pulls),
                                  toy_observed(), ignored));
}

TEST_CASE("The gradient agrees with finite differences at random points") {
  const Term term{toy_definition("toy")};
  std::mt19937 generator{20220811};
  for (int trial = 0; trial < 20; ++trial) {
    const Pulls pulls = random_pulls(generator);
    const double x = toy_x * 0.2 * trial;
    std::array<double, 4> gradient{};
    term.evaluate(signal_at(x, toy_portal()), pulls, toy_observed(), gradient);

    // Central differences: truncation about h^2 = 1e-10, rounding 1e-13/h = 1e-8.
    const double h = 1.0e-5;
    const auto by_step = [&](double step) {
      return term.evaluate(signal_at(x + step * toy_x, toy_portal()), pulls, toy_observed(), {});
    };
    const double by_x = test::central_difference(by_step, h);
    CHECK(gradient[0] * toy_x == Approx(by_x).epsilon(1.0e-6).margin(1.0e-7));
    for (std::size_t k = 0; k < pulls.size(); ++k) {
      const auto at = [&](const Pulls& moved) {
        return term.evaluate(signal_at(x, toy_portal()), moved, toy_observed(), {});
      };
      const double by_pull = test::central_difference(at, pulls, k, h);
      CHECK(gradient[1 + k] == Approx(by_pull).epsilon(1.0e-6).margin(1.0e-7));
    }
  }
}

TEST_CASE("The curvature is the Hessian for data that equal the prediction") {
  std::mt19937 generator{137};
  for (int trial = 0; trial < 5; ++trial) {
    const Pulls pulls = random_pulls(generator);
    const double x = toy_x * (1.0 + trial);
    const Term term{toy_definition("asimov")};
    const Observed asimov = term.observe(term.expected(signal_at(x, toy_portal()), pulls));
    const Eigen::MatrixXd curvature = term.curvature(signal_at(x, toy_portal()), pulls);
    REQUIRE(curvature.rows() == 4);
    CHECK(curvature.isApprox(curvature.transpose(), 1.0e-14));

    const double h = 1.0e-5;
    for (std::size_t j = 0; j < 4; ++j) {
      const auto gradient_at = [&](double step) {
        Pulls moved = pulls;
        double moved_x = x;
        (j == 0 ? moved_x : moved[j - 1]) += j == 0 ? step * toy_x : step;
        std::array<double, 4> gradient{};
        term.evaluate(signal_at(moved_x, toy_portal()), moved, asimov, gradient);
        gradient[0] *= toy_x;
        return Eigen::Array4d{gradient[0], gradient[1], gradient[2], gradient[3]};
      };
      const Eigen::Array4d slopes = test::central_difference(gradient_at, h);
      for (std::size_t i = 0; i < 4; ++i) {
        const double unit = (i == 0 ? toy_x : 1.0) * (j == 0 ? toy_x : 1.0);
        CHECK(curvature(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) * unit ==
              Approx(slopes[static_cast<Eigen::Index>(i)]).epsilon(1.0e-6).margin(1.0e-8));
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
  CHECK(
      one.evaluate(signal_at(toy_x, toy_portal()), pulls, toy_observed(), gradient_one) ==
      Approx(other.evaluate(signal_at(toy_x, toy_portal()), pulls, toy_observed(), gradient_other))
          .epsilon(1.0e-13));
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(gradient_one[i] == Approx(gradient_other[i]).epsilon(1.0e-12));
  }
  CHECK(one.curvature(signal_at(toy_x, toy_portal()), pulls)
            .isApprox(other.curvature(signal_at(toy_x, toy_portal()), pulls), 1.0e-12));
}

TEST_CASE("A term without nuisances has the slope by x alone") {
  Term::Definition definition = toy_definition("bare");
  definition.nuisances.clear();
  definition.signal_scaled_by.clear();
  for (Component& component : definition.components) component.scaled_by.clear();
  const Term term{definition};
  std::array<double, 1> gradient{};
  term.evaluate(signal_at(toy_x, toy_portal()), {}, toy_observed(), gradient);
  const auto at = [&](double step) {
    return term.evaluate(signal_at(toy_x + step, toy_portal()), {}, toy_observed(), {});
  };
  const double slope = test::central_difference(at, 1.0e-5 * toy_x);
  CHECK(gradient[0] == Approx(slope).epsilon(1.0e-6));
  CHECK(term.curvature(signal_at(toy_x, toy_portal()), {}).size() == 1);
}

TEST_CASE("A prediction that is not positive is a numerical error that names the term") {
  Term::Definition definition = toy_definition("hollow");
  for (Component& component : definition.components) component.events.setZero();
  const Term term{definition};
  test::check_throws<NumericalError>(
      [&] { term.evaluate(signal_at(0.0, toy_portal()), Pulls{}, toy_observed(), {}); },
      {"hollow", "not finite", "bin"});
}

TEST_CASE("A component with another number of bins than the term is refused") {
  Term::Definition definition = toy_definition("toy");
  definition.components[2].events.conservativeResize(5, Eigen::NoChange);
  test::check_throws<Error>([&] { Term{definition}; }, {"toy", "prompt", "bins"});
}

TEST_CASE("Data are accepted by the statistic, with as many bins as the prediction") {
  const Term term{toy_definition("toy")};
  CHECK((term.observe(toy_data()).values == toy_data()).all());
  test::check_throws<Error>([&] { (void)term.observe(Eigen::ArrayXd::Zero(5)); },
                            {"toy", "5 bins", "6"});
  Eigen::ArrayXd negative = toy_data();
  negative(3) = -0.5;
  test::check_throws<DataError>([&] { (void)term.observe(negative); }, {"toy: bin 3", "-0.5"});
}

TEST_CASE("A term without the components of a role keeps the rest") {
  Term::Definition definition = toy_definition("toy");
  definition.components[0].role = Role::signal;
  const Term term{definition};
  const Term rest = term.without(Role::signal);
  REQUIRE(rest.components().size() == 4);
  CHECK(term.components().size() == 5);
  CHECK(rest.nuisances() == term.nuisances());
  const Pulls no_pulls{};
  // By hand: the first component has 9 events in the first bin, 0.5 in the last.
  const Eigen::ArrayXd gone = term.expected({}, no_pulls) - rest.expected({}, no_pulls);
  CHECK(gone(0) == Approx(9.0).epsilon(1e-14));
  CHECK(gone(5) == Approx(0.5).epsilon(1e-13));
  CHECK(rest.without(Role::background).expected({}, no_pulls).isZero(0.0));
}

TEST_CASE("Without a signal the parameters are the nuisances") {
  const Term term{toy_definition("toy")};
  const Pulls pulls{0.4, 1.1, -0.6};
  std::array<double, 4> with{};
  std::array<double, 3> without{};
  CHECK(term.evaluate({}, pulls, toy_observed(), without) ==
        term.evaluate(signal_at(0.0, toy_portal()), pulls, toy_observed(), with));
  for (std::size_t k = 0; k < 3; ++k) CHECK(without[k] == with[1 + k]);
  CHECK(term.curvature({}, pulls).rows() == 3);
}
