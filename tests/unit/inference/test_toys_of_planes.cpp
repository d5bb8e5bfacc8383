// q with two parameters of interest, where it is known: two Gaussian bins that mix two signals.
#include "nudipole/inference/toys.hpp"
#include "support/catch2.hpp"

#include <Eigen/Dense>

#include <array>
#include <memory>
#include <optional>
#include <vector>

using namespace nudipole;
using namespace nudipole::inference;

namespace {

/// Two signals, x and y, in two bins beside a background.
struct Plane {
  Eigen::Matrix2d response{{3.0, 1.0}, {1.0, 2.0}};  ///< events per unit [bin][signal]
  Eigen::Vector2d background{10.0, 20.0};
  Eigen::Vector2d errors{2.0, 3.0};
  std::shared_ptr<const likelihood::Joint> joint = std::make_shared<likelihood::Joint>(
      std::vector{likelihood::Term{{.name = "bins",
                                    .bin_count = 2,
                                    .statistic = likelihood::gaussian_chi2(errors.array()),
                                    .nuisances = {},
                                    .components = {{"background", background.array(), {}}},
                                    .signal_scaled_by = {}}}});
  prediction::Signals signals{std::make_shared<prediction::LinearSignal>(
      std::vector<Eigen::ArrayXXd>{response.col(0).array(), response.col(1).array()})};

  [[nodiscard]] Profile profile(std::shared_ptr<const likelihood::Observation> data) const {
    return {joint, signals, std::move(data), {}};
  }
  [[nodiscard]] ToyGenerator generator(const Eigen::Vector2d& x) const {
    const std::vector<prediction::SignalPoint> points{signals[0]->at(std::array{x(0), x(1)})};
    return {joint, points, {}, Auxiliary::fluctuated};
  }
};

}  // namespace

// Far from both bounds two fits of two bins describe any data: q is the chi2 of the hypothesis with
// both given, and with one profiled the square of the other's pull.
TEST_CASE("q of two couplings is the chi2 of Gaussian data, with one profiled that of the other") {
  const Plane plane;
  const Eigen::Vector2d x{40.0, 60.0};
  const Eigen::Vector2d expected = plane.response * x + plane.background;
  const Eigen::Matrix2d inverse = plane.response.inverse();
  const Eigen::Matrix2d covariance =
      inverse * plane.errors.cwiseAbs2().asDiagonal() * inverse.transpose();
  const ToyGenerator generator = plane.generator(x);
  for (std::uint32_t k = 0; k < 50; ++k) {
    RandomStream stream{{7, 8}, {1, 2, k}};
    const auto data = std::make_shared<const likelihood::Observation>(generator.draw(stream));
    const Eigen::Vector2d above = data->terms[0].values.matrix() - expected;
    const Eigen::Vector2d best = x + inverse * above;
    const Profile profile = plane.profile(data);
    const HypothesisTest both =
        test_hypothesis(profile, std::array{std::optional{x(0)}, std::optional{x(1)}});
    CHECK(two_sided_statistic(both) ==
          Approx(above.cwiseQuotient(plane.errors).squaredNorm()).epsilon(1e-9).margin(1e-9));
    for (Eigen::Index a = 0; a < 2; ++a) {
      std::array<std::optional<double>, 2> given;
      given[static_cast<std::size_t>(a)] = x(a);
      const HypothesisTest one = test_hypothesis(profile, given);
      const double pull = best(a) - x(a);
      CHECK(two_sided_statistic(one) ==
            Approx(pull * pull / covariance(a, a)).epsilon(1e-7).margin(1e-7));
      CHECK(one.tested.poi[static_cast<std::size_t>(a)] == x(a));
    }
  }
}

TEST_CASE("The hypothesis without signal is the fit without signal, of the Standard Model alone") {
  const Plane plane;
  RandomStream stream{{7, 8}, {1, 2, 3}};
  const auto data = std::make_shared<const likelihood::Observation>(
      plane.generator(Eigen::Vector2d{4.0, 6.0}).draw(stream));
  const Profile profile = plane.profile(data);
  const double without = profile.best_fit().without_signal.minus_two_log_l;
  const HypothesisTest none =
      test_hypothesis(profile, std::array{std::optional{0.0}, std::optional{0.0}});
  CHECK(none.tested.minus_two_log_l == without);
  const HypothesisTest other =
      test_hypothesis(profile, std::array{std::optional{0.0}, std::optional<double>{}});
  CHECK(other.tested.minus_two_log_l < without - 1.0);  // the other signal is profiled
  CHECK(other.tested.poi[1] > 0.0);
}
