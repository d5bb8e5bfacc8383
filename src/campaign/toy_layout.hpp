#pragma once

#include "toy_study.hpp"

#include "nudipole/labelled/dataset.hpp"

#include <cstdint>
#include <span>

namespace nudipole::campaign::detail {

/// What an item of a point is; codes of the field `item_status`.
enum class ItemCode : std::int8_t {
  not_done = labelled::not_done,
  done = 0,
  not_wanted = 1,  ///< the rule has stopped, or has not come so far
  elsewhere = 2,   ///< another shard's: one that shares out the toys of each point
  failed = 3,      ///< a fit of the data failed: toys have nothing to be compared with
  closed = 4,      ///< nothing can be produced at this mass
  asymptotic = 5   ///< the data alone are plain enough, and no toys were made
};

constexpr std::int8_t code(ItemCode item) { return static_cast<std::int8_t>(item); }

/// A toys campaign without results at some points:
///   axes    point (a number that the plan of the method reads), item, test, confidence, q_bin,
///           sigma; with several couplings parameter
///   fields  per point            mass, coupling (by parameter); toys, failed, at_least, histogram,
///                                q_observed (by test)
///           per point and item   item_status, failed_toy
///           where the method finds limits  asymptotic_limit, expected_limit
///           others               method, test_mass, first_batch, given_parameters; given (by
///                                parameter)
///   with q kept  axis toy, field q by point, test and toy; not a number for toys that failed, are
///                not made or were made when q was not kept
/// All items are `not_wanted`.
/// \param kept_toys  of a point whose q is kept; 0 for none
labelled::Dataset make_toy_dataset(const Setup& setup, const ToyPlan& plan,
                                   std::span<const double> points, std::size_t kept_toys);

/// The field `given_parameters`, which the first files of toys do not have.
void add_given_parameters(const RunConfig& config, labelled::Dataset& data);

/// A dataset with places for the q of so many toys of each point, or without any.
/// \throws CheckpointError where there are more already, and some are to be kept
labelled::Dataset with_kept_toys(const labelled::Dataset& data, std::size_t kept_toys);

/// Axis `sigma` and the field `expected_limit` over some axes, which `sigma` follows.
void add_expected_limit(labelled::Dataset& data, std::vector<std::string> axes);

}  // namespace nudipole::campaign::detail
