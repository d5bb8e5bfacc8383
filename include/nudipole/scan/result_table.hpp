#pragma once

#include "nudipole/labelled/dataset.hpp"
#include "nudipole/scan/analysis.hpp"
#include "nudipole/scan/shard.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nudipole::scan {

/// How much of a result is there.
struct Progress {
  std::size_t masses_done = 0;
  std::size_t masses_total = 0;
  std::size_t fits_done = 0;  ///< grid points
  std::size_t fits_total = 0;
  std::size_t fits_failed = 0;  ///< done, but not converged; failed limits count too
};

/// The results of a scan as labelled arrays (see labelled::Dataset):
///   axes    mass [MeV], coupling [mu_B], experiment, nuisance, confidence, dof
///   fields  per grid point   minus_two_log_l, fit_status, fit_evaluations, nuisance_value,
///                            contribution (by experiment), prior
///           per mass         best_minus_two_log_l, best_coupling, best_status,
///                            best_nuisance_value, limit, limit_status, compute_time
///           per mass and experiment by itself, if the configuration wants it
///                            experiment_best_minus_two_log_l, experiment_best_coupling,
///                            experiment_best_status, experiment_limit, experiment_limit_status
///           others           coupling_per_GeV, nuisance_centre, nuisance_width,
///                            standard_model (-2 ln L without portal)
/// Values that are not there yet are NaN, codes -1. Of a bound only `limit` and `limit_status` have
/// values: its fits have the status `not_applicable` and stay NaN.
class ResultTable {
 public:
  /// An empty table for an analysis.
  explicit ResultTable(const Analysis& analysis);
  /// Takes over what an earlier run left. \throws CheckpointError when its shape is another one
  ResultTable(const Analysis& analysis, labelled::Dataset earlier);

  [[nodiscard]] const labelled::Dataset& dataset() const { return dataset_; }
  /// Takes over a unit's result; a fit whose value is no finite number is stored as failed.
  /// \throws Error (unexpected) for a result that does not have the shape of its unit
  void store(const UnitResult& result);

  [[nodiscard]] bool has_limits(std::size_t mass) const;
  [[nodiscard]] bool has_point(std::size_t mass, std::size_t coupling) const;
  /// Kept up to date by store(): costs nothing to ask.
  [[nodiscard]] const Progress& progress() const { return progress_; }

 private:
  void require_shape(const UnitResult& result) const;
  void store_values(const UnitResult& result);
  void store_fit(const FitRecord& record, std::size_t mass, std::size_t coupling);
  /// \param place  which block of [confidence][dof] of the field
  void store_limits(const std::string& field, std::size_t place,
                    const std::vector<inference::Limit>& limits);

  labelled::Dataset dataset_;
  Progress progress_;
  std::size_t couplings_;
  std::size_t nuisances_;
  std::size_t experiments_;
  std::size_t limits_;
  std::size_t parts_;  ///< experiments with limits of their own
};

/// How much of a result file's dataset is there: the masses of one shard, totals included.
Progress progress_of(const labelled::Dataset& dataset, const Shard& shard = {});

}  // namespace nudipole::scan
