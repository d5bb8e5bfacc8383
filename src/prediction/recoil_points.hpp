#pragma once

#include "recoil_integral.hpp"

namespace nudipole::prediction::detail {

/// Points of an integral over recoils: the nodes of a panel of a grid, or points of a piece of it.
struct RecoilPoints {
  std::size_t panel;
  std::span<const double> recoils_MeV;  ///< [order of the grid]
  std::span<const double> weights;      ///< of the integral over T
  std::span<const double> ln_recoils;   ///< empty where the points are the panel's own nodes
};

/// Visits the points of an integral over the recoils between the first and the last cut, panel by
/// panel; panels in which something ends are visited piece by piece between the cuts.
/// \param scale  factor of all weights
/// \param visit  function of RecoilPoints
template <class Visit>
void visit_recoils(const math::PanelGrid& grid, const std::vector<double>& cuts, double scale,
                   Visit&& visit) {
  if (cuts.empty()) return;
  const std::size_t order = grid.order();
  const math::GaussLegendreRule& rule = math::gauss_legendre(static_cast<int>(order));
  std::array<double, largest_order> weights{};
  std::array<double, largest_order> recoils{};
  std::array<double, largest_order> ln_recoils{};
  const auto first = [order](std::array<double, largest_order>& values) {
    return std::span{values}.first(order);
  };
  const std::vector<double>& edges = grid.edges();
  auto cut = cuts.begin();
  for (std::size_t panel = 0; panel < grid.panel_count(); ++panel) {
    const double left = edges[panel];
    const double right = edges[panel + 1];
    if (right <= cuts.front()) continue;
    if (left >= cuts.back()) break;
    cut = std::upper_bound(cut, cuts.end(), left);
    if (cut != cuts.begin() && *cut >= right) {  // nothing ends inside this panel
      for (std::size_t i = 0; i < order; ++i) {
        weights[i] = scale * grid.weights()[panel * order + i];
      }
      visit(RecoilPoints{
          panel, std::span{grid.nodes()}.subspan(panel * order, order), first(weights), {}});
      continue;
    }
    double start = std::max(left, cuts.front());
    const double stop = std::min(right, cuts.back());
    for (auto next = std::upper_bound(cut, cuts.end(), start); start < stop;
         next = std::upper_bound(next, cuts.end(), start)) {
      const double end = next == cuts.end() ? stop : std::min(stop, *next);
      const double half = 0.5 * std::log(end / start);
      const double centre = std::log(start) + half;
      for (std::size_t i = 0; i < order; ++i) {
        ln_recoils[i] = centre + half * rule.nodes[i];
        recoils[i] = std::exp(ln_recoils[i]);
        weights[i] = scale * half * rule.weights[i] * recoils[i];
      }
      visit(RecoilPoints{panel, first(recoils), first(weights), first(ln_recoils)});
      start = end;
    }
  }
}

}  // namespace nudipole::prediction::detail
