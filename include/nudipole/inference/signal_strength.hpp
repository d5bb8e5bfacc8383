#pragma once

#include "nudipole/inference/profile.hpp"

namespace nudipole::inference {

/// Best-fit strength mu of the Standard Model neutrino signal: mu = 1 is the prediction. mu
/// multiplies the signals of all terms, inside their own uncertainties: mu (1 + sum theta)
/// T(shapes).
struct SignalStrength {
  double best;
  double lower;                  ///< -2 ln L has risen by delta_chi2 below the best fit, or 0
  double upper;                  ///< and above it
  double standard_model_events;  ///< mu = 1 with no pulls, all terms together
  ProfilePoint best_fit;         ///< its parameter of interest is mu
  ProfilePoint standard_model;   ///< the fit at mu = 1
};

/// Fits mu >= 0 and all nuisances without the portal: the components of role `signal` become a
/// linear signal in mu.
/// \param delta_chi2  rise of -2 ln L at the ends of the interval, 1 for one standard deviation
/// \throws ConfigError for a term without such components; NumericalError when an end of the
///         interval is not found
SignalStrength fit_signal_strength(const likelihood::Joint& joint,
                                   std::shared_ptr<const likelihood::Observation> observation,
                                   const fit::Settings& settings, double delta_chi2);

}  // namespace nudipole::inference
