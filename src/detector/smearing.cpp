#include "nudipole/detector/smearing.hpp"

#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::detector {
namespace {

class GammaSmearing final : public Smearing {
 public:
  GammaSmearing(double scale_MeV, double rate_per_MeV)
      : scale_MeV_(scale_MeV), rate_per_MeV_(rate_per_MeV) {}

  void densities(std::span<const double> observed, double e_ee_MeV,
                 std::span<double> result) const override {
    std::ranges::fill(result, 0.0);
    if (e_ee_MeV <= 0.0) return;
    const double shape = 1.0 + rate_per_MeV_ * e_ee_MeV;
    const double inverse_scale = shape * scale_MeV_ / e_ee_MeV;
    const double log_gamma = boost::math::lgamma(shape);
    for (std::size_t i = 0; i < observed.size(); ++i) {
      const double x = observed[i];
      if (x <= 0.0) continue;
      result[i] = std::exp(shape * std::log(inverse_scale * x) - inverse_scale * x - log_gamma) / x;
    }
  }

  [[nodiscard]] double probability(double lower, double upper, double e_ee_MeV) const override {
    if (e_ee_MeV <= 0.0) return lower <= 0.0 && upper > 0.0 ? 1.0 : 0.0;
    const double shape = 1.0 + rate_per_MeV_ * e_ee_MeV;
    const double inverse_scale = shape * scale_MeV_ / e_ee_MeV;
    const auto above = [&](double x) {
      return x <= 0.0 ? 1.0 : boost::math::gamma_q(shape, inverse_scale * x);
    };
    return above(lower) - above(upper);
  }

  [[nodiscard]] double mean(double e_ee_MeV) const override { return e_ee_MeV / scale_MeV_; }

  [[nodiscard]] double width(double e_ee_MeV) const override {
    return e_ee_MeV / scale_MeV_ / std::sqrt(1.0 + rate_per_MeV_ * e_ee_MeV);
  }

  /// Chernoff's bound of a gamma distribution of shape k: beyond mean x (1 + u) there is less than
  /// exp(-k (u - ln(1 + u))), and still less as far below the mean. Newton's iteration for u comes
  /// from above, where u - ln(1 + u) >= y for u = y + sqrt(y^2 + 2 y).
  [[nodiscard]] double reach(double e_ee_MeV) const override {
    const double shape = 1.0 + rate_per_MeV_ * e_ee_MeV;
    const double y = -std::log(1.0e-22) / shape;
    double u = y + std::sqrt(y * y + 2.0 * y);
    constexpr int steps = 3;
    for (int i = 0; i < steps; ++i) u -= (u - std::log1p(u) - y) * (1.0 + u) / u;
    return std::sqrt(shape) * u;
  }

 private:
  double scale_MeV_;
  double rate_per_MeV_;
};

class SharpSmearing final : public Smearing {
 public:
  explicit SharpSmearing(double yield_per_MeV) : yield_per_MeV_(yield_per_MeV) {}

  void densities(std::span<const double>, double, std::span<double> result) const override {
    std::ranges::fill(result, std::numeric_limits<double>::infinity());
  }
  [[nodiscard]] double probability(double lower, double upper, double e_ee_MeV) const override {
    const double x = yield_per_MeV_ * e_ee_MeV;
    return x >= lower && x < upper ? 1.0 : 0.0;
  }
  [[nodiscard]] double mean(double e_ee_MeV) const override { return yield_per_MeV_ * e_ee_MeV; }
  [[nodiscard]] double width(double) const override { return 0.0; }
  [[nodiscard]] std::optional<double> sharp_value(double e_ee_MeV) const override {
    return yield_per_MeV_ * e_ee_MeV;
  }

 private:
  double yield_per_MeV_;
};

}  // namespace

void Smearing::probabilities(std::span<const double> edges, double e_ee_MeV,
                             std::span<double> result) const {
  for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
    result[bin] = probability(edges[bin], edges[bin + 1], e_ee_MeV);
  }
}

std::shared_ptr<const Smearing> gamma_smearing(double scale_MeV, double rate_per_MeV) {
  return std::make_shared<GammaSmearing>(scale_MeV, rate_per_MeV);
}

std::shared_ptr<const Smearing> sharp_smearing(double yield_per_MeV) {
  return std::make_shared<SharpSmearing>(yield_per_MeV);
}

}  // namespace nudipole::detector
