#include "nudipole/likelihood/statistic.hpp"

#include <cmath>
#include <limits>

namespace nudipole::likelihood {
namespace {

class PoissonDeviance final : public Statistic {
 public:
  explicit PoissonDeviance(Eigen::ArrayXd counts) : counts_(std::move(counts)) {
    for (const double n : counts_) {
      if (n > 0.0) saturated_ += n * std::log(n);
      saturated_ -= n;
    }
  }

  double evaluate(const Eigen::ArrayXd& expected, Eigen::ArrayXd& derivative) const override {
    // A bin without data may be without expectation too: n ln mu = 0 and n/mu = 0 there.
    if (expected.minCoeff() <= 0.0) return evaluate_with_empty_bins(expected, derivative);
    derivative = 2.0 - 2.0 * counts_ / expected;
    return 2.0 * (saturated_ + (expected - counts_ * expected.log()).sum());
  }
  [[nodiscard]] Eigen::ArrayXd curvature(const Eigen::ArrayXd& expected) const override {
    return (expected > 0.0).select(2.0 / expected, 0.0);
  }
  [[nodiscard]] const Eigen::ArrayXd& data() const override { return counts_; }

 private:
  /// Not a number where the deviance has no value: a negative expectation, or none with data.
  double evaluate_with_empty_bins(const Eigen::ArrayXd& expected,
                                  Eigen::ArrayXd& derivative) const {
    const auto empty = counts_ == 0.0 && expected == 0.0;
    derivative = empty.select(2.0, 2.0 - 2.0 * counts_ / expected);
    if (!(empty || expected > 0.0).all()) return std::numeric_limits<double>::quiet_NaN();
    return 2.0 * (saturated_ + expected.sum() - empty.select(0.0, counts_ * expected.log()).sum());
  }

  Eigen::ArrayXd counts_;
  double saturated_ = 0.0;  ///< sum of n ln n - n
};

/// Poisson deviance of a prediction that is bent away from zero.
class FlooredPoissonDeviance final : public Statistic {
 public:
  FlooredPoissonDeviance(Eigen::ArrayXd counts, double floor)
      : poisson_(std::move(counts)), floor_(floor) {}

  double evaluate(const Eigen::ArrayXd& expected, Eigen::ArrayXd& derivative) const override {
    if (expected.minCoeff() >= floor_) return poisson_.evaluate(expected, derivative);
    const double value = poisson_.evaluate(bent(expected), derivative);
    derivative *= slope(expected);
    return value;
  }
  [[nodiscard]] Eigen::ArrayXd curvature(const Eigen::ArrayXd& expected) const override {
    return poisson_.curvature(bent(expected)) * slope(expected).square();
  }
  [[nodiscard]] const Eigen::ArrayXd& data() const override { return poisson_.data(); }

 private:
  [[nodiscard]] Eigen::ArrayXd bent(const Eigen::ArrayXd& expected) const {
    return (expected >= floor_)
        .select(expected, floor_ * floor_ / (2.0 * floor_ - expected.min(floor_)));
  }
  [[nodiscard]] Eigen::ArrayXd slope(const Eigen::ArrayXd& expected) const {
    return (floor_ / (2.0 * floor_ - expected.min(floor_))).square();
  }

  PoissonDeviance poisson_;
  double floor_;
};

class GaussianChi2 final : public Statistic {
 public:
  GaussianChi2(Eigen::ArrayXd values, const Eigen::ArrayXd& errors)
      : values_(std::move(values)), weights_(errors.square().inverse()) {}

  double evaluate(const Eigen::ArrayXd& expected, Eigen::ArrayXd& derivative) const override {
    derivative = 2.0 * (expected - values_) * weights_;
    return 0.5 * (derivative * (expected - values_)).sum();
  }
  [[nodiscard]] Eigen::ArrayXd curvature(const Eigen::ArrayXd&) const override {
    return 2.0 * weights_;
  }
  [[nodiscard]] const Eigen::ArrayXd& data() const override { return values_; }

 private:
  Eigen::ArrayXd values_;
  Eigen::ArrayXd weights_;
};

}  // namespace

std::shared_ptr<const Statistic> poisson_deviance(Eigen::ArrayXd counts) {
  return std::make_shared<PoissonDeviance>(std::move(counts));
}

std::shared_ptr<const Statistic> poisson_deviance(Eigen::ArrayXd counts, double floor) {
  return std::make_shared<FlooredPoissonDeviance>(std::move(counts), floor);
}

std::shared_ptr<const Statistic> gaussian_chi2(Eigen::ArrayXd values, Eigen::ArrayXd errors) {
  return std::make_shared<GaussianChi2>(std::move(values), errors);
}

}  // namespace nudipole::likelihood
