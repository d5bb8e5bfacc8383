#pragma once

#include "nudipole/campaign/nuisance_change.hpp"
#include "nudipole/config/section.hpp"
#include "nudipole/core/flavour.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/thresholds.hpp"

#include <filesystem>
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
  NuisanceSettings nuisances{};
  PortalFlavour flavour = PortalFlavour::mu;
  std::vector<double> mass_MeV;       ///< ascending
  std::vector<double> coupling_mu_B;  ///< ascending
  LimitRequest limits;
  fit::Settings fit;
  double checkpoint_every_s = 30.0;
  double allowed_failed_fraction = 0.0;

  /// Reads and validates a configuration file. `correlate` is true by default when there are
  /// several experiments. \throws ConfigError naming file, line, key, remedy
  static RunConfig load(const std::filesystem::path& file);
  static RunConfig parse(const std::string& text, const std::string& source_name);

  /// Everything that determines the results, resolved, as key and value. Title, checkpoint
  /// interval and the failure allowance are not part of it: they may change between a run and its
  /// continuation.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> canonical() const;
  /// The same as text, one `key: value` a line.
  [[nodiscard]] std::string canonical_text() const;
  /// SHA-256 of the canonical text.
  [[nodiscard]] std::string hash() const;
};

}  // namespace nudipole::campaign
