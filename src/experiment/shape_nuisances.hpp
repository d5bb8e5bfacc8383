#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/prediction/variation.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// One version of the experiment's file.
struct FileVersion {
  config::Section file;
  std::vector<std::string> changes{};  ///< paths of what was set in it; none: the nominal one

  /// Whether it changes something in a part: its path, e.g. "response" or "response.smearing".
  [[nodiscard]] bool changes_in(const std::string& part) const;
};

/// A nuisance of kind shape: versions of the experiment's file at some of its values.
struct ShapeNuisance {
  prediction::Variation variation;
  std::vector<config::Section> changes;  ///< at each of the variation's points but the first
  std::vector<config::Section> files;    ///< the experiment's file with each of them

  /// Whether it changes something in a part.
  [[nodiscard]] bool changes_in(const std::string& part) const;
};

/// Reads `minus` and `plus` of a nuisance of kind shape, or its `points`: maps of dotted path ->
/// value, as options have them; paths begin with response., companions. or backgrounds.<name>. .
/// With `one_sided: mirror` there is only `plus`.
/// \param nuisance  index among the term's nuisances
ShapeNuisance read_shape(const config::Section& root, const config::Section& section,
                         std::size_t nuisance);

/// What some parts of the experiment are built from: the nominal file and those in which one of the
/// parts differs, in the order of the variants of prediction::Variations.
struct VariedFile {
  std::vector<FileVersion> versions;  ///< the first is the nominal one
  std::vector<prediction::Variation> variations;
};
VariedFile vary(const config::Section& root, const std::vector<ShapeNuisance>& shapes,
                const std::vector<std::string>& parts);

}  // namespace nudipole::experiment::detail
