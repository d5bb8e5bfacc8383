#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/likelihood/nuisance.hpp"
#include "shape_nuisances.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// A nuisance as experiment.yaml declares it.
struct NamedNuisance {
  likelihood::Nuisance nuisance;
  std::vector<std::string> scales{};             ///< "signal" and background names
  std::optional<detail::ShapeNuisance> shape{};  ///< of kind shape
  /// The part that other experiments have too, when it is declared and not split off.
  std::optional<likelihood::Nuisance> shared{};
};

/// Declares one of `nuisances`.
config::Schema nuisance_schema();

/// Reads `nuisances` of experiment.yaml.
///
/// A normalisation of width w may declare `shared: {name, width}`. With Correlation::shared it
/// becomes two that add up, 1 + shared + own, both scaling the same processes: the shared one, of
/// the same name and definition in all experiments that have it, and its own rest of width
/// sqrt(w^2 - shared width^2). As the two priors are Gaussian, the experiment by itself is the same
/// as before. Bounds: the shared part ends `least_shared_pulls` widths below 0 (or at its `lower`),
/// the own part at the bound of the whole less that, so that the sum in the lowest corner is the
/// lower bound of the whole.
/// \throws Error of the file's class; among others when the shared width is not below the whole
std::vector<NamedNuisance> read_nuisances(const config::Section& root, Correlation correlation);

/// Indices of the nuisances that scale `process`.
std::vector<std::size_t> scaled_by(const std::vector<NamedNuisance>& nuisances,
                                   const std::string& process);

}  // namespace nudipole::experiment::detail
