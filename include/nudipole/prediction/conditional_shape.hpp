#pragma once

#include "nudipole/math/binning.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <map>
#include <string>
#include <variant>

namespace nudipole::prediction {

/// Where the signal events of an energy bin are in the other observables (time, F90): the
/// probability of each of their bins [energy bin, other bin]. A row adds up to the share of events
/// that the selection keeps.
using ConditionalShape = Eigen::ArrayXXd;

/// One for all events, or one for each arrival class of the source.
using ConditionalShapes = std::variant<ConditionalShape, std::map<std::string, ConditionalShape>>;
/// That of an arrival class; null when there is none.
const ConditionalShape* find_shape(const ConditionalShapes& shapes, const std::string& arrival);

/// Events [energy bin, other bin] over the sum of each energy bin. Energy bins whose sum is 0 take
/// the shape of the next lower one; the first is not one of them.
ConditionalShape normalised_shape(ConditionalShape events, const Eigen::ArrayXd& sums);

/// A Gaussian pulse of neutrinos convolved with an exponential decay.
struct Pulse {
  double mean_us;
  double width_us;     ///< standard deviation, > 0
  double lifetime_us;  ///< 0: no decay
};

/// A shape with its distribution in time replaced by that of a pulse, the same for all energies.
/// What falls outside the time axis is lost.
/// \param binning    energy, then the other observables
/// \param time_axis  index of the time among its axes
ConditionalShape with_pulse(const ConditionalShape& shape, const math::Binning& binning,
                            std::size_t time_axis, const Pulse& pulse);

}  // namespace nudipole::prediction
