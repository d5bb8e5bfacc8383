#include "nudipole/inference/profile.hpp"

#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole::inference;

TEST_CASE("Thresholds of Delta chi2 are those of the table of the Particle Data Group") {
  // PDG review of statistics, table of Delta chi2 for joint estimation of m parameters, two
  // decimals.
  CHECK(delta_chi2_threshold(0.90, 1) == Approx(2.71).margin(5.0e-3));
  CHECK(delta_chi2_threshold(0.90, 2) == Approx(4.61).margin(5.0e-3));
  CHECK(delta_chi2_threshold(0.95, 1) == Approx(3.84).margin(5.0e-3));
  CHECK(delta_chi2_threshold(0.95, 2) == Approx(5.99).margin(5.0e-3));
  CHECK(delta_chi2_threshold(0.90, 3) == Approx(6.25).margin(5.0e-3));
  CHECK(delta_chi2_threshold(0.6827, 1) == Approx(1.0).margin(5.0e-4));
}

TEST_CASE("Thresholds have closed forms for one and two degrees of freedom") {
  for (const double level : {0.5, 0.6827, 0.9, 0.95, 0.99}) {
    CHECK(delta_chi2_threshold(level, 2) == Approx(-2.0 * std::log(1.0 - level)).epsilon(1.0e-12));
    CHECK(std::erf(std::sqrt(0.5 * delta_chi2_threshold(level, 1))) ==
          Approx(level).epsilon(1.0e-12));
  }
}

TEST_CASE("Limit statuses keep their codes and names, files hold them") {
  CHECK(static_cast<int>(LimitStatus::not_done) == -1);
  CHECK(static_cast<int>(LimitStatus::ok) == 0);
  CHECK(static_cast<int>(LimitStatus::none_in_range) == 1);
  CHECK(static_cast<int>(LimitStatus::closed) == 2);
  CHECK(static_cast<int>(LimitStatus::failed) == 3);
  CHECK(to_string(LimitStatus::not_done) == "not_done");
  CHECK(to_string(LimitStatus::ok) == "ok");
  CHECK(to_string(LimitStatus::none_in_range) == "none_in_range");
  CHECK(to_string(LimitStatus::closed) == "closed");
  CHECK(to_string(LimitStatus::failed) == "failed");
}
