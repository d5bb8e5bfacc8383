#include "nudipole/math/step_function.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

using nudipole::math::StepFunction;

TEST_CASE("a step counts from its position on") {
  const StepFunction z_eff{{0.5, 1.0, 5.0}, {4.0, 10.0, 32.0}};
  CHECK(z_eff(0.4999) == 0.0);
  CHECK(z_eff(0.5) == 4.0);
  CHECK(z_eff(0.9999) == 4.0);
  CHECK(z_eff(1.0) == 10.0);
  CHECK(z_eff(4.9999) == 10.0);
  CHECK(z_eff(5.0) == 32.0);
  CHECK(z_eff(1e9) == 32.0);
  CHECK(z_eff.positions() == std::vector{0.5, 1.0, 5.0});
}

TEST_CASE("a function without steps is zero") { CHECK(StepFunction{{}, {}}(3.0) == 0.0); }

TEST_CASE("steps must ascend and match their values") {
  using Numbers = std::vector<double>;
  const auto make = [](Numbers x, Numbers y) { return StepFunction{std::move(x), std::move(y)}; };
  CHECK_THROWS_AS(make({1.0, 2.0}, {1.0}), nudipole::Error);
  CHECK_THROWS_AS(make({1.0, 1.0}, {1.0, 2.0}), nudipole::Error);
  CHECK_THROWS_AS(make({2.0, 1.0}, {1.0, 2.0}), nudipole::Error);
}
