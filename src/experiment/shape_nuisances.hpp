#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/prediction/morphing.hpp"
#include "nudipole/prediction/signal_model.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// A nuisance that deforms templates: the experiment's file with the changes of its +-1 sigma
/// variants applied.
struct ShapeNuisance {
  std::size_t nuisance;                  ///< index among the term's nuisances
  std::optional<config::Section> minus;  ///< nothing: mirrored, 2 nominal - plus
  config::Section plus;
  std::vector<std::string> changed;  ///< parts that it changes, e.g. "response"

  [[nodiscard]] bool changes(const std::string& part) const;
  [[nodiscard]] prediction::Sides sides() const {
    return minus ? prediction::Sides::both : prediction::Sides::plus;
  }
  /// Files of the known variants in the order of vertical_morphing: minus (where known), plus.
  [[nodiscard]] std::vector<config::Section> variants() const;
};

/// Reads `minus` and `plus` of a nuisance of kind shape: maps of dotted path -> value, as options
/// have them; paths begin with response., companions. or backgrounds.<name>. . With
/// `one_sided: mirror` there is only `plus`.
ShapeNuisance read_shape(const config::Section& root, const config::Section& section,
                         std::size_t nuisance);

/// The shape nuisances that deform one process, with their morphing.
struct Deformation {
  std::vector<ShapeNuisance> shapes;
  std::shared_ptr<const prediction::Morphing> morphing;  ///< null when there are none
};
Deformation deformation_of(const std::vector<ShapeNuisance>& all,
                           const std::vector<std::string>& parts);

}  // namespace nudipole::experiment::detail
