#include "nudipole/likelihood/statistic.hpp"

#include <cmath>

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
    derivative = 2.0 - 2.0 * counts_ / expected;
    return 2.0 * (saturated_ + (expected - counts_ * expected.log()).sum());
  }
  [[nodiscard]] Eigen::ArrayXd curvature(const Eigen::ArrayXd& expected) const override {
    return 2.0 / expected;
  }
  [[nodiscard]] const Eigen::ArrayXd& data() const override { return counts_; }

 private:
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
