#include "nudipole/likelihood/statistic.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace nudipole::likelihood {
namespace {

/// \throws DataError naming the first bin whose value is not accepted
template <class Accept>
void require_all(const Eigen::ArrayXd& values, const char* expected, Accept&& accept) {
  for (Eigen::Index bin = 0; bin < values.size(); ++bin) {
    if (accept(values(bin))) continue;
    throw DataError("the observed value is " + shortest_text(values(bin)),
                    {.where = "bin " + std::to_string(bin), .expected = expected});
  }
}

class PoissonDeviance final : public Statistic {
 public:
  [[nodiscard]] std::shared_ptr<const Statistic> with_exposure(double) const override {
    return std::make_shared<PoissonDeviance>();
  }
  [[nodiscard]] std::shared_ptr<const Statistic> with_bins(
      const std::vector<Eigen::Index>&) const override {
    return std::make_shared<PoissonDeviance>();
  }
  [[nodiscard]] Observed observe(Eigen::ArrayXd values) const override {
    require_all(values, "events, >= 0", [](double n) { return n >= 0.0 && std::isfinite(n); });
    double saturated = 0.0;
    for (const double n : values) {
      if (n > 0.0) saturated += n * std::log(n);
      saturated -= n;
    }
    return {.values = std::move(values), .constant = 2.0 * saturated};
  }

  double deviance(const Eigen::ArrayXd& expected, const Observed& observed,
                  Eigen::ArrayXd& derivative) const override {
    // A bin without data may be without expectation too: n ln mu = 0 and n/mu = 0 there.
    if (expected.minCoeff() <= 0.0) return with_empty_bins(expected, observed, derivative);
    derivative = 2.0 - 2.0 * observed.values / expected;
    return observed.constant + 2.0 * (expected - observed.values * expected.log()).sum();
  }
  [[nodiscard]] bool derivatives(const Eigen::ArrayXd& expected, const Observed& observed,
                                 Eigen::ArrayXd& first, Eigen::ArrayXd& second) const override {
    if (!(expected.minCoeff() > 0.0)) {
      if (!std::isfinite(with_empty_bins(expected, observed, first))) return false;
      second = (expected > 0.0).select(2.0 * observed.values / expected.square(), 0.0);
      return true;
    }
    second = expected.inverse();
    first = 2.0 - 2.0 * observed.values * second;
    second *= 2.0 * observed.values * second;
    return true;
  }
  void curvature(const Eigen::ArrayXd& expected, Eigen::ArrayXd& result) const override {
    result = (expected > 0.0).select(2.0 / expected, 0.0);
  }
  [[nodiscard]] Sampling sampling() const override { return PoissonSampling{}; }

 private:
  /// Not a number where the deviance has no value: a negative expectation, or none with data.
  static double with_empty_bins(const Eigen::ArrayXd& expected, const Observed& observed,
                                Eigen::ArrayXd& derivative) {
    const Eigen::ArrayXd& counts = observed.values;
    const auto empty = counts == 0.0 && expected == 0.0;
    derivative = empty.select(2.0, 2.0 - 2.0 * counts / expected);
    if (!(empty || expected > 0.0).all()) return std::numeric_limits<double>::quiet_NaN();
    return observed.constant + 2.0 * expected.sum() -
           2.0 * empty.select(0.0, counts * expected.log()).sum();
  }
};

/// Poisson deviance of a prediction that is bent away from zero.
class FlooredPoissonDeviance final : public Statistic {
 public:
  explicit FlooredPoissonDeviance(double floor) : floor_(floor) {}

