#include "ratio_bound_factory.hpp"

#include "solar_factory.hpp"

namespace nudipole::experiment::detail {

config::Schema ratio_bound_schema() {
  using config::Key;
  using config::Range;
  return {.keys = {Key::number("flux_limit_per_cm2_s", "published upper limit on the 8B flux",
                               Range::positive()),
                   Key::text("expected_flux",
                             "the flux that it is compared with: the model of a row of "
                             "fluxes/solar_flux.csv"),
                   Key::number("confidence", "confidence level of the limit",
                               Range::strictly_between(0.0, 1.0))}};
}

inference::RatioBound make_ratio_bound(const config::Section& section, const Context& context,
                                       const prediction::SignalModel& signal) {
  inference::RatioBound::Definition definition{
      .flux_limit_per_cm2_s = section.number("flux_limit_per_cm2_s"),
      .expected_flux_per_cm2_s = boron8_flux_per_cm2_s(section, "expected_flux", context),
      .confidence = section.number("confidence"),
      .standard_model_events = signal.standard_model(prediction::Scattering::nucleus).col(0).sum()};
  if (definition.flux_limit_per_cm2_s <= definition.expected_flux_per_cm2_s) {
    section.fail("flux_limit_per_cm2_s", "the limit is not above the expected flux",
                 "a number above " + std::to_string(definition.expected_flux_per_cm2_s));
  }
  return inference::RatioBound{definition};
}

}  // namespace nudipole::experiment::detail
