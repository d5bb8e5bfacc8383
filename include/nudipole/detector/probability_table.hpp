#pragma once

#include "nudipole/detector/response.hpp"
#include "nudipole/math/panel_grid.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace nudipole::detector {

/// Probability that a recoil is accepted and falls into a bin, tabulated against its energy:
/// straight lines between the energies, 0 outside.
struct ProbabilityTable {
  std::vector<double> energies_MeV;  ///< [energy, 2 or more], ascending
  Eigen::MatrixXd nominal;           ///< [bin, energy]
  /// The same with the detector's yields shifted: [shift][pull other than 0], each [bin, energy].
  std::vector<std::vector<Eigen::MatrixXd>> shifted{};
  Eigen::VectorXd scale;  ///< factor of each bin, e.g. the exposure of its run
};

/// Tabulates versions of a probability table, the nominal one first, on common nodes; all have the
/// same bins and the same numbers of shifts and pulls. Blocks of the matrix are ordered by version,
/// then by the pulls of the shifts, 0 first, the last shift fastest. Joint shifts are the product
/// p(0, 0) x [p(t_1, 0)/p(0, 0)] x [p(0, t_2)/p(0, 0)] at every recoil energy.
ResponseMatrix tabulate(std::span<const ProbabilityTable> versions,
                        const math::PanelSettings& settings);

}  // namespace nudipole::detector
