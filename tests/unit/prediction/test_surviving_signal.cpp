#include "nudipole/prediction/surviving_signal.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/throws_like.hpp"

#include <array>
#include <cmath>

using namespace nudipole;
using namespace nudipole::prediction;

namespace {

/// Two bins, two variants, two momenta; the slower N decays four times as fast.
std::vector<Eigen::ArrayXXd> by_momentum(double scale) {
  Eigen::ArrayXXd fast(2, 2);
  Eigen::ArrayXXd slow(2, 2);
  fast << 4.0, 5.0, 2.0, 1.0;
  slow << 1.0, 2.0, 3.0, 0.5;
  return {scale * fast, scale * slow};
}

SurvivingSignal two_couplings() {
  return SurvivingSignal{{.per_poi = {by_momentum(1.0), by_momentum(0.3)},
                          .decays = {0.1, 0.4},
                          .widths = {1.0, 3.0}}};
}

}  // namespace

TEST_CASE("N survive by their momentum and by all couplings together") {
  const SurvivingSignal signal = two_couplings();
  REQUIRE(signal.poi_count() == 2);
  const Eigen::ArrayXd events = signal.at(std::array{2.0, 0.5}).events();
  const double width = 2.0 + 3.0 * 0.5;
  const double made = 2.0 + 0.3 * 0.5;
  const double fast = std::exp(-0.1 * width);
  const double slow = std::exp(-0.4 * width);
  CHECK(events(0) == Approx(made * (4.0 * fast + slow)).epsilon(1e-14));
  CHECK(events(1) == Approx(made * (2.0 * fast + 3.0 * slow)).epsilon(1e-14));
  CHECK((signal.at(std::array{0.0, 0.0}).events() == 0.0).all());
}

TEST_CASE("Slopes of surviving N are those of finite differences, in all variants") {
  const SurvivingSignal signal = two_couplings();
  const std::array point{1.7, 0.9};
  const SignalPoint at = signal.at(point);
  for (Eigen::Index a = 0; a < 2; ++a) {
    for (Eigen::Index v = 0; v < 2; ++v) {
      Eigen::ArrayXd slope = Eigen::ArrayXd::Zero(2);
      for (std::size_t b = 0; b < at.templates.size(); ++b) {
        slope += at.by_poi(a, static_cast<Eigen::Index>(b)) * at.templates[b]->col(v);
      }
      const auto events = [&](const std::array<double, 2>& poi) -> Eigen::ArrayXd {
        const SignalPoint moved = signal.at(poi);
        return moved.templates.front()->col(v);
      };
      // Truncation h^2 = 1e-10, rounding 1e-16/h.
      const Eigen::ArrayXd wanted =
          test::central_difference(events, point, static_cast<std::size_t>(a), 1e-5);
      CHECK(((slope - wanted).abs() <= 1e-9 * wanted.abs().maxCoeff()).all());
    }
  }
}

TEST_CASE("Surviving N of one momentum are most where one in e is left") {
  const SurvivingSignal signal{
      {.per_poi = {{Eigen::ArrayXXd::Constant(3, 1, 2.0)}}, .decays = {0.25}, .widths = {2.0}}};
  CHECK(signal.rises_to() == Approx(1.0 / (0.25 * 2.0)).epsilon(1e-5));  // steps of the search
  CHECK(std::isinf(two_couplings().rises_to()));
  CHECK_FALSE(signal.is_closed());
  const SurvivingSignal none{
      {.per_poi = {{Eigen::ArrayXXd::Zero(3, 1)}}, .decays = {0.25}, .widths = {2.0}}};
  CHECK(none.is_closed());
  CHECK(std::isinf(none.rises_to()));
}

TEST_CASE("Momenta without events are refused") {
  test::check_throws<Error>(
      [] {
        (void)SurvivingSignal{{.per_poi = {by_momentum(1.0)}, .decays = {0.1}, .widths = {1.0}}};
      },
      {"momenta and events"});
}
