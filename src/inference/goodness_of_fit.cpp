#include "nudipole/inference/goodness_of_fit.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::inference {

std::int64_t degrees_of_freedom(const likelihood::Joint& joint, std::size_t fitted_pois) {
  std::int64_t count = -static_cast<std::int64_t>(fitted_pois);
  for (const likelihood::Term& term : joint.terms()) {
    count += static_cast<std::int64_t>(term.bin_count());
  }
  for (const likelihood::Nuisance& nuisance : joint.nuisances()) {
    if (nuisance.prior == likelihood::Prior::none) --count;
  }
  return count;
}

double asymptotic_p_value(double minus_two_log_l, std::int64_t degrees_of_freedom) {
  if (degrees_of_freedom < 1 || !std::isfinite(minus_two_log_l)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const boost::math::chi_squared chi2{static_cast<double>(degrees_of_freedom)};
  return boost::math::cdf(boost::math::complement(chi2, std::max(minus_two_log_l, 0.0)));
}

Significance asymptotic_significance(double q_0) {
  const double sigma = std::sqrt(std::max(q_0, 0.0));
  return {sigma, boost::math::cdf(boost::math::complement(boost::math::normal{}, sigma))};
}

}  // namespace nudipole::inference
