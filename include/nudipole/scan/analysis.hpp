#pragma once

#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/likelihood/joint.hpp"
#include "nudipole/scan/run_config.hpp"

#include <vector>

namespace nudipole::scan {

/// A configuration with its experiments loaded: everything that one rank needs to evaluate units.
/// Either a joint likelihood of all experiments or the bound of a single one.
class Analysis {
 public:
  /// \throws ConfigError for experiments that do not exist or hold the same data, for changes of
  ///         nuisances that cannot be made, and for a bound beside other experiments or at another
  ///         confidence level than its own; DataError for bad files
  Analysis(RunConfig config, experiment::DataFolder& data);

  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const std::vector<experiment::Experiment>& experiments() const {
    return experiments_;
  }
  /// Without terms when the result is a bound.
  [[nodiscard]] const likelihood::Joint& joint() const { return joint_; }
  /// The likelihood of each experiment by itself [experiment]; none unless the configuration wants
  /// limits of each experiment.
  [[nodiscard]] const std::vector<likelihood::Joint>& parts() const { return parts_; }
  /// The bound that is the result; null for a likelihood.
  [[nodiscard]] const inference::RatioBound* bound() const {
    return experiments_.front().ratio_bound();
  }
  /// Digests of all files of the data tree that were read.
  [[nodiscard]] const std::vector<experiment::FileDigest>& files() const { return files_; }

  /// Templates of the configured flavour at one mass, events per mu_B^2.
  [[nodiscard]] likelihood::PortalTemplates portal(double mass_MeV) const;

 private:
  RunConfig config_;
  std::vector<experiment::Experiment> experiments_;
  likelihood::Joint joint_;
  std::vector<likelihood::Joint> parts_;
  std::vector<experiment::FileDigest> files_;
};

}  // namespace nudipole::scan
