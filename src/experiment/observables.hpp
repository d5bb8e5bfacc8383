#pragma once

#include "nudipole/experiment/factories.hpp"
#include "nudipole/prediction/conditional_shape.hpp"

#include <optional>
#include <vector>

namespace nudipole::experiment::detail {

/// The observables beside the energy, and where signal events of an energy bin are in them.
struct Observables {
  std::vector<math::BinAxis> axes{};  ///< none: the energy alone is binned
  std::optional<TimeAxis> time{};     ///< set when one of the axes is the time
  prediction::ConditionalShapes shapes{};
};

/// Keys of the section `companions`.
config::Schema companions_schema();

/// Reads the section `time` or the section `companions`; without either, only the energy is binned.
///
/// time, kind:
///   axis    (default) bins edges_us, arrival profiles and a timing efficiency
///   window  no bins: a selection between the two edges_us that each arrival class passes in part
///   none    no bins, no selection
/// companions: axes and a spread, kind:
///   table   a column [counts] in the experiment's binning, the same for all arrival classes
///   pulse   that column over all axes but the time; in time a Gaussian pulse, convolved for each
///           arrival class with an exponential of its lifetime (0: none). What falls outside the
///           time axis is lost.
/// Both divide the column by the sum of `normaliser` over the energy bin; energy bins in which that
/// is empty take the shape of the next lower one that is not.
Observables read_observables(const config::Section& root, const Context& context,
                             const math::BinAxis& energy);

/// The shape of a component of the source.
/// \throws the error of `root` when there is none for its arrival class
const prediction::ConditionalShape& shape_of(const Observables& observables,
                                             const flux::Component& component,
                                             const config::Section& root);

}  // namespace nudipole::experiment::detail
