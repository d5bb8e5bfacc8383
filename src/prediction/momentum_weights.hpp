#pragma once

#include "nudipole/flux/spectrum.hpp"
#include "nudipole/math/panel_grid.hpp"
#include "nudipole/physics/energy_polynomial.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

namespace nudipole::prediction::detail {

/// Nodes for functions of the momentum p of N that behave as exp(-a/p): a grid in the ratio
/// p_max/p >= 1, in which they are exponentials. Its panels grow from each to the next: what an
/// exponential does far from 1, where it is largest, does not count.
math::PanelGrid momentum_ratios();

/// The integral over neutrino energies at a fixed recoil, resolved in the momentum of N: first in
/// Legendre polynomials of ln(p_max/p) within each panel, which are fast, in the end at the nodes.
class MomentumWeights {
 public:
  /// \param ratios                p_max/p; must outlive this
  /// \param largest_momentum_MeV  p_max, > 0
  MomentumWeights(const math::PanelGrid& ratios, double largest_momentum_MeV,
                  double sterile_mass_MeV);

  /// Adds integral dE phi(E) dsigma/dT(E, T) P_n above the least energy to target[panel, n], with
  /// P_n of p = sqrt((E - T)^2 - m^2).
  ///
  /// The energies are cut into cells, narrow against what exp(-a/p) does. In each, the spectrum is
  /// replaced by two lines with its Phi_0, Phi_1 and Phi_2, which the sum over all nodes thus has
  /// exactly; a spectrum that is a line stays one. No density is needed.
  void add(const flux::Spectrum& spectrum, double recoil_MeV, double least_energy_MeV,
           const physics::EnergyPolynomial& cross_section, std::span<double> target);

  /// Weights of the nodes, with which sums over them are integrals, from those of polynomials.
  /// \param polynomials  [row, panel and n]
  [[nodiscard]] Eigen::MatrixXd at_nodes(const Eigen::MatrixXd& polynomials) const;

 private:
  /// Cells of a panel, and where it lies in ln(p_max/p).
  struct Cell {
    std::size_t panel;
    double centre;
    double per_half_width;
  };

  const math::PanelGrid* ratios_;
  double ln_largest_momentum_;
  double sterile_mass_MeV_;
  std::vector<Cell> cells_;
  std::vector<double> energies_MeV_;  ///< of N at the edges of the cells, descending
  std::vector<double> at_MeV_;        ///< energies of neutrinos there
  std::vector<flux::Moments> moments_;
};

}  // namespace nudipole::prediction::detail
