#pragma once

#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/physics/coherent_scattering.hpp"
#include "nudipole/prediction/target_material.hpp"

#include <optional>
#include <string>

namespace nudipole::experiment {

/// Neutrinos and target of an experiment without its detector.
struct BeamOnTarget {
  flux::Source source;
  prediction::TargetMaterial material;  ///< elements: only if all have a table of free electrons
  std::string formula;                  ///< of the target, e.g. "CsI"
  double mass_kg;
  std::optional<double> exposure_days;  ///< where the flux is given for a time
  physics::CoherentTerms coherent_terms;
};

/// Reads flux and target of an experiment.
/// \param formula  another target of 1 kg, e.g. "Xe" or "CsI"; nothing: the experiment's own
/// \throws ConfigError for an unknown experiment, option or element, DataError for bad files
BeamOnTarget load_beam_on_target(DataFolder& data, const Selection& selection,
                                 const std::optional<std::string>& formula);

}  // namespace nudipole::experiment
