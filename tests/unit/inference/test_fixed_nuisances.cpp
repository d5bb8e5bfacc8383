#include "nudipole/inference/profile.hpp"

#include "support/catch2.hpp"
#include "support/profiles.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Nuisance;
using likelihood::Prior;
using likelihood::Term;
using test::toy_definition;
using test::toy_portal;
using test::toy_x;

namespace {

/// The toy with the named nuisances held at a value.
Joint holding(const std::vector<std::pair<std::string, double>>& fixed) {
  const Term term{toy_definition("toy")};
  std::vector<Nuisance> nuisances = term.nuisances();
  for (Nuisance& nuisance : nuisances) {
    for (const auto& [name, value] : fixed) {
      if (nuisance.name != name) continue;
      nuisance.centre = nuisance.lower = nuisance.upper = value;
      nuisance.prior = Prior::fixed;
    }
  }
  return Joint{{term.with_nuisances(nuisances)}};
}

Profile profile_of(const Joint& joint) {
  return test::profile_of(joint, {toy_portal()}, {test::toy_data()});
}

}  // namespace

TEST_CASE("A fixed nuisance stays where it is and is not fitted") {
  const Joint joint = holding({{"steady", 0.07}});
  const Profile profile = profile_of(joint);
  const likelihood::Observation observation = joint.observe({test::toy_data()});
  for (const double x : {0.0, 0.5 * toy_x, toy_x}) {
    const ProfilePoint point = profile.at(x);
    CHECK(fit::is_converged(point.status));
    REQUIRE(point.pulls.size() == 3);
    CHECK(point.pulls[1] == 0.0);
    CHECK(joint.nuisances()[1].value(point.pulls[1]) == 0.07);
    CHECK(point.pulls[0] != 0.0);
    // The rest is at its minimum: no slope by any free pull.
    std::vector<double> gradient(4);
    joint.evaluate(test::signals_at(x, {toy_portal()}), point.pulls, observation, gradient);
    CHECK(gradient[1] == Approx(0.0).margin(1e-3));
    CHECK(gradient[3] == Approx(0.0).margin(1e-3));
    CHECK(std::abs(gradient[2]) > 1e-3);
  }
}

TEST_CASE("Holding a nuisance where the free fit puts it gives the free fit without its prior") {
  const Joint free{{Term{toy_definition("toy")}}};
  const ProfilePoint at_minimum = profile_of(free).at(toy_x);
  const double flux = free.nuisances()[0].value(at_minimum.pulls[0]);
  const Joint held = holding({{"flux", flux}});
  const ProfilePoint point = profile_of(held).at(toy_x);
  CHECK(point.minus_two_log_l + at_minimum.pulls[0] * at_minimum.pulls[0] ==
        Approx(at_minimum.minus_two_log_l).margin(1e-8));
}

TEST_CASE("With all nuisances fixed the likelihood is that of the prediction alone") {
  const Joint joint = holding({{"flux", 0.0}, {"steady", 0.0}, {"free", 0.2}});
  const Profile profile = profile_of(joint);
  const likelihood::Observation observation = joint.observe({test::toy_data()});
  const std::vector<double> no_pulls(3);
  for (const double x : {0.0, toy_x, 20.0 * toy_x}) {
    const ProfilePoint point = profile.at(x);
    CHECK(fit::is_converged(point.status));
    CHECK(point.minus_two_log_l ==
          joint.evaluate(test::signals_at(x, {toy_portal()}), no_pulls, observation, {}));
    CHECK(point.pulls == no_pulls);
  }
  const ProfilePoint best = profile.best_fit().best;
  CHECK(fit::is_converged(best.status));
  const Limit limit = profile.upper_limit(best, 2.71, 1e6 * toy_x);
  REQUIRE(limit.status == LimitStatus::ok);
  CHECK(joint.evaluate(test::signals_at(limit.poi, {toy_portal()}), no_pulls, observation, {}) -
            best.minus_two_log_l ==
        Approx(2.71).margin(1e-7));
}
