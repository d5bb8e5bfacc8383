#pragma once

#include <cstddef>
#include <cstdint>

namespace nudipole::campaign::detail {

/// The toys of a point in items, the pieces that are counted as done and that tasks are cut at.
/// Items grow with the toys that are before them, so that a fixed number reaches any number of
/// toys: 32 of one batch, then 32 for each doubling. Where an item begins depends on nothing.
inline constexpr std::size_t toy_item_count = 544;

/// Batches before an item. \param item  at most toy_item_count
std::uint64_t batches_before(std::size_t item);
/// The fewest items that hold this many toys; never more than there are.
std::size_t items_holding(std::uint64_t toys, std::uint64_t batch);

/// The first look of the rule after at least so many items: looks are after the first `least`, then
/// whenever there are half as many batches again. Looks cost a rule its error rates, and ranks a
/// pause.
std::size_t look_at_or_after(std::size_t items, std::size_t least);

}  // namespace nudipole::campaign::detail
