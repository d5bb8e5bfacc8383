#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace nudipole::jobs {

/// `--mass-MeV M`.
struct MassOption {
  std::optional<double> mass_MeV;
  CLI::Option* add_to(CLI::App& command);
};

/// Which coupling, or couplings where the configuration has several, a fit is about:
/// `--coupling-mu-B D`, `--coupling-per-GeV D`, `--limit` with its level, or `--best`, which is
/// also what none of them means.
struct CouplingOption {
  std::vector<double> mu_B;     ///< one for each coupling
  std::vector<double> per_GeV;  ///< the same
  bool best = false;
  bool limit = false;
  double confidence = 0.90;
  int dof = 1;

  void add_to(CLI::App& command);
  /// Whether a number was given.
  [[nodiscard]] bool is_given() const { return !mu_B.empty() || !per_GeV.empty(); }
  /// The squares of the numbers [mu_B^2]. \throws ConfigError for one that no prediction is made
  /// for, and for another number of them than couplings
  [[nodiscard]] std::vector<double> squares(const campaign::RunConfig& config) const;
  /// Fits the nuisances, and the coupling where it is not given.
  /// \throws ConfigError when there is no limit at this mass
  [[nodiscard]] inference::ProfilePoint fit(const campaign::Setup& setup,
                                            const inference::Profile& profile) const;
};

}  // namespace nudipole::jobs
