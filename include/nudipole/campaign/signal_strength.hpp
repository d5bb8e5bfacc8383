#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/signal_strength.hpp"

namespace nudipole::campaign {

/// The strength of the Standard Model signal in what the experiments measured.
/// \throws ConfigError for a bound; NumericalError as inference::fit_signal_strength
inference::SignalStrength fit_signal_strength(const Setup& setup, double delta_chi2);

}  // namespace nudipole::campaign
