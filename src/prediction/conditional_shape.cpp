#include "nudipole/prediction/conditional_shape.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace nudipole::prediction {
namespace {

/// Integral of a pulse from -infinity to t.
double arrived_before(double t_us, const Pulse& pulse) {
  const double delay = t_us - pulse.mean_us;
  const auto below = [](double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); };
  const double undelayed = below(delay / pulse.width_us);
  if (pulse.lifetime_us == 0.0) return undelayed;
  const double ratio = pulse.width_us / pulse.lifetime_us;
  return undelayed - std::exp(0.5 * ratio * ratio - delay / pulse.lifetime_us) *
                         below(delay / pulse.width_us - ratio);
}

}  // namespace

const ConditionalShape* find_shape(const ConditionalShapes& shapes, const std::string& arrival) {
  if (const auto* common = std::get_if<ConditionalShape>(&shapes)) return common;
  const auto& by_arrival = std::get<std::map<std::string, ConditionalShape>>(shapes);
  const auto found = by_arrival.find(arrival);
  return found == by_arrival.end() ? nullptr : &found->second;
}

ConditionalShape normalised_shape(ConditionalShape events, const Eigen::ArrayXd& sums) {
  Eigen::Index filled = 0;
  for (Eigen::Index energy = 0; energy < sums.size(); ++energy) {
    if (sums(energy) > 0.0) {
      filled = energy;
      events.row(energy) /= sums(energy);
    } else {
      events.row(energy) = events.row(filled);
    }
  }
  return events;
}

ConditionalShape with_pulse(const ConditionalShape& shape, const math::Binning& binning,
                            std::size_t time_axis, const Pulse& pulse) {
  const math::BinAxis& time = binning.axes[time_axis];
  std::vector<double> factor;
  for (std::size_t bin = 0; bin < time.size(); ++bin) {
    factor.push_back(arrived_before(time.edges[bin + 1], pulse) -
                     arrived_before(time.edges[bin], pulse));
  }
  // Sum over the time bins that share all other bins, then the pulse in place of the time.
  ConditionalShape result = ConditionalShape::Zero(shape.rows(), shape.cols());
  for (Eigen::Index c = 0; c < shape.cols(); ++c) {
    const std::vector<std::size_t> to = binning.indices(static_cast<std::size_t>(c));
    for (Eigen::Index other = 0; other < shape.cols(); ++other) {
      std::vector<std::size_t> from = binning.indices(static_cast<std::size_t>(other));
      from[time_axis] = to[time_axis];
      if (from == to) result.col(c) += shape.col(other) * factor[to[time_axis]];
    }
  }
  return result;
}

}  // namespace nudipole::prediction
