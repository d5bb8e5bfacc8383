#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/toys.hpp"

#include <Eigen/Core>

#include <cstdint>
#include <memory>
#include <vector>

namespace nudipole::campaign {

/// One toy with all that belongs to it, to look at a failed or an odd one.
struct SingleToy {
  std::vector<Eigen::ArrayXd> expected;  ///< [term][bin] at the hypothesis
  likelihood::Observation observation;
  inference::HypothesisTest fits;  ///< at the hypothesis, and over all that the method lets free
  double q = 0.0;                  ///< the method's statistic, of its first test
  double q_observed = 0.0;  ///< what toys are compared with there, as a rule that of the data
};

/// Toy `number` of a hypothesis as a toys campaign makes it.
/// \param couplings_mu_B  in the order of the configuration: of those that are not profiled, or of
/// all; all 0: the Standard Model, tested at the mass
/// \throws ConfigError as make_toys, for another number of couplings, and for a hypothesis that the
/// method has no toys of; NumericalError where a fit has no value
SingleToy make_single_toy(const std::shared_ptr<const Setup>& setup, double mass_MeV,
                          const std::vector<double>& couplings_mu_B, std::uint32_t number);

}  // namespace nudipole::campaign
