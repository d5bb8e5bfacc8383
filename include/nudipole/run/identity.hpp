#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/campaign/setup.hpp"
#include "nudipole/labelled/digest.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nudipole::run {

/// Names of the attributes that a run writes.
namespace attribute {
inline constexpr const char* title = "title";
inline constexpr const char* campaign = "campaign";              ///< its kind
inline constexpr const char* partition_axis = "partition_axis";  ///< of the campaign
inline constexpr const char* place_noun = "place_noun";          ///< what people call its places
inline constexpr const char* version = "program_version";
inline constexpr const char* commit = "program_commit";
/// Instruction set the program was built for; absent in files from before it was stored.
inline constexpr const char* architecture = "program_architecture";
inline constexpr const char* config = "config";                ///< canonical "key: value" lines
inline constexpr const char* config_sha256 = "config_sha256";  ///< of the canonical text
inline constexpr const char* data = "data_sha256";             ///< "digest  file" lines
inline constexpr const char* shard = "shard";                  ///< "index/count"
inline constexpr const char* created = "created";              ///< UTC, ISO 8601
/// Inputs that stand in for published ones, "experiment: text" lines; absent when there are none.
inline constexpr const char* approximations = "approximations";
/// Largest neutrino energy [MeV] that can make N, "experiment: energy" lines.
inline constexpr const char* source_end_points = "source_end_points_MeV";
/// Sum of (d_f/d)^2 over the flavours into which N decays: its width counts d^2 so often; absent
/// where there are several couplings.
inline constexpr const char* decay_ratio = "decay_squared_ratios";
/// Bins less nuisances without a prior; absent for a bound.
inline constexpr const char* degrees_of_freedom = "degrees_of_freedom";
inline constexpr const char* complete = "complete";  ///< 1 when every task is done
/// What nudipole plan expected, kept by the runs that follow; absent without a plan.
inline constexpr const char* planned_core_ms = "planned_core_ms";
inline constexpr const char* planned_wall_ms = "planned_wall_ms";
inline constexpr const char* planned_ranks = "planned_ranks";
}  // namespace attribute

/// A text attribute; empty when it is absent or a number.
std::string text_of(const labelled::Attributes& attributes, const char* name);

/// What results of a campaign depend on and come from, as attributes of their file: configuration,
/// data, program, shard. Not yet complete, created now.
labelled::Attributes identity_of(const campaign::Setup& setup, const campaign::Campaign& campaign,
                                 const campaign::Shard& shard);

struct Mismatch {
  std::string what;        ///< "another configuration" or "other data files"
  std::string difference;  ///< the lines that differ, at most five
};

/// What of campaign, configuration or data differs between two results; nothing when they may be
/// joined.
/// \param one_name, other_name  how the text calls them: "<one_name> has ..., <other_name> ..."
std::optional<Mismatch> find_mismatch(const labelled::Attributes& one, const std::string& one_name,
                                      const labelled::Attributes& other,
                                      const std::string& other_name);

/// What of a result's likelihood (experiments, nuisances, flavours, data) is not that of a setup;
/// nothing when a fit of the setup is one of the result. Grids, limits and toys may differ.
/// \param name  how the text calls the result
std::optional<Mismatch> find_other_likelihood(const labelled::Attributes& result,
                                              const std::string& name,
                                              const campaign::Setup& setup);

/// What keeps two datasets from being parts of one result; empty when they fit. Places on the
/// partition axis may differ, and so may the values of fields.
std::string layout_difference(const labelled::Dataset& one, const labelled::Dataset& other,
                              const std::string& partition_axis);

}  // namespace nudipole::run
