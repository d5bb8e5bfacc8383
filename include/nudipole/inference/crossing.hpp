#pragma once

#include <optional>
#include <span>

namespace nudipole::inference {

/// A probability that toys gave at one place.
struct NoisyProbability {
  double place = 0.0;  ///< ascending along a curve, e.g. ln d
  double value = 0.0;  ///< in [0, 1]
  double error = 0.0;  ///< > 0
};

/// Where a curve crosses a level.
struct Crossing {
  double place = 0.0;
  double error = 0.0;  ///< what the errors of the probabilities make of it
};

/// From above the level to below it, with rising place; or the other way.
enum class Fall { down, up };

/// The last (Fall::down) or the first (Fall::up) crossing of `level`: the places in [0, size - 1)
/// after which the curve is on the other side. Nothing when there is none.
std::optional<std::size_t> crossing_after(std::span<const NoisyProbability> curve, double level,
                                          Fall fall);

/// Where the curve crosses `level` between the points `after` and `after + 1`: a straight line of
/// Phi^-1(p) through all neighbours that are near the level, weighted by their errors; through
/// these two points alone where that line does not cross near them (p of discrete data jumps).
Crossing crossing_at(std::span<const NoisyProbability> curve, double level, std::size_t after);

}  // namespace nudipole::inference
