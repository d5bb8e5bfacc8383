#include "nudipole/inference/ratio_bound.hpp"

namespace nudipole::inference {

std::optional<double> RatioBound::squared_coupling(double portal_events_per_mu_B2) const {
  if (portal_events_per_mu_B2 == 0.0) return std::nullopt;
  return (definition_.flux_limit_per_cm2_s / definition_.expected_flux_per_cm2_s - 1.0) *
         definition_.standard_model_events / portal_events_per_mu_B2;
}

}  // namespace nudipole::inference
