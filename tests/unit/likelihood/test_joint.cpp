#include "nudipole/likelihood/joint.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <numeric>

using namespace nudipole;
using namespace nudipole::likelihood;
using test::signal_at;
using test::signals_at;
using test::Templates;
using test::toy_data;
using test::toy_definition;
using test::toy_observed;
using test::toy_portal;
using test::toy_x;

namespace {

/// The toy with other names for its nuisances, so that it shares none of them.
Term::Definition renamed(Term::Definition definition, const std::string& suffix) {
  for (Nuisance& nuisance : definition.nuisances) nuisance.name += suffix;
  return definition;
}

/// Two experiments that share `flux` only, in different places of their lists.
Joint two_experiments() {
  Term::Definition second = renamed(toy_definition("second"), "_2");
  second.nuisances[0].name = "flux";
  std::swap(second.nuisances[0], second.nuisances[2]);
  for (Component& component : second.components) {
    for (std::size_t& k : component.scaled_by) k = k == 1 ? 1 : 2 - k;
  }
  second.signal_scaled_by = {2};
  return Joint{{Term{toy_definition("first")}, Term{second}}};
}

/// The toy's data for each of two experiments.
Observation observed_by(const Joint& joint) { return joint.observe({toy_data(), toy_data()}); }

}  // namespace

TEST_CASE("Nuisances of one name are one parameter with one prior") {
  const Joint joint = two_experiments();
  const Observation observation = observed_by(joint);
  REQUIRE(joint.nuisances().size() == 5);
  std::vector<std::string> names;
  for (const Nuisance& nuisance : joint.nuisances()) names.push_back(nuisance.name);
  CHECK(names == std::vector<std::string>{"flux", "steady", "free", "free_2", "steady_2"});
  const std::vector<double> pulls{0.5, -1.0, 0.3, 0.1, 2.0};
  CHECK(joint.term_pulls(0, pulls) == std::vector<double>{0.5, -1.0, 0.3});
  CHECK(joint.term_pulls(1, pulls) == std::vector<double>{0.1, 2.0, 0.5});

  // Priors: flux once, the two steady ones, nothing for the free ones.
  const Templates portal{toy_portal(), toy_portal()};
  CHECK(joint.contributions(signals_at(toy_x, portal), pulls, observation).back() ==
        Approx(0.25 + 1.0 + 4.0).epsilon(1.0e-15));
}

TEST_CASE("The joint value is the sum of its contributions") {
  const Joint joint = two_experiments();
  const Observation observation = observed_by(joint);
  const Templates portal{toy_portal(), 0.3 * toy_portal()};
  const std::vector<double> pulls{0.5, -1.0, 0.3, 0.1, 2.0};
  const std::vector<double> parts =
      joint.contributions(signals_at(toy_x, portal), pulls, observation);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0] == joint.terms()[0].evaluate(signal_at(toy_x, portal[0]),
                                              joint.term_pulls(0, pulls), toy_observed(), {}));
  CHECK(parts[1] == joint.terms()[1].evaluate(signal_at(toy_x, portal[1]),
                                              joint.term_pulls(1, pulls), toy_observed(), {}));
  CHECK(joint.evaluate(signals_at(toy_x, portal), pulls, observation, {}) ==
        Approx(std::accumulate(parts.begin(), parts.end(), 0.0)).epsilon(1.0e-14));
}

TEST_CASE("The joint gradient agrees with finite differences") {
  const Joint joint = two_experiments();
  const Observation observation = observed_by(joint);
  const Templates portal{toy_portal(), 0.3 * toy_portal()};
  const std::vector<double> pulls{0.5, -1.0, 0.3, 0.1, 2.0};
  std::vector<double> gradient(6, -99.0);
  const double value = joint.evaluate(signals_at(toy_x, portal), pulls, observation, gradient);
  CHECK(value == joint.evaluate(signals_at(toy_x, portal), pulls, observation, {}));
  const double h = 1.0e-5;
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    const auto at = [&](const std::vector<double>& moved) {
      return joint.evaluate(signals_at(toy_x, portal), moved, observation, {});
    };
    const double slope = test::central_difference(at, pulls, k, h);
    CHECK(gradient[1 + k] == Approx(slope).epsilon(1.0e-6).margin(1.0e-7));
  }
  const auto along = [&](double step) {
    return joint.evaluate(signals_at((1.0 + step) * toy_x, portal), pulls, observation, {});
  };
  CHECK(gradient[0] * toy_x == Approx(test::central_difference(along, h)).epsilon(1.0e-6));
}

