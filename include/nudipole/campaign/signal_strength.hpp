#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/profile.hpp"

namespace nudipole::campaign {

/// Best-fit strength mu of the Standard Model neutrino signal: mu = 1 is the prediction. mu
/// multiplies the signals of all experiments, inside their own uncertainties: mu (1 + sum theta)
/// T(shapes).
struct SignalStrength {
  double best;
  double lower;                      ///< -2 ln L has risen by delta_chi2 below the best fit, or 0
  double upper;                      ///< and above it
  double standard_model_events;      ///< mu = 1 with no pulls, all experiments together
  inference::ProfilePoint best_fit;  ///< x_mu_B2 is mu
  inference::ProfilePoint standard_model;  ///< the fit at mu = 1
};

/// Fits mu >= 0 and all nuisances without the portal. It is the fit of the portal's coupling with
/// the Standard Model signal in the place of the portal template. \param delta_chi2  rise of -2 ln
/// L at the ends of the interval, 1 for one standard deviation \throws ConfigError for a bound;
/// NumericalError when a fit does not converge
SignalStrength fit_signal_strength(const Setup& setup, double delta_chi2);

}  // namespace nudipole::campaign