  [[nodiscard]] std::shared_ptr<const Statistic> with_exposure(double factor) const override {
    return std::make_shared<FlooredPoissonDeviance>(factor * floor_);
  }
  [[nodiscard]] std::shared_ptr<const Statistic> with_bins(
      const std::vector<Eigen::Index>&) const override {
    return std::make_shared<FlooredPoissonDeviance>(floor_);
  }
  [[nodiscard]] Observed observe(Eigen::ArrayXd values) const override {
    return poisson_.observe(std::move(values));
  }
  double deviance(const Eigen::ArrayXd& expected, const Observed& observed,
                  Eigen::ArrayXd& derivative) const override {
    if (expected.minCoeff() >= floor_) return poisson_.deviance(expected, observed, derivative);
    // One bin after the other: a whole array of bent expectations would need memory.
    derivative.resize(expected.size());
    double sum = 0.0;
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      const Bent bent = bend(expected(bin));
      const double n = observed.values(bin);
      sum += bent.value - (n > 0.0 ? n * std::log(bent.value) : 0.0);
      derivative(bin) = (2.0 - 2.0 * n / bent.value) * bent.slope;
    }
    return observed.constant + 2.0 * sum;
  }
  [[nodiscard]] bool derivatives(const Eigen::ArrayXd& expected, const Observed& observed,
                                 Eigen::ArrayXd& first, Eigen::ArrayXd& second) const override {
    if (expected.minCoeff() >= floor_) {
      return poisson_.derivatives(expected, observed, first, second);
    }
    first.resize(expected.size());
    second.resize(expected.size());
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      const Bent bent = bend(expected(bin));
      const double by_value = 2.0 - 2.0 * observed.values(bin) / bent.value;
      first(bin) = by_value * bent.slope;
      second(bin) = 2.0 * observed.values(bin) * std::pow(bent.slope / bent.value, 2) +
                    by_value * bent.curvature;
    }
    return !first.hasNaN();
  }
  void curvature(const Eigen::ArrayXd& expected, Eigen::ArrayXd& result) const override {
    result.resize(expected.size());
    for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
      const Bent bent = bend(expected(bin));
      result(bin) = 2.0 / bent.value * bent.slope * bent.slope;
    }
  }
  [[nodiscard]] Sampling sampling() const override { return poisson_.sampling(); }

 private:
  /// What an expectation counts as, with derivatives by the expectation.
  struct Bent {
    double value;
    double slope;
    double curvature;
  };
  [[nodiscard]] Bent bend(double expected) const {
    if (expected >= floor_) return {expected, 1.0, 0.0};
    const double share = floor_ / (2.0 * floor_ - expected);
    return {floor_ * share, share * share, 2.0 * share * share * share / floor_};
  }

  PoissonDeviance poisson_;
  double floor_;
};

class GaussianChi2 final : public Statistic {
 public:
  explicit GaussianChi2(Eigen::ArrayXd errors)
      : errors_(std::move(errors)), weights_(errors_.square().inverse()) {}

  [[nodiscard]] std::shared_ptr<const Statistic> with_exposure(double factor) const override {
    return std::make_shared<GaussianChi2>(std::sqrt(factor) * errors_);
  }
  [[nodiscard]] std::shared_ptr<const Statistic> with_bins(
      const std::vector<Eigen::Index>& bins) const override {
    return std::make_shared<GaussianChi2>(errors_(bins));
  }
  [[nodiscard]] Observed observe(Eigen::ArrayXd values) const override {
    if (values.size() != errors_.size()) {
      throw DataError(std::to_string(values.size()) + " values were observed",
                      {.expected = "as many as errors: " + std::to_string(errors_.size())});
    }
    require_all(values, "a finite number", [](double n) { return std::isfinite(n); });
    return {.values = std::move(values)};
  }
  double deviance(const Eigen::ArrayXd& expected, const Observed& observed,
                  Eigen::ArrayXd& derivative) const override {
    derivative = 2.0 * (expected - observed.values) * weights_;
    return 0.5 * (derivative * (expected - observed.values)).sum();
  }
  [[nodiscard]] bool derivatives(const Eigen::ArrayXd& expected, const Observed& observed,
                                 Eigen::ArrayXd& first, Eigen::ArrayXd& second) const override {
    first = 2.0 * (expected - observed.values) * weights_;
    second = 2.0 * weights_;
    return !first.hasNaN();
  }
  void curvature(const Eigen::ArrayXd&, Eigen::ArrayXd& result) const override {
    result = 2.0 * weights_;
  }
  [[nodiscard]] Sampling sampling() const override { return GaussianSampling{errors_}; }

 private:
  Eigen::ArrayXd errors_;
  Eigen::ArrayXd weights_;
};

}  // namespace

std::shared_ptr<const Statistic> poisson_deviance() { return std::make_shared<PoissonDeviance>(); }

std::shared_ptr<const Statistic> poisson_deviance(double floor) {
  return std::make_shared<FlooredPoissonDeviance>(floor);
}

std::shared_ptr<const Statistic> gaussian_chi2(Eigen::ArrayXd errors) {
  return std::make_shared<GaussianChi2>(std::move(errors));
}

}  // namespace nudipole::likelihood
