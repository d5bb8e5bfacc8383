// Ends of intervals where everything is known: one Gaussian bin of error 1, signal 1 per unit of
// the parameter, no nuisances: -2 ln L(x) = (n - B - x)^2 with all numbers exact in binary.
#include "nudipole/inference/limit.hpp"

#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/profiles.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;

namespace {

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

Joint one_bin_joint() {
  return Joint{{Term{{.name = "bin",
                      .bin_count = 1,
                      .statistic = likelihood::gaussian_chi2(one_bin(1.0)),
                      .nuisances = {},
                      .components = {{"background", one_bin(8.0)}},
                      .signal_scaled_by = {}}}}};
}

Profile with_excess(double events) {
  return test::profile_of(one_bin_joint(), {one_bin(1.0)}, {one_bin(8.0 + events)});
}

/// No events up to a value far below one of the parameter, all of them beyond: -2 ln L jumps there.
class JumpingSignal final : public prediction::Signal {
 public:
  [[nodiscard]] std::size_t poi_count() const override { return 1; }
  [[nodiscard]] bool is_closed() const override { return false; }
  [[nodiscard]] prediction::SignalPoint at(std::span<const double> poi) const override {
    return {.templates = {&events_},
            .strength = {poi[0] > 1.0e-100 ? 8.0 : 0.0},
            .by_poi = Eigen::MatrixXd::Ones(1, 1)};
  }

 private:
  Eigen::ArrayXXd events_ = one_bin(1.0);
};

}  // namespace

TEST_CASE("Both ends of an interval have their closed form") {
  const Profile profile = with_excess(8.0);
  const ProfilePoint best = profile.best_fit().best;
  for (const double threshold : {1.0, 2.71, 4.61}) {
    const Limit lower = profile.lower_end(best, threshold);
    const Limit upper = profile.upper_limit(best, threshold, 1.0e3);
    CHECK(lower.status == LimitStatus::ok);
    CHECK(upper.status == LimitStatus::ok);
    // -2 ln L of the best fit is good to 1e-8.
    CHECK(lower.poi == Approx(8.0 - std::sqrt(threshold)).epsilon(1e-8));
    CHECK(upper.poi == Approx(8.0 + std::sqrt(threshold)).epsilon(1e-8));
  }
}

TEST_CASE("An interval that reaches no signal ends at zero") {
  // At zero -2 ln L is 1/4 above the minimum.
  const Profile profile = with_excess(0.5);
  const ProfilePoint best = profile.best_fit().best;
  REQUIRE(best.poi.front() > 0.0);
  const Limit lower = profile.lower_end(best, 1.0);
  CHECK(lower.status == LimitStatus::ok);
  CHECK(lower.poi == 0.0);
  const Profile deficit = with_excess(-3.0);
  CHECK(deficit.lower_end(deficit.best_fit().best, 1.0).poi == 0.0);
}

TEST_CASE("A limit that a step meets exactly is one only if all fits converged") {
  // -2 ln L = (1 + x)^2 rises from 1 to 9 at 2, where the search is told to end: its first step,
  // sqrt(8), stops there, and the excess is exactly zero.
  const Profile profile = with_excess(-1.0);
  ProfilePoint best = profile.best_fit().best;
  REQUIRE(best.minus_two_log_l == 1.0);
  REQUIRE(profile.at(2.0).minus_two_log_l == 9.0);
  const Limit good = profile.upper_limit(best, 8.0, 2.0);
  CHECK(good.status == LimitStatus::ok);
  CHECK(good.poi == 2.0);
  best.status = fit::FitStatus::not_converged;
  const Limit failed = profile.upper_limit(best, 8.0, 2.0);
  CHECK(failed.status == LimitStatus::failed);
  CHECK(std::isnan(failed.poi));
  const Limit at_zero = profile.lower_end(best, 8.0);
  CHECK(at_zero.status == LimitStatus::failed);
  CHECK(std::isnan(at_zero.poi));
}

TEST_CASE("A search that does not end is a failure, never a number") {
  // -2 ln L jumps at 1e-100: halving the bracket from 1 down to there takes over 300 steps.
  const auto joint = std::make_shared<Joint>(one_bin_joint());
  const Profile profile{joint,
                        {std::make_shared<JumpingSignal>()},
                        std::make_shared<likelihood::Observation>(joint->observe({one_bin(16.0)})),
                        {}};
  const ProfilePoint best = profile.at(1.0);
  REQUIRE(profile.at(0.0).minus_two_log_l - best.minus_two_log_l == 64.0);
  const Limit lower = profile.lower_end(best, 4.0);
  CHECK(lower.status == LimitStatus::failed);
  CHECK(std::isnan(lower.poi));
}
