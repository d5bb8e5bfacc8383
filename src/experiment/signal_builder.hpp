#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/math/binning.hpp"
#include "nudipole/math/panel_grid.hpp"
#include "nudipole/prediction/signal_model.hpp"
#include "observables.hpp"
#include "probability_table.hpp"
#include "shape_nuisances.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// The bins of an experiment.
struct Bins {
  math::Binning binning;
  math::BinAxis energy;  ///< bins along the recoil's observable; of classes one after the other
  Observables observables;
};

/// A nuisance that scales some sources of the flux in the signal.
struct OriginScaling {
  std::size_t nuisance;              ///< index among the term's nuisances
  std::vector<std::string> origins;  ///< of flux components
};

/// The signal model of an experiment, and the nuisances that its response brings along.
struct BuiltSignal {
  prediction::SignalModel model;
  std::vector<Shift> shifts;
};

/// Keys of the sections `signals` and `response`.
config::Schema signals_schema();
config::Schema response_schema();

/// Builds flux, target and response of experiment.yaml. Variants of the model are the versions of
/// the file and those with twice as much of a scaling's sources; in each, the combinations of the
/// shifts' pulls, the last shift fastest.
/// \param files     versions of the experiment's file in which response or companions differ
/// \param scalings  normalisations of sources, straight lines after those of `files`
BuiltSignal build_signal(const VariedFile& files, const std::vector<OriginScaling>& scalings,
                         const Context& context, const Bins& bins,
                         const math::PanelSettings& panels);

}  // namespace nudipole::experiment::detail
