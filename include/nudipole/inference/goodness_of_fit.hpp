#pragma once

#include "nudipole/likelihood/joint.hpp"

#include <cstddef>
#include <cstdint>

namespace nudipole::inference {

/// Bins less parameters that nothing but these data constrains: nuisances without a prior, and
/// `fitted_pois` parameters of interest. A nuisance with a Gaussian prior brings its own
/// measurement along and counts for nothing.
std::int64_t degrees_of_freedom(const likelihood::Joint& joint, std::size_t fitted_pois);

/// Probability that a saturated -2 ln L (Poisson deviance or chi2, priors included) is as large or
/// larger, if it follows chi2 with so many degrees of freedom: asymptotic, for counts that are not
/// small. Not a number without any degree of freedom.
double asymptotic_p_value(double minus_two_log_l, std::int64_t degrees_of_freedom);

/// Significance of a best fit over d >= 0 against d = 0, where q_0 is the rise of -2 ln L from the
/// best fit to d = 0: Z = sqrt(q_0) (Cowan, Cranmer, Gross, Vitells, arXiv:1007.1727, eq. 53) and
/// the probability of as much or more without signal, 1 - Phi(Z). It is local: at one mass.
struct Significance {
  double sigma;
  double p_value;
};
Significance asymptotic_significance(double q_0);

}  // namespace nudipole::inference
