#pragma once

#include "nudipole/core/pairs.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/experiment/experiment.hpp"

#include <string>
#include <vector>

namespace nudipole::experiment {

/// Why a publication is to be cited.
struct Use {
  std::string experiment;  ///< its folder
  std::string what;        ///< e.g. "data", "Helm form factor"
  bool operator==(const Use&) const = default;
};

/// A publication that a result rests on.
struct Citation {
  std::string key;        ///< in references.bib
  std::string bibtex;     ///< the entry as it stands there
  std::vector<Use> uses;  ///< at least one
};

/// What to cite for experiments with their options: data sets, fluxes, form factors, formulae and
/// methods that are really used, no others, in the order in which they are first needed.
///
/// The rules are data: `citations.yaml` of the data tree and of each experiment's folder, with
/// `references.bib` of the tree and of the folder, whose entries go before those of the tree. A
/// folder without rules is cited by the `reference` of its experiment.yaml.
///
/// \param config  lines of the configuration, as RunConfig::canonical gives them, for rules about
///                it
/// \throws ConfigError as Experiment::load; DataError for a rule that makes no sense and for a key
///         without an entry
std::vector<Citation> list_citations(const DataFolder& data,
                                     const std::vector<Selection>& selections, const Pairs& config);

}  // namespace nudipole::experiment
