#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/thresholds.hpp"

#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole::inference;

TEST_CASE("Tabulated thresholds are those of the table of the Particle Data Group") {
  // PDG review of statistics, table of Delta chi2 for joint estimation of m parameters, two
  // decimals.
  const auto tabulated = [](double level, int dof) {
    return delta_chi2_threshold(level, dof, Thresholds::tabulated);
  };
  CHECK(tabulated(0.90, 1) == 2.71);
  CHECK(tabulated(0.90, 2) == 4.61);
  CHECK(tabulated(0.90, 3) == 6.25);
  CHECK(tabulated(0.95, 1) == 3.84);
  CHECK(tabulated(0.95, 2) == 5.99);
  CHECK(tabulated(0.99, 1) == 6.63);
  CHECK(tabulated(0.99, 2) == 9.21);
  CHECK(tabulated(0.6827, 1) == 1.00);
  CHECK(tabulated(0.6827, 2) == 2.30);
}

TEST_CASE("Thresholds have closed forms for one and two degrees of freedom") {
  const auto exact = [](double level, int dof) {
    return delta_chi2_threshold(level, dof, Thresholds::exact);
  };
  for (const double level : {0.5, 0.6827, 0.9, 0.95, 0.99}) {
    CHECK(exact(level, 2) == Approx(-2.0 * std::log(1.0 - level)).epsilon(1.0e-12));
    CHECK(std::erf(std::sqrt(0.5 * exact(level, 1))) == Approx(level).epsilon(1.0e-12));
  }
}

TEST_CASE("Small thresholds are not rounded: two decimals would spoil them") {
  CHECK(delta_chi2_threshold(0.01, 2, Thresholds::tabulated) ==
        Approx(-2.0 * std::log(0.99)).epsilon(1.0e-12));
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
