#pragma once

#include "nudipole/likelihood/term.hpp"
#include "nudipole/prediction/signal_model.hpp"
#include "nudipole/prediction/variation.hpp"
#include "nuisance_list.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// What nuisances may scale of the neutrinos: `signal`, Standard Model and portal together, and
/// `standard_model` alone; each also of a single source of the flux, as `signal.<origin>` and
/// `standard_model.<origin>`.
std::vector<std::string> neutrino_processes(const prediction::SignalModel& model);

/// Components `cevns` and `eves` of a likelihood. Where a nuisance scales the Standard Model events
/// of one source, each source is a component of its own, such as `eves.pp`.
/// \param variations  of the signal; may be null
std::vector<likelihood::Component> standard_model_components(
    const prediction::SignalModel& model, const std::vector<NamedNuisance>& nuisances,
    const std::shared_ptr<const prediction::Variations>& variations);

}  // namespace nudipole::experiment::detail
