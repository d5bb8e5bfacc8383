#include "csi_2022_reference.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"

#include <cmath>
#include <string>

using namespace nudipole;
using namespace nudipole::test;
using namespace nudipole::test::csi_2022;
using inference::LimitStatus;

namespace {

/// Far above all limits here [mu_B^2].
constexpr double largest_x_mu_B2 = 1e-8;

// A fit counts as converged when its estimated distance to the minimum is below 1e-10 of -2 ln L,
// 8e-9. Achieved: 9e-11.
constexpr double chi2_margin = 1e-8;
// Two such fits over the logarithmic slope of -2 ln L at the limit, 5 or more. Achieved: 6e-11.
constexpr double limit_tolerance = 2e-9;
// The minimum is flat, with a drop of 0.04 or less: 8e-9 may be 1e-4 of the coupling. Achieved:
// 9e-7.
constexpr double best_tolerance = 1e-5;

}  // namespace

TEST_CASE("CsI 2022: fits and limits at all masses and flavours") {
  CHECK(check_limits("coherent_csi_2022", "csi_2022_limits.csv", {"cevns_terms"}, {},
                     {.chi2 = chi2_margin, .best = best_tolerance, .limit = limit_tolerance}) ==
        84);
}

TEST_CASE("CsI 2022: the profile has risen by the threshold at the limit") {
  const experiment::Experiment& csi = library("full");
  const inference::Profile profile = test::profile_of(csi, 50.0, PortalFlavour::e);
  const inference::ProfilePoint best = profile.best_fit().best;
  CHECK(best.poi.front() > 0.0);
  for (const double threshold : {2.71, 4.61}) {
    const inference::Limit limit = profile.upper_limit(best, threshold, largest_x_mu_B2);
    // Two fits, and 40 bits of x.
    CHECK(profile.at(limit.poi).minus_two_log_l - best.minus_two_log_l ==
          Approx(threshold).epsilon(0.0).margin(2.0 * chi2_margin));
  }
  // Below a largest coupling short of the limit there is none.
  const inference::Limit limit = profile.upper_limit(best, 2.71, largest_x_mu_B2);
  CHECK(profile.upper_limit(best, 2.71, 0.9 * limit.poi).status == LimitStatus::none_in_range);
}
