#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/likelihood/term.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// What a configuration changes about one nuisance of an experiment.
struct NuisanceChange {
  std::optional<std::string> rename{};  ///< equal names are one parameter
  std::optional<double> fix{};          ///< not fitted: held at this value
  std::optional<likelihood::Prior> prior{};
  std::optional<double> centre{};
  std::optional<double> width{};  ///< > 0
  std::optional<double> lower{};  ///< bounds may only be narrowed
  std::optional<double> upper{};
  std::string where{};  ///< file:line and key, for messages
};

/// Changes by the name that the experiment gives the nuisance.
using NuisanceChanges = std::map<std::string, NuisanceChange>;

/// Reads a map nuisance -> {rename, fix, prior, centre, width, lower, upper}.
/// \throws ConfigError for unknown keys, an empty change, `fix` beside what describes a fit
NuisanceChanges read_nuisance_changes(const config::Section& section);

/// The changes as lines "<key>.<nuisance>.<what>: <value>" for the canonical text.
std::string canonical_lines(const NuisanceChanges& changes, const std::string& key);

/// The changes of a configuration: for all experiments, and for single ones.
struct NuisanceSettings {
  NuisanceChanges everywhere{};
  std::map<std::string, NuisanceChanges> of_experiment{};  ///< replace those of the same nuisance
};

/// Terms of the experiments with the changes applied; a term's name is its experiment's.
/// \throws ConfigError for a change of a nuisance that does not exist (naming those that do) or a
///         value outside the bounds that the experiment gives
std::vector<likelihood::Term> with_changes(const std::vector<likelihood::Term>& terms,
                                           const NuisanceSettings& settings);

}  // namespace nudipole::campaign
