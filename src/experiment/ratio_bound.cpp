#include "nudipole/experiment/ratio_bound.hpp"

#include "ratio_bound_factory.hpp"
#include "solar_factory.hpp"

namespace nudipole::experiment {

std::optional<double> RatioBound::squared_coupling(double portal_events_per_mu_B2) const {
  if (portal_events_per_mu_B2 == 0.0) return std::nullopt;
  return (definition_.flux_limit_per_cm2_s / definition_.expected_flux_per_cm2_s - 1.0) *
         definition_.standard_model_events / portal_events_per_mu_B2;
}

namespace detail {

RatioBound make_ratio_bound(const config::Section& section, const Context& context,
                            const SignalModel& signal) {
  using config::Range;
  RatioBound::Definition definition{
      .flux_limit_per_cm2_s = section.number("flux_limit_per_cm2_s", Range::positive()),
      .expected_flux_per_cm2_s = boron8_flux_per_cm2_s(section, "expected_flux", context),
      .confidence = section.number("confidence", Range::strictly_between(0.0, 1.0)),
      .standard_model_events = signal.standard_model(Scattering::nucleus).col(0).sum()};
  if (definition.flux_limit_per_cm2_s <= definition.expected_flux_per_cm2_s) {
    section.fail("flux_limit_per_cm2_s", "the limit is not above the expected flux",
                 "a number above " + std::to_string(definition.expected_flux_per_cm2_s));
  }
  section.finish();
  return RatioBound{definition};
}

}  // namespace detail
}  // namespace nudipole::experiment
