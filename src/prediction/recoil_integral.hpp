#pragma once

#include "nudipole/flux/spectrum.hpp"
#include "nudipole/math/gauss_legendre.hpp"
#include "nudipole/math/panel_grid.hpp"
#include "nudipole/physics/energy_polynomial.hpp"
#include "nudipole/physics/kinematics.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace nudipole::prediction::detail {

inline constexpr std::size_t largest_order = 64;

/// Recoil energies, ascending, at which the rate of a spectrum on one target is not smooth: the
/// recoils T_- and T_+ of every break of the spectrum. The first and the last enclose all recoils
/// that are possible. Empty: the outgoing neutrino is too heavy.
inline std::vector<double> recoil_cuts(const flux::Spectrum& spectrum, double target_mass_MeV,
                                       double neutrino_mass_MeV) {
  std::vector<double> cuts;
  for (const double energy : spectrum.breaks_MeV()) {
    const auto range = physics::recoil_range(energy, target_mass_MeV, neutrino_mass_MeV);
    if (!range) continue;
    cuts.push_back(range->lower_MeV);
    cuts.push_back(range->upper_MeV);
  }
  std::ranges::sort(cuts);
  return cuts;
}

/// Adds scale x integral dT l_j(T) dR/dT(T) to node_weights[j], with l_j the interpolation basis of
/// the grid and dR/dT = sum_k c_k(T) Phi_k(E_min(T)): the weights with which a quantity tabulated
/// on the nodes enters the event rate. \param cross_section  function T [MeV] -> EnergyPolynomial
template <class CrossSection>
void add_rate_weights(const math::PanelGrid& grid, const flux::Spectrum& spectrum,
                      double target_mass_MeV, double neutrino_mass_MeV, double scale,
                      CrossSection&& cross_section, std::span<double> node_weights) {
  const std::vector<double> cuts = recoil_cuts(spectrum, target_mass_MeV, neutrino_mass_MeV);
  if (cuts.empty()) return;

  std::array<double, largest_order> energies{};
  std::array<flux::Moments, largest_order> moments{};
  const std::size_t order = grid.order();
  const auto rates = [&](std::span<const double> recoils, std::span<double> rate) {
    for (std::size_t i = 0; i < order; ++i) {
      energies[i] = physics::minimum_energy_MeV(recoils[i], target_mass_MeV, neutrino_mass_MeV);
    }
    spectrum.moments_above(std::span{energies}.first(order), std::span{moments}.first(order));
    for (std::size_t i = 0; i < order; ++i) {
      const physics::EnergyPolynomial c = cross_section(recoils[i]);
      rate[i] = c.c0 * moments[i].phi0 + c.c1 * moments[i].phi1 + c.c2 * moments[i].phi2;
    }
  };

  const math::GaussLegendreRule& rule = math::gauss_legendre(static_cast<int>(order));
  std::array<double, largest_order> rate{};
  std::array<double, largest_order> recoils{};
  const std::vector<double>& edges = grid.edges();
  auto cut = cuts.begin();
  for (std::size_t panel = 0; panel < grid.panel_count(); ++panel) {
    const double left = edges[panel];
    const double right = edges[panel + 1];
    if (right <= cuts.front()) continue;
    if (left >= cuts.back()) break;
    cut = std::upper_bound(cut, cuts.end(), left);
    if (cut != cuts.begin() && *cut >= right) {  // nothing ends inside this panel
      const auto nodes = std::span{grid.nodes()}.subspan(panel * order, order);
      rates(nodes, rate);
      for (std::size_t i = 0; i < order; ++i) {
        const std::size_t node = panel * order + i;
        node_weights[node] += scale * grid.weights()[node] * rate[i];
      }
      continue;
    }
    // Integrate piece by piece between the cuts and carry each piece to the panel's nodes.
    double start = std::max(left, cuts.front());
    const double stop = std::min(right, cuts.back());
    for (auto next = std::upper_bound(cut, cuts.end(), start); start < stop;
         next = std::upper_bound(next, cuts.end(), start)) {
      const double end = next == cuts.end() ? stop : std::min(stop, *next);
      const double half = 0.5 * std::log(end / start);
      const double centre = std::log(start) + half;
      for (std::size_t i = 0; i < order; ++i) {
        recoils[i] = std::exp(centre + half * rule.nodes[i]);
      }
      rates(std::span{recoils}.first(order), rate);
      for (std::size_t i = 0; i < order; ++i) {
        grid.scatter(panel, centre + half * rule.nodes[i],
                     scale * half * rule.weights[i] * recoils[i] * rate[i], node_weights);
      }
      start = end;
    }
  }
}

}  // namespace nudipole::prediction::detail
