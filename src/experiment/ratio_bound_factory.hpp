#pragma once

#include "nudipole/experiment/factories.hpp"
#include "nudipole/inference/ratio_bound.hpp"
#include "nudipole/prediction/signal_model.hpp"

namespace nudipole::experiment::detail {

/// Reads the section `bound` of an experiment of kind `ratio_bound`:
/// {flux_limit_per_cm2_s, expected_flux: name in fluxes/solar_flux.csv, confidence}.
config::Schema ratio_bound_schema();
inference::RatioBound make_ratio_bound(const config::Section& section, const Context& context,
                                       const prediction::SignalModel& signal);

}  // namespace nudipole::experiment::detail
