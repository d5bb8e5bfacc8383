#include "nudipole/inference/binomial.hpp"

#include <boost/math/distributions/beta.hpp>

#include <limits>

namespace nudipole::inference {

double Proportion::value() const {
  if (trials == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(successes) / static_cast<double>(trials);
}

std::pair<double, double> Proportion::interval(double confidence) const {
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  const double tail = 0.5 * (1.0 - confidence);
  using boost::math::beta_distribution;
  const double lower = successes == 0 ? 0.0 : quantile(beta_distribution<>{k, n - k + 1.0}, tail);
  const double upper =
      successes == trials ? 1.0 : quantile(complement(beta_distribution<>{k + 1.0, n - k}, tail));
  return {lower, upper};
}

double Proportion::error() const {
  const auto [lower, upper] = interval();
  return 0.5 * (upper - lower);
}

}  // namespace nudipole::inference
