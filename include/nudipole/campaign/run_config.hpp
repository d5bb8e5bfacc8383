#pragma once

#include "nudipole/campaign/coupling.hpp"
#include "nudipole/campaign/data_request.hpp"
#include "nudipole/campaign/nuisance_change.hpp"
#include "nudipole/campaign/toy_request.hpp"
#include "nudipole/config/section.hpp"
#include "nudipole/core/pairs.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/thresholds.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nudipole::campaign {

/// Limits to find at every mass: all pairs of confidence level and degrees of freedom.
struct LimitRequest {
  std::vector<double> confidence;  ///< each in (0, 1)
  std::vector<int> dof;            ///< each >= 1
  inference::Thresholds thresholds = inference::Thresholds::tabulated;
  /// Also those of each experiment by itself, with the same definitions of its nuisances.
  bool each_experiment = false;
  /// Delta chi2 above which grid points are not fitted. No limit depends on it.
  double ceiling = default_ceiling;
  static constexpr double default_ceiling = 100.0;
  /// Also the limits that data without signal would give, by the Asimov data set.
  bool expected = false;

  [[nodiscard]] double delta_chi2(double level, int degrees) const {
    return inference::delta_chi2_threshold(level, degrees, thresholds);
  }
};

/// The keys of a scan configuration.
const config::Schema& run_config_schema();

/// A validated scan configuration.
struct RunConfig {
  std::string title;
  std::vector<experiment::Selection> experiments;
  /// Factors of the exposures of experiments where they are not 1; with Asimov data only.
  std::map<std::string, double> exposure_scale{};
  NuisanceSettings nuisances{};
  std::optional<AsimovRequest> asimov{};  ///< none: the measured data
  std::vector<Coupling> couplings;        ///< at least one; those that are mapped come first
  std::vector<double> mass_MeV;           ///< ascending
  /// The scan places its masses itself, so that limits between them are good to this share of d;
  /// mass_MeV are some of those with which it begins.
  std::optional<double> mass_tolerance{};
  /// Of the grid of the coupling only what contours of -2 ln L need is fitted, so that they are
  /// good to this share of d; the grid is as fine as that.
  std::optional<double> coupling_tolerance{};
  /// N that decays within this path is not counted as a recoil [cm]; none: N is, wherever it
  /// decays.
  std::optional<double> decay_path_cm{};
  LimitRequest limits;
  fit::Settings fit;
  std::optional<ToyRequest> toys{};
  double checkpoint_every_s = 30.0;
  double allowed_failed_fraction = 0.0;

  /// Reads and validates a configuration file. `correlate` is true by default when there are
  /// several experiments. Paths of experiments count from the file's folder.
  /// \throws ConfigError naming file, line, key, remedy
  static RunConfig load(const std::filesystem::path& file);
  /// The same for a text. \param source_name  its file, or what messages call it
  static RunConfig parse(const std::string& text, const std::string& source_name);

  /// The grid of the first coupling [mu_B].
  [[nodiscard]] const std::vector<double>& coupling_mu_B() const {
    return couplings.front().grid_mu_B;
  }
  /// Where the search for a limit on a coupling ends [mu_B]: at the end of its grid, or of the
  /// first grid for a coupling that is profiled.
  [[nodiscard]] double largest_mu_B(std::size_t coupling) const {
    const Coupling& one = couplings[coupling];
    return (one.is_mapped() ? one : couplings.front()).grid_mu_B.back();
  }
  /// Factor of the exposure of an experiment.
  [[nodiscard]] double exposure_of(const std::string& experiment) const;
  /// Points of the map at one mass: the product of all grids.
  [[nodiscard]] std::size_t points() const;
  /// Couplings at a point of the map [mu_B], the last one that is mapped fastest; none for those
  /// that are profiled. \param point  below points()
  [[nodiscard]] std::vector<std::optional<double>> couplings_at(std::size_t point) const;

  /// Everything that determines the results, resolved, as key and value. The folder of an
  /// experiment that stands by itself is not part of it: its name is, and the digests of its files
  /// are in every result. Title, checkpoint interval, the failure allowance and how many toys are
  /// wanted and kept are not part of it: they may change between a run and its continuation.
  [[nodiscard]] Pairs canonical() const;
  /// The same as text, one `key: value` a line.
  [[nodiscard]] std::string canonical_text() const;
  /// SHA-256 of the canonical text.
  [[nodiscard]] std::string hash() const;
};

}  // namespace nudipole::campaign
