#pragma once

#include "nudipole/campaign/run_config.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/inference/ratio_bound.hpp"
#include "nudipole/likelihood/joint.hpp"

#include <memory>
#include <variant>
#include <vector>

namespace nudipole::campaign {

/// A likelihood and what was measured, or the Asimov data in its place.
struct Measured {
  std::shared_ptr<const likelihood::Joint> joint;
  std::shared_ptr<const likelihood::Observation> observation;
};

/// The likelihood of all experiments of a configuration.
struct Likelihood : Measured {
  /// Of each experiment by itself [experiment]; none unless the configuration wants their limits.
  std::vector<Measured> single;
};

/// A configuration with its experiments loaded: everything that one rank needs to do its tasks.
class Setup {
 public:
  /// \throws ConfigError for experiments that do not exist or hold the same data, for changes of
  ///         nuisances that cannot be made, and for a bound beside other experiments or at another
  ///         confidence level than its own; DataError for bad files
  Setup(RunConfig config, experiment::DataFolder& data);

  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const std::vector<experiment::Experiment>& experiments() const {
    return experiments_;
  }
  [[nodiscard]] std::vector<std::string> experiment_names() const;
  /// Largest energy [MeV] of the neutrinos that couple [experiment].
  [[nodiscard]] std::vector<double> end_points_MeV() const;
  /// How the configuration constrains the portal: by a likelihood, or by the bound of a single
  /// experiment.
  [[nodiscard]] const std::variant<Likelihood, inference::RatioBound>& constraint() const {
    return constraint_;
  }
  /// The likelihood. \throws ConfigError with the remedy when the configuration gives a bound
  [[nodiscard]] const Likelihood& likelihood() const;
  /// Digests of all files of the data tree that were read.
  [[nodiscard]] const std::vector<experiment::FileDigest>& files() const { return files_; }

  /// Events at d = 1 mu_B in one experiment, for the exposure that the configuration wants.
  [[nodiscard]] prediction::DipoleEvents dipole(std::size_t experiment, double mass_MeV) const;
  /// Signals at one mass; the parameters of interest are the squares of the configured couplings
  /// [mu_B^2].
  [[nodiscard]] prediction::Signals signals(double mass_MeV) const;
  /// Events of one experiment per squared moment [mu_B^-2]; where the configuration removes N that
  /// decay, of those that do not at these couplings.
  /// \param squares_mu_B2  sum of the squares of the moments of all flavours
  [[nodiscard]] prediction::DipoleEvents surviving_events(std::size_t experiment, double mass_MeV,
                                                          double squares_mu_B2) const;
  /// The profile of what was measured. \throws ConfigError when the configuration gives a bound
  [[nodiscard]] inference::Profile profile(const prediction::Signals& signals) const;
  /// The same for one experiment by itself, where `single` has it. \param signals  of all
  [[nodiscard]] inference::Profile single_profile(std::size_t experiment,
                                                  const prediction::Signals& signals) const;

 private:
  /// Path over mean length of flight, for sum of d_f^2 = 1 mu_B^2 [momentum].
  [[nodiscard]] std::vector<double> decays(double mass_MeV,
                                           const std::vector<double>& momenta_MeV) const;
  [[nodiscard]] std::shared_ptr<const prediction::Signal> surviving(
      const experiment::Experiment& experiment, double mass_MeV) const;

  RunConfig config_;
  std::vector<experiment::Experiment> experiments_;
  std::variant<Likelihood, inference::RatioBound> constraint_;
  std::vector<experiment::FileDigest> files_;
};

}  // namespace nudipole::campaign
