#pragma once

#include "nudipole/campaign/data_request.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/likelihood/joint.hpp"
#include "nudipole/prediction/signal.hpp"

#include <vector>

namespace nudipole::campaign::detail {

/// The data sets of a configuration as they were measured, before its exposure scales.
struct MeasuredModel {
  std::vector<likelihood::Term> terms;
  std::vector<Eigen::ArrayXd> values;  ///< [term][bin]
  prediction::Signals signals;         ///< at the mass of the Asimov data
  std::vector<double> squares_mu_B2;   ///< d^2 of the Asimov data [coupling]
};

/// The Asimov data set of a configuration, with the centres of its priors.
/// \param exposure  factor of each [term]
/// \throws ConfigError when the nuisances are to be those of a fit that does not converge
likelihood::Observation asimov_data(const AsimovRequest& request, const MeasuredModel& model,
                                    const std::vector<double>& exposure,
                                    const fit::Settings& settings);

}  // namespace nudipole::campaign::detail
