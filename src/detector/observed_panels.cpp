#include "observed_panels.hpp"

#include "nudipole/math/gauss_legendre.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::detector::detail {
namespace {

/// Beyond 40 widths even an exponential tail holds less than 1e-17: panels are laid from there.
constexpr double furthest_widths = 40.0;

bool is_reached(double left, double right, const ObservedPanels::Density& density) {
  return right > density.mean - density.reach && left < density.mean + density.reach;
}

/// A density that is everywhere: no panel is left out.
constexpr ObservedPanels::Density everywhere{
    .mean = 0.0, .width = 0.0, .reach = std::numeric_limits<double>::infinity()};

}  // namespace

ObservedPanels::ObservedPanels(std::span<const double> edges, std::span<const double> breaks,
                               EfficiencyAt efficiency)
    : bins_(static_cast<Eigen::Index>(edges.size()) - 1), efficiency_(std::move(efficiency)) {
  for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
    double start = edges[bin];
    while (start < edges[bin + 1]) {
      const auto next = std::ranges::upper_bound(breaks, start);
      const double stop = next == breaks.end() ? edges[bin + 1] : std::min(edges[bin + 1], *next);
      pieces_.push_back({static_cast<Eigen::Index>(bin), start, stop, is_open(start, stop)});
      start = stop;
    }
  }
}

bool ObservedPanels::is_open(double start, double stop) const {
  const double middle = 0.5 * (start + stop);
  return efficiency_({&middle, 1}).front() > 0.0;
}

ObservedPoints ObservedPanels::cut(double start, double stop, int count,
                                   const Density& density) const {
  const math::GaussLegendreRule& rule = math::gauss_legendre(order);
  const double step = (stop - start) / count;
  ObservedPoints points;
  for (int k = 0; k < count; ++k) {
    const double left = start + k * step;
    const double right = start + (k + 1) * step;
    if (!is_reached(left, right, density)) continue;
    const double half = 0.5 * (right - left);
    const double centre = 0.5 * (right + left);
    points.half_widths.push_back(half);
    for (const double node : rule.nodes) points.observed.push_back(centre + half * node);
  }
  points.efficiency = efficiency_(points.observed);
  return points;
}

void ObservedPanels::append(const ObservedPoints& panels, std::size_t first, std::size_t last,
                            Eigen::Index bin) {
  const auto copy = [](const std::vector<double>& from, std::size_t begin, std::size_t end,
                       std::vector<double>& to) {
    to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
              from.begin() + static_cast<std::ptrdiff_t>(end));
  };
  constexpr auto each = static_cast<std::size_t>(order);
  copy(panels.half_widths, first, last, points_.half_widths);
  copy(panels.observed, first * each, last * each, points_.observed);
  copy(panels.efficiency, first * each, last * each, points_.efficiency);
  bin_of_panel_.insert(bin_of_panel_.end(), last - first, bin);
}

void ObservedPanels::lay(const Density& density) {
  points_.half_widths.clear();
  points_.observed.clear();
  points_.efficiency.clear();
  bin_of_panel_.clear();
  const double lowest = density.mean - furthest_widths * density.width;
  const double highest = density.mean + furthest_widths * density.width;
  for (Piece& piece : pieces_) {
    const double start = std::max(piece.start, lowest);
    const double stop = std::min(piece.stop, highest);
    if (!(start < stop) || !is_reached(start, stop, density)) continue;
    const bool is_whole = start == piece.start && stop == piece.stop;
    if (!(is_whole ? piece.is_open : is_open(start, stop))) continue;
    const auto count = static_cast<int>(std::ceil((stop - start) / density.width));
    if (!is_whole || count > most_remembered) {
      const ObservedPoints panels = cut(start, stop, count, density);
      append(panels, 0, panels.half_widths.size(), piece.bin);
      continue;
    }
    ObservedPoints& panels = piece.by_count[static_cast<std::size_t>(count) - 1];
    if (panels.half_widths.empty()) panels = cut(start, stop, count, everywhere);
    const double step = (stop - start) / count;
    const auto reached = [&](std::size_t k) {
      const auto place = static_cast<double>(k);
      return is_reached(start + place * step, start + (place + 1.0) * step, density);
    };
    std::size_t first = 0;
    std::size_t last = panels.half_widths.size();
    while (first < last && !reached(first)) ++first;
    while (last > first && !reached(last - 1)) --last;
    append(panels, first, last, piece.bin);
  }
}

}  // namespace nudipole::detector::detail