TEST_CASE("The joint curvature adds those of the terms and the priors") {
  const Joint joint = two_experiments();
  const Templates portal{toy_portal(), 0.3 * toy_portal()};
  const std::vector<double> pulls{0.5, -1.0, 0.3, 0.1, 2.0};
  const Eigen::MatrixXd hessian = joint.curvature(signals_at(toy_x, portal), pulls);
  const Eigen::MatrixXd first =
      joint.terms()[0].curvature(signal_at(toy_x, portal[0]), joint.term_pulls(0, pulls));
  const Eigen::MatrixXd second =
      joint.terms()[1].curvature(signal_at(toy_x, portal[1]), joint.term_pulls(1, pulls));
  REQUIRE(hessian.rows() == 6);
  CHECK(hessian(0, 0) == Approx(first(0, 0) + second(0, 0)));
  CHECK(hessian(1, 1) == Approx(first(1, 1) + second(3, 3) + 2.0));  // flux, with one prior
  CHECK(hessian(1, 0) == Approx(first(1, 0) + second(3, 0)));
  CHECK(hessian(2, 2) == Approx(first(2, 2) + 2.0));
  CHECK(hessian(3, 3) == Approx(first(3, 3)));  // free: no prior
  CHECK(hessian(4, 4) == Approx(second(1, 1)));
  CHECK(hessian(5, 5) == Approx(second(2, 2) + 2.0));
  CHECK(hessian(2, 5) == 0.0);
}

TEST_CASE("Two data sets of half exposure are worth the whole") {
  const Joint whole{{Term{toy_definition("whole")}}};
  const Joint halves{
      {Term{toy_definition("first half", 0.5)}, Term{toy_definition("second half", 0.5)}}};
  REQUIRE(halves.nuisances().size() == 3);
  const Eigen::ArrayXd half_portal = 0.5 * toy_portal();
  const Observation of_whole = whole.observe({toy_data()});
  const Observation of_halves = halves.observe({toy_data(0.5), toy_data(0.5)});
  for (const double x : {0.0, toy_x, 5.0 * toy_x}) {
    const std::vector<double> pulls{0.5, -1.0, 0.3};
    std::vector<double> gradient(4);
    std::vector<double> gradient_halves(4);
    CHECK(halves.evaluate(signals_at(x, {half_portal, half_portal}), pulls, of_halves,
                          gradient_halves) ==
          Approx(whole.evaluate(signals_at(x, {toy_portal()}), pulls, of_whole, gradient))
              .epsilon(1.0e-12));
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(gradient_halves[i] == Approx(gradient[i]).epsilon(1.0e-11));
    }
  }
}

TEST_CASE("Nuisances of one name but different definitions are refused, naming both") {
  Term::Definition other = toy_definition("other experiment");
  other.nuisances[1].width = 0.07;
  test::check_throws<ConfigError>(
      [&] {
        Joint{{Term{toy_definition("one experiment")}, Term{other}}};
      },
      {"steady", "one experiment", "other experiment", "0.05", "0.07", "rename"});

  other = toy_definition("other experiment");
  other.nuisances[0].prior = Prior::none;
  test::check_throws<ConfigError>(
      [&] {
        Joint{{Term{toy_definition("one experiment")}, Term{other}}};
      },
      {"flux", "gaussian", "free"});
}

TEST_CASE("A likelihood of nothing has no parameters") {
  const Joint joint{{}};
  CHECK(joint.nuisances().empty());
  CHECK(joint.evaluate({}, {}, joint.observe({}), {}) == 0.0);
}

TEST_CASE("A prior is centred where the auxiliary measurement says") {
  const Joint joint = two_experiments();
  Observation observation = observed_by(joint);
  CHECK(observation.centres == std::vector<double>(5));
  const Templates portal{toy_portal(), 0.3 * toy_portal()};
  const std::vector<double> pulls{0.5, -1.0, 0.3, 0.1, 2.0};
  // flux, steady, free, free_2, steady_2: the free ones have no prior to move.
  observation.centres = {0.2, 0.5, 7.0, -7.0, 2.0};
  CHECK(joint.contributions(signals_at(toy_x, portal), pulls, observation).back() ==
        Approx(0.3 * 0.3 + 1.5 * 1.5 + 0.0).epsilon(1.0e-14));
  std::vector<double> nominal(6);
  std::vector<double> moved(6);
  joint.evaluate(signals_at(toy_x, portal), pulls, observed_by(joint), nominal);
  joint.evaluate(signals_at(toy_x, portal), pulls, observation, moved);
  // d/dp (p - a)^2 = 2 (p - a): less by 2 a, where there is a prior.
  const std::array less{0.0, 0.4, 1.0, 0.0, 0.0, 4.0};
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(nominal[i] - moved[i] == Approx(less[i]).margin(1.0e-12 * std::abs(nominal[i])));
  }
}

TEST_CASE("Asimov data are the expected events as values: nothing is left of -2 ln L") {
  const Joint joint = two_experiments();
  const Templates portal{toy_portal(), 0.3 * toy_portal()};
  const std::vector<double> pulls{0.5, -1.0, 0.3, 0.1, 2.0};
  const auto signals = signals_at(toy_x, portal);
  const std::vector<Eigen::ArrayXd> expected = joint.expected(signals, pulls);
  REQUIRE(expected.size() == 2);
  CHECK((expected[1] == joint.terms()[1].expected(signals[1], joint.term_pulls(1, pulls))).all());
  Observation asimov = joint.observe(expected);
  asimov.centres = pulls;
  std::vector<double> gradient(6);
  // Terms of about n ln n = 60 cancel.
  CHECK(joint.evaluate(signals, pulls, asimov, gradient) == Approx(0.0).margin(1.0e-12));
  gradient[0] *= toy_x;
  for (const double slope : gradient) CHECK(slope == Approx(0.0).margin(1.0e-12));
  CHECK_THROWS_AS(joint.observe({toy_data()}), Error);
}
