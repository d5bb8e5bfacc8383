#include "nudipole/campaign/story.hpp"

#include "nudipole/core/units.hpp"

#include "support/catch2.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>

using namespace nudipole;
using campaign::BinRise;
using campaign::MassLikelihood;

TEST_CASE("Bins share the rise of -2 ln L without the priors, the largest first") {
  const MassLikelihood likelihood{test::toy_setup(), 10.0};
  const inference::ProfilePoint best = likelihood.best_fit();
  const inference::ProfilePoint limit = likelihood.profile(likelihood.limit(0.90, 1).poi);
  const std::vector<BinRise> rises = campaign::bin_rises(likelihood, best, limit);
  REQUIRE(rises.size() == 4);
  double sum = 0.0;
  for (const BinRise& bin : rises) {
    CHECK(bin.experiment == "toy");
    CHECK(bin.observed == likelihood.observed()(static_cast<Eigen::Index>(bin.bin)));
    sum += bin.rise;
  }
  CHECK(std::ranges::is_sorted(rises, std::ranges::greater{}, &BinRise::rise));
  const double priors = limit.parts.back() - best.parts.back();
  // Rounding of -2 ln L.
  CHECK(sum + priors == Approx(limit.minus_two_log_l - best.minus_two_log_l).margin(1.0e-10));
}

TEST_CASE("A fit's path begins without pulls and passes its minimum") {
  const MassLikelihood likelihood{test::toy_setup(), 10.0};
  constexpr double coupling_mu_B = 3.0e-9;
  const std::vector<double> path = campaign::fit_path(likelihood, coupling_mu_B);
  REQUIRE(path.size() > 2);
  CHECK(path.front() == likelihood(coupling_mu_B));
  // Two ways to one minimum, each within the fit's tolerance.
  CHECK(std::ranges::min(path) ==
        Approx(likelihood.profile(coupling_mu_B).minus_two_log_l).margin(1.0e-8));
}
