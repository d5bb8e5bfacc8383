#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nudipole::config {

/// The candidate that `word` is most likely a misspelling of; nothing when none is near.
///
/// A candidate that differs only in upper and lower case wins. Otherwise the one with the smallest
/// edit distance without regard to case (insertions, deletions, substitutions and swaps of
/// neighbours count 1; the first of equals) wins, if the distance is at most a third of the longer
/// word or 2, whichever is larger, and at most half of it. Otherwise the shortest candidate that
/// adds to `word` or takes from it a part at the end that begins with '_', such as a unit.
std::optional<std::string> closest_match(std::string_view word,
                                         std::span<const std::string> candidates);

/// "did you mean 'x'?" for the closest match x; an empty text when there is none.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace nudipole::config
