#include "nudipole/inference/crossing.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace nudipole::inference {
namespace {

const boost::math::normal gaussian;

/// A probability in standard deviations of a Gaussian, in which curves of p are nearly straight.
struct Node {
  double place;
  double z;
  double error;
};

double z_of(double probability) {
  constexpr double least = 1.0e-6;
  return quantile(gaussian, std::clamp(probability, least, 1.0 - least));
}

Node node_of(const NoisyProbability& point) {
  const double z = z_of(point.value);
  // An empty count has an error too, and the density vanishes there.
  return {point.place, z, point.error / std::max(pdf(gaussian, z), 1.0e-3)};
}

Crossing between(const Node& one, const Node& other, double level) {
  const double share =
      other.z == one.z ? 0.5 : std::clamp((level - one.z) / (other.z - one.z), 0.0, 1.0);
  const double length = other.place - one.place;
  const double slope = std::max(std::abs(other.z - one.z), 1.0e-12) / length;
  const double error = std::hypot((1.0 - share) * one.error, share * other.error) / slope;
  // A bracket is an error too, where noise alone would be smaller (jumps) or beyond it (flat).
  return {one.place + share * length, std::clamp(error, 0.0, length)};
}

/// Weighted straight line through some nodes; its crossing with a level.
std::optional<Crossing> by_line(std::span<const Node> nodes, double level) {
  double weights = 0.0;
  double mean_place = 0.0;
  double mean_z = 0.0;
  for (const Node& node : nodes) {
    const double w = 1.0 / (node.error * node.error);
    weights += w;
    mean_place += w * node.place;
    mean_z += w * node.z;
  }
  mean_place /= weights;
  mean_z /= weights;
  double spread = 0.0;
  double slope = 0.0;
  for (const Node& node : nodes) {
    const double w = 1.0 / (node.error * node.error);
    spread += w * (node.place - mean_place) * (node.place - mean_place);
    slope += w * (node.place - mean_place) * (node.z - mean_z);
  }
  slope /= spread;
  if (!(std::abs(slope) > 0.0)) return std::nullopt;
  const double place = mean_place + (level - mean_z) / slope;
  const double distance = place - mean_place;
  return Crossing{place, std::sqrt(1.0 / weights + distance * distance / spread) / std::abs(slope)};
}

}  // namespace

std::optional<std::size_t> crossing_after(std::span<const NoisyProbability> curve, double level,
                                          Fall fall) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    const bool above = curve[i].value > level;
    const bool above_next = curve[i + 1].value > level;
    if (above == above_next || above != (fall == Fall::down)) continue;
    if (fall == Fall::up) return i;
    found = i;
  }
  return found;
}

Crossing crossing_at(std::span<const NoisyProbability> curve, double level, std::size_t after) {
  constexpr double near = 0.6;  // standard deviations of a Gaussian
  const double z_level = z_of(level);
  std::vector<Node> nodes;
  for (const NoisyProbability& point : curve) nodes.push_back(node_of(point));
  const auto is_near = [&](std::size_t i) { return std::abs(nodes[i].z - z_level) < near; };
  std::size_t first = after;
  std::size_t last = after + 1;
  while (first > 0 && is_near(first) && is_near(first - 1)) --first;
  while (last + 1 < nodes.size() && is_near(last) && is_near(last + 1)) ++last;
  const Crossing bracket = between(nodes[after], nodes[after + 1], z_level);
  if (last - first < 2) return bracket;
  const auto line = by_line(std::span{nodes}.subspan(first, last - first + 1), z_level);
  if (!line || line->place < nodes[first].place || line->place > nodes[last].place) return bracket;
  return *line;
}

}  // namespace nudipole::inference
