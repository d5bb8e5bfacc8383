#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/likelihood/term.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
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

/// Declares one change, under the nuisance's name.
config::Key nuisance_change_key();

/// Reads a map nuisance -> change. \throws ConfigError for an empty change or a strange name
NuisanceChanges read_nuisance_changes(const config::Section& section);

/// The changes as pairs "<key>.<nuisance>.<what>" and value for the canonical configuration.
std::vector<std::pair<std::string, std::string>> canonical_pairs(const NuisanceChanges& changes,
                                                                 const std::string& key);

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
