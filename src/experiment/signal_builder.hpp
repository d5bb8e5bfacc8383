#pragma once

#include "companions.hpp"
#include "nudipole/config/section.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/math/binning.hpp"
#include "nudipole/math/panel_grid.hpp"
#include "nudipole/prediction/signal_model.hpp"
#include "probability_table.hpp"
#include "shape_nuisances.hpp"

#include <vector>

namespace nudipole::experiment::detail {

/// The signal model of an experiment, and the shape nuisances that its response brings along.
struct BuiltSignal {
  prediction::SignalModel model;
  std::vector<ResponseShift> shifts;
};

/// Keys of the sections `signals` and `response`.
config::Schema signals_schema();
config::Schema response_schema();

/// Builds flux, target and response of experiment.yaml.
/// \param binning     all bins of the experiment
/// \param energy      the axis of the recoil's observable; bins of classes one after the other
/// \param companions  the other axes and how events spread over them
/// \param shapes      shape nuisances that deform response or companions
BuiltSignal build_signal(const config::Section& root, const Context& context,
                         const math::Binning& binning, const math::BinAxis& energy,
                         const Companions& companions, const std::vector<ShapeNuisance>& shapes,
                         const math::PanelSettings& panels);

}  // namespace nudipole::experiment::detail
