#include "nudipole/scan/unit.hpp"

#include "nudipole/core/units.hpp"
#include "support/catch2.hpp"
#include "unit/scan/toy_analysis.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

using namespace nudipole;
using inference::LimitStatus;
using scan::FitRecord;
using scan::Unit;
using scan::UnitResult;

namespace {

/// Masses below and above the line of 29.79 MeV and above the end point of 52.8 MeV.
const scan::Analysis& toy() {
  static const scan::Analysis analysis =
      test::toy_analysis(test::toy_yaml("{values_MeV: [0.1, 10, 29.8, 60]}"));
  return analysis;
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return same_bits(x, y); });
}

bool same_bits(const FitRecord& a, const FitRecord& b) {
  return same_bits(a.coupling_mu_B, b.coupling_mu_B) &&
         same_bits(a.minus_two_log_l, b.minus_two_log_l) && a.status == b.status &&
         a.evaluations == b.evaluations && same_bits(a.nuisances, b.nuisances) &&
         same_bits(a.contributions, b.contributions);
}

}  // namespace

TEST_CASE("A unit split into blocks gives bit for bit the records of the whole") {
  for (std::uint64_t mass = 0; mass < 4; ++mass) {
    INFO("mass index " << mass);
    const UnitResult whole = scan::evaluate(toy(), {mass, 0, 8, true});
    REQUIRE(whole.grid.size() == 8);
    REQUIRE(whole.limits.size() == 4);
    for (const std::uint64_t cut : {1U, 3U, 7U}) {
      // The later block first, and the limits in either of them.
      const UnitResult second = scan::evaluate(toy(), {mass, cut, 8, cut == 3});
      const UnitResult first = scan::evaluate(toy(), {mass, 0, cut, cut != 3});
      for (std::uint64_t i = 0; i < 8; ++i) {
        CHECK(same_bits(i < cut ? first.grid[i] : second.grid[i - cut], whole.grid[i]));
      }
      const UnitResult& with_limits = cut == 3 ? second : first;
      CHECK(same_bits(with_limits.best, whole.best));
      REQUIRE(with_limits.limits.size() == whole.limits.size());
      for (std::size_t k = 0; k < whole.limits.size(); ++k) {
        CHECK(same_bits(with_limits.limits[k].x_mu_B2, whole.limits[k].x_mu_B2));
        CHECK(with_limits.limits[k].status == whole.limits[k].status);
      }
      CHECK((cut == 3 ? first : second).limits.empty());
    }
  }
}

TEST_CASE("Records hold the fit at their own coupling") {
  const UnitResult result = scan::evaluate(toy(), {1, 2, 5, false});
  REQUIRE(result.grid.size() == 3);
  const auto portal = toy().portal(10.0);
  const inference::Profile profile{toy().joint(), portal, toy().config().fit};
  for (std::size_t i = 0; i < 3; ++i) {
    const FitRecord& record = result.grid[i];
    const double coupling = toy().config().coupling_mu_B[2 + i];
    CHECK(record.coupling_mu_B == coupling);
    CHECK(fit::is_converged(record.status));
    CHECK(record.minus_two_log_l == profile.at(coupling * coupling).minus_two_log_l);
    REQUIRE(record.contributions.size() == 2);
    CHECK(record.contributions[0] + record.contributions[1] ==
          Approx(record.minus_two_log_l).epsilon(1.0e-12));
    // Priors from the values: pulls are values over widths 0.1 and 0.05.
    REQUIRE(record.nuisances.size() == 2);
    const double prior =
        std::pow(record.nuisances[0] / 0.1, 2) + std::pow(record.nuisances[1] / 0.05, 2);
    CHECK(record.contributions[1] == Approx(prior).epsilon(1.0e-10));
  }
  CHECK(result.unit == Unit{1, 2, 5, false});
  CHECK(result.seconds > 0.0);
}

TEST_CASE("Limits come in the order of confidence levels, then degrees of freedom") {
  const UnitResult result = scan::evaluate(toy(), {1, 0, 0, true});
  REQUIRE(result.limits.size() == 4);
  const auto portal = toy().portal(10.0);
  const inference::Profile profile{toy().joint(), portal, toy().config().fit};
  const std::vector<double> thresholds{2.71, 4.61, 3.84, 5.99};  // PDG: .90 1, .90 2, .95 1, .95 2
  for (std::size_t k = 0; k < 4; ++k) {
    REQUIRE(result.limits[k].status == LimitStatus::ok);
    CHECK(profile.at(result.limits[k].x_mu_B2).minus_two_log_l - result.best.minus_two_log_l ==
          Approx(thresholds[k]).margin(1.0e-6));
  }
  CHECK(result.best.coupling_mu_B >= 0.0);
  CHECK(fit::is_converged(result.best.status));
}

TEST_CASE("A mass above the end point is closed: the Standard Model at every coupling") {
  const UnitResult result = scan::evaluate(toy(), {3, 0, 8, true});
  for (const inference::Limit& limit : result.limits) {
    CHECK(limit.status == LimitStatus::closed);
    CHECK(std::isnan(limit.x_mu_B2));
  }
  CHECK(result.best.coupling_mu_B == 0.0);
  CHECK(fit::is_converged(result.best.status));
  for (const FitRecord& record : result.grid) {
    CHECK(record.minus_two_log_l == Approx(result.best.minus_two_log_l).epsilon(1.0e-9));
  }
}

TEST_CASE("A limit above the largest coupling of the grid is none in range") {
  const scan::Analysis narrow =
      test::toy_analysis(test::toy_yaml("{values_MeV: [10]}", "{values_mu_B: [1e-12, 2e-12]}"));
  const UnitResult result = scan::evaluate(narrow, {0, 0, 2, true});
  for (const inference::Limit& limit : result.limits) {
    CHECK(limit.status == LimitStatus::none_in_range);
    CHECK(std::isnan(limit.x_mu_B2));
  }
}

TEST_CASE("One point by itself is the point of a unit") {
  const UnitResult unit = scan::evaluate(toy(), {2, 4, 5, false});
  const double coupling = toy().config().coupling_mu_B[4];
  CHECK(same_bits(scan::evaluate_point(toy(), toy().portal(29.8), coupling), unit.grid[0]));
}
