#include "nudipole/campaign/signal_strength.hpp"

namespace nudipole::campaign {

inference::SignalStrength fit_signal_strength(const Setup& setup, double delta_chi2) {
  const Likelihood& likelihood = setup.likelihood();
  return inference::fit_signal_strength(*likelihood.joint, likelihood.observation,
                                        setup.config().fit, delta_chi2);
}

}  // namespace nudipole::campaign
