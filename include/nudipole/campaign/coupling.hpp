#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/core/pairs.hpp"
#include "nudipole/prediction/signal_model.hpp"

#include <Eigen/Core>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// A coupling of N that is a parameter of interest: the moments d_f of some flavours, in ratios
/// that are fixed. One flavour, or all with one moment, are special cases.
struct Coupling {
  std::string name;                           ///< "mu", "universal", "e+2*mu"
  std::array<double, flavour_count> ratio{};  ///< d_f / d, each >= 0, not all 0
  /// Where -2 ln L is mapped [mu_B], ascending; none: the coupling is profiled.
  std::vector<double> grid_mu_B{};

  [[nodiscard]] bool is_mapped() const { return !grid_mu_B.empty(); }
  /// Sum of (d_f/d)^2: the width of N -> nu gamma counts d^2 so often.
  [[nodiscard]] double squared_ratios() const;
  /// Events at d = 1 mu_B: the sum of those of the flavours times ratio^2 [bin, variant].
  [[nodiscard]] Eigen::ArrayXXd events(const prediction::DipoleEvents& events) const;
};

/// One flavour, or all of them with one moment.
Coupling coupling_of(PortalFlavour flavour, std::vector<double> grid_mu_B);
/// Ratios that are fixed. \param ratio  d_f / d, not all 0
Coupling coupling_of(const std::array<double, flavour_count>& ratio, std::vector<double> grid_mu_B);

/// The couplings as pairs of the canonical configuration: `flavour` where one flavour couples, or
/// all alike, `couplings` otherwise. The grid of a single coupling is not among them.
Pairs canonical_pairs(const std::vector<Coupling>& couplings);

}  // namespace nudipole::campaign
