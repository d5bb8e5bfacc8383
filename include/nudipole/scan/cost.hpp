#pragma once

#include "nudipole/scan/analysis.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::scan {

/// Computing time of one mass, by part.
struct MassCost {
  double templates_s;     ///< signal templates; again in every unit that a mass is cut into
  double limits_s;        ///< best fit and limits
  double per_coupling_s;  ///< one point of the coupling grid
};

/// Computing time of every unit of a scan, from measurements at some masses.
class CostModel {
 public:
  /// \param indices  where on the mass grid `costs` were measured; ascending, at least one
  /// \throws Error (unexpected) when the two do not belong together
  CostModel(std::vector<std::size_t> indices, std::vector<MassCost> costs);
  /// Nothing is known: every coupling and the limits of every mass cost the same.
  static CostModel uniform();

  /// Linear between the measured masses (by index), constant beyond them.
  [[nodiscard]] MassCost at(std::size_t mass) const;
  /// Time of one unit.
  [[nodiscard]] double seconds(const Unit& unit) const;
  [[nodiscard]] std::size_t masses_measured() const { return indices_.size(); }

 private:
  std::vector<std::size_t> indices_;
  std::vector<MassCost> costs_;
};

/// Indices into a grid of `count`, at most `most`: ends, middle, quarters, ..., each once.
std::vector<std::size_t> spread(std::size_t count, std::size_t most);

/// A quick look at one mass: its templates and the fit at the middle coupling, twice. The time for
/// limits is taken from the fit, of which each limit needs about as many everywhere.
MassCost sample_cost(const Analysis& analysis, std::size_t mass);

/// Measures whole masses, spread over the grid (ends and middle first), on this processor.
/// \param budget_s  no further mass is begun after this time; at least one is measured
/// \param most_masses  not more than this, >= 1
CostModel measure_cost(const Analysis& analysis, double budget_s, std::size_t most_masses);

}  // namespace nudipole::scan
