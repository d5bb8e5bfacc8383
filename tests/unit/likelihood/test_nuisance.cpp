#include "nudipole/likelihood/nuisance.hpp"

#include "support/catch2.hpp"

using nudipole::likelihood::Nuisance;
using nudipole::likelihood::Prior;

TEST_CASE("Pulls count widths from the centre") {
  const Nuisance nuisance{
      .name = "beta", .centre = 0.16, .width = 0.03, .lower = 0.0, .upper = 0.6};
  CHECK(nuisance.value(0.0) == 0.16);
  CHECK(nuisance.value(2.0) == Approx(0.22));
  CHECK(nuisance.value(nuisance.lower_pull()) == Approx(0.0).margin(1.0e-15));
  CHECK(nuisance.value(nuisance.upper_pull()) == Approx(0.6));
  CHECK(nuisance.lower_pull() < 0.0);
}

TEST_CASE("Nuisances are equal only when every part is") {
  const Nuisance one{.name = "a", .centre = 0.0, .width = 0.1, .lower = -0.5, .upper = 0.5};
  Nuisance other = one;
  CHECK(one == other);
  other.width = 0.2;
  CHECK(one != other);
  other = one;
  other.prior = Prior::none;
  CHECK(one != other);
  other = one;
  other.upper = 0.6;
  CHECK(one != other);
}
