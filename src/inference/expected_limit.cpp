#include "nudipole/inference/expected_limit.hpp"

#include "nudipole/core/error.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::inference {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const boost::math::normal gaussian;

/// Where Delta chi2 of the Asimov data set is t_N^2 for each of the bands.
template <class ThresholdOf>
ExpectedLimits limits_at(const Profile& asimov, double largest, ThresholdOf&& root_of_threshold) {
  const ProfilePoint best = asimov.at(0.0);  // by construction
  ExpectedLimits limits{};
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const double t = root_of_threshold(band_sigmas[i]);
    limits[i] = asimov.upper_limit(best, t * t, largest);
  }
  return limits;
}

/// CL_s by the formulae of large samples. \param q  of the data, one-sided; \param q_asimov  > 0
double asymptotic_cls(double q, double q_asimov) {
  const double root = std::sqrt(q_asimov);
  if (q <= q_asimov) {
    const double z = std::sqrt(q);
    return cdf(complement(gaussian, z)) / cdf(gaussian, root - z);
  }
  const double signal = (q + q_asimov) / (2.0 * root);
  const double background = (q - q_asimov) / (2.0 * root);
  return cdf(complement(gaussian, signal)) / cdf(complement(gaussian, background));
}

/// Logarithm of CL_s over its wanted value, along the parameter of interest.
class ClsExcess {
 public:
  ClsExcess(const Profile& data, const ProfilePoint& best, const Profile& asimov, double alpha)
      : data_(&data), best_(&best), asimov_(&asimov), without_(asimov.at(0.0)), alpha_(alpha) {}

  double operator()(double poi) {
    const ProfilePoint observed = data_->at(poi);
    const ProfilePoint expected = asimov_->at(poi);
    converged_ =
        converged_ && fit::is_converged(observed.status) && fit::is_converged(expected.status);
    const double q = poi < best_->poi.front()
                         ? 0.0
                         : std::max(0.0, observed.minus_two_log_l - best_->minus_two_log_l);
    const double q_asimov = std::max(0.0, expected.minus_two_log_l - without_.minus_two_log_l);
    if (q_asimov == 0.0) return -std::log(alpha_);  // no power: CL_s is 1
    return std::log(std::max(asymptotic_cls(q, q_asimov), 1.0e-300) / alpha_);
  }
  [[nodiscard]] bool converged() const { return converged_; }

 private:
  const Profile* data_;
  const ProfilePoint* best_;
  const Profile* asimov_;
  ProfilePoint without_;
  double alpha_;
  bool converged_ = true;
};

}  // namespace

ExpectedLimits expected_limits(const Profile& asimov, double delta_chi2, double largest) {
  return limits_at(asimov, largest, [delta_chi2](double n) {
    return n + std::sqrt(n < 0.0 ? n * n + delta_chi2 : delta_chi2);
  });
}

ExpectedLimits expected_cls_limits(const Profile& asimov, double confidence, double largest) {
  return limits_at(asimov, largest, [confidence](double n) {
    return quantile(complement(gaussian, (1.0 - confidence) * cdf(gaussian, n))) + n;
  });
}

Limit asymptotic_cls_limit(const Profile& data, const ProfilePoint& best, const Profile& asimov,
                           double confidence, double largest) {
  if (data.is_closed()) return {nan, LimitStatus::closed};
  // The scale: where the Asimov data set alone would have its limit.
  const Limit scale = expected_cls_limits(asimov, confidence, largest)[2];
  if (!has_value(scale.status)) return scale;
  ClsExcess excess{data, best, asimov, 1.0 - confidence};
  const auto failed = [&](LimitStatus status) {
    return Limit{nan, excess.converged() ? status : LimitStatus::failed};
  };
  double low = best.poi.front();
  double at_low = excess(low);
  double high = low;
  double at_high = at_low;
  for (double step = scale.poi; at_high > 0.0; step *= 2.0) {
    if (high >= largest) return failed(LimitStatus::none_in_range);
    low = high;
    at_low = at_high;
    high = std::min(low + step, largest);
    at_high = excess(high);
  }
  if (low == high) return failed(LimitStatus::failed);
  constexpr int bits = 40;
  std::uintmax_t iterations = 100;
  const auto bracket = boost::math::tools::toms748_solve(
      [&excess](double poi) { return excess(poi); }, low, high, at_low, at_high,
      boost::math::tools::eps_tolerance<double>(bits), iterations);
  if (!excess.converged() || iterations >= 100) return {nan, LimitStatus::failed};
  return {0.5 * (bracket.first + bracket.second), LimitStatus::ok};
}

}  // namespace nudipole::inference
