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

/// Points of the rule on a piece of a panel, from the piece's share of the panel's width in ln T. A
/// rule of n points is wrong by the width to the power 2 n + 1, so that fewer than `order` points
/// do for a short piece what those do for a panel. Spectra with many knots have many short pieces.
inline int points_in_piece(double share, int order) {
  if (share > 0.5) return order;
  if (share > 0.2) return (3 * order + 3) / 4;
  return share > 0.05 ? (5 * order + 7) / 8 : (order + 1) / 2;
}

/// One spectrum of several with the same breaks, and where its weights go.
struct RatePart {
  const flux::Spectrum* spectrum;
  double scale;
  std::span<double> node_weights;  ///< [node]
};

/// Adds scale x integral dT l_j(T) dR/dT(T) to node_weights[j] of each part, with l_j the
/// interpolation basis of the grid and dR/dT = sum_k c_k(T) Phi_k(E_min(T)): the weights with which
/// a quantity tabulated on the nodes enters the event rate. Flavours of one source share all but
/// their moments. \param cross_section  function T [MeV] -> EnergyPolynomial
template <class CrossSection>
void add_rate_weights(const math::PanelGrid& grid, std::span<const RatePart> parts,
                      double target_mass_MeV, double neutrino_mass_MeV,
                      CrossSection&& cross_section) {
  const std::vector<double> cuts =
      recoil_cuts(*parts.front().spectrum, target_mass_MeV, neutrino_mass_MeV);
  if (cuts.empty()) return;

  std::array<double, largest_order> energies{};
  std::array<physics::EnergyPolynomial, largest_order> polynomials{};
  std::array<flux::Moments, largest_order> moments{};
  const std::size_t order = grid.order();
  const auto set_recoils = [&](std::span<const double> recoils) {
    for (std::size_t i = 0; i < recoils.size(); ++i) {
      energies[i] = physics::minimum_energy_MeV(recoils[i], target_mass_MeV, neutrino_mass_MeV);
      polynomials[i] = cross_section(recoils[i]);
    }
  };
  const auto set_rates = [&](const flux::Spectrum& spectrum, std::span<double> rate) {
    const std::size_t count = rate.size();
    spectrum.moments_above(std::span{energies}.first(count), std::span{moments}.first(count));
    for (std::size_t i = 0; i < count; ++i) {
      const physics::EnergyPolynomial& c = polynomials[i];
      rate[i] = c.c0 * moments[i].phi0 + c.c1 * moments[i].phi1 + c.c2 * moments[i].phi2;
    }
  };

  std::array<double, largest_order> rate{};
  std::array<double, largest_order> recoils{};
  std::vector<double> basis(order * order);  // [point, node of the panel]
  const std::vector<double>& edges = grid.edges();
  auto cut = cuts.begin();
  for (std::size_t panel = 0; panel < grid.panel_count(); ++panel) {
    const double left = edges[panel];
    const double right = edges[panel + 1];
    if (right <= cuts.front()) continue;
    if (left >= cuts.back()) break;
    cut = std::upper_bound(cut, cuts.end(), left);
    if (cut != cuts.begin() && *cut >= right) {  // nothing ends inside this panel
      set_recoils(std::span{grid.nodes()}.subspan(panel * order, order));
      for (const RatePart& part : parts) {
        set_rates(*part.spectrum, std::span{rate}.first(order));
        for (std::size_t i = 0; i < order; ++i) {
          const std::size_t node = panel * order + i;
          part.node_weights[node] += part.scale * grid.weights()[node] * rate[i];
        }
      }
      continue;
    }
    // Integrate piece by piece between the cuts and carry each piece to the panel's nodes.
    const double half_panel = 0.5 * std::log(right / left);
    double start = std::max(left, cuts.front());
    const double stop = std::min(right, cuts.back());
    for (auto next = std::upper_bound(cut, cuts.end(), start); start < stop;
         next = std::upper_bound(next, cuts.end(), start)) {
      const double end = next == cuts.end() ? stop : std::min(stop, *next);
      const double half = 0.5 * std::log(end / start);
      const double centre = std::log(start) + half;
      const math::GaussLegendreRule& rule =
          math::gauss_legendre(points_in_piece(half / half_panel, static_cast<int>(order)));
      const std::size_t count = rule.nodes.size();
      for (std::size_t i = 0; i < count; ++i) {
        const double ln_T = centre + half * rule.nodes[i];
        recoils[i] = std::exp(ln_T);
        grid.basis(panel, ln_T, std::span{basis}.subspan(i * order, order));
      }
      set_recoils(std::span{recoils}.first(count));
      for (const RatePart& part : parts) {
        set_rates(*part.spectrum, std::span{rate}.first(count));
        double* const nodes = part.node_weights.data() + panel * order;
        for (std::size_t i = 0; i < count; ++i) {
          const double value = part.scale * half * rule.weights[i] * recoils[i] * rate[i];
          for (std::size_t j = 0; j < order; ++j) nodes[j] += value * basis[i * order + j];
        }
      }
      start = end;
    }
  }
}

}  // namespace nudipole::prediction::detail
