#include "nudipole/inference/goodness_of_fit.hpp"

#include "support/catch2.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;

TEST_CASE("Degrees of freedom are bins less free parameters") {
  // Six bins each; `free` has no prior and is one parameter of both.
  const likelihood::Term one{test::toy_definition("one")};
  const likelihood::Term two{test::toy_definition("two")};
  CHECK(degrees_of_freedom(likelihood::Joint{{one}}, 0) == 5);
  CHECK(degrees_of_freedom(likelihood::Joint{{one}}, 1) == 4);
  CHECK(degrees_of_freedom(likelihood::Joint{{one, two}}, 1) == 10);
}

TEST_CASE("The p value is the tail of chi2") {
  // Two degrees of freedom: exp(-q/2); one: erfc(sqrt(q/2)).
  for (const double q : {0.0, 0.5, 4.0, 84.7}) {
    CHECK(asymptotic_p_value(q, 2) == Approx(std::exp(-0.5 * q)).epsilon(1.0e-12));
    CHECK(asymptotic_p_value(q, 1) == Approx(std::erfc(std::sqrt(0.5 * q))).epsilon(1.0e-12));
  }
  CHECK(std::isnan(asymptotic_p_value(1.0, 0)));
}

TEST_CASE("The significance is the root of the rise of -2 ln L") {
  // Tail of the normal distribution beyond 0, 1 and 3 standard deviations.
  CHECK(asymptotic_significance(0.0).p_value == 0.5);
  CHECK(asymptotic_significance(1.0).p_value == Approx(0.15865525393145705).epsilon(1.0e-12));
  CHECK(asymptotic_significance(9.0).sigma == 3.0);
  CHECK(asymptotic_significance(9.0).p_value == Approx(0.0013498980316300933).epsilon(1.0e-12));
  CHECK(asymptotic_significance(-1.0e-12).sigma == 0.0);
}
