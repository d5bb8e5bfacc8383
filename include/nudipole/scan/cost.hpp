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

  /// Linear between the measured masses (by index), constant beyond them.
  [[nodiscard]] MassCost at(std::size_t mass) const;
  /// Time of one unit.
  [[nodiscard]] double seconds(const Unit& unit) const;
  [[nodiscard]] std::size_t masses_measured() const { return indices_.size(); }

 private:
  std::vector<std::size_t> indices_;
  std::vector<MassCost> costs_;
};

/// Measures whole masses, spread over the grid (ends and middle first), on this processor.
/// \param budget_s  no further mass is begun after this time; at least one is measured
/// \param most_masses  not more than this, >= 1
CostModel measure_cost(const Analysis& analysis, double budget_s, std::size_t most_masses);

/// What a run is expected to take.
struct Forecast {
  std::size_t units = 0;
  double core_s = 0.0;  ///< time in evaluations, over all ranks
  double wall_s = 0.0;  ///< from the first unit to the last result
};

/// Plays the queue of mpi::dispatch: rank 0 hands out units in order, two to each worker to begin
/// with and one for each result; `dispatch_s` of its time for each. With one rank there is no
/// dispatch. \param ranks  >= 1
Forecast simulate(const CostModel& cost, const std::vector<Unit>& units, std::size_t ranks,
                  double dispatch_s);

}  // namespace nudipole::scan
