#include "nudipole/config/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

namespace nudipole::config {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// Restricted Damerau-Levenshtein distance (no letter is edited twice).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_previous(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_previous.swap(previous);
    previous.swap(current);
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before_previous[j - 2] + 1);
    }
  }
  return current[b.size()];
}

/// Largest distance at which two words still count as near.
std::size_t distance_limit(std::string_view a, std::string_view b) {
  const std::size_t length = std::max(a.size(), b.size());
  return std::min(std::max<std::size_t>(2, length / 3), length / 2);
}

/// True when one word is the other plus an ending such as "_MeV".
bool differs_by_an_ending(const std::string& a, const std::string& b) {
  return a.starts_with(b + "_") || b.starts_with(a + "_");
}

}  // namespace

std::optional<std::string> closest_match(std::string_view word,
                                         std::span<const std::string> candidates) {
  const std::string wanted = lower_case(word);
  if (wanted.empty()) return std::nullopt;
  const std::string* nearest = nullptr;
  std::size_t nearest_distance = 0;
  const std::string* extended = nullptr;
  for (const std::string& candidate : candidates) {
    const std::string lower = lower_case(candidate);
    if (lower.empty()) continue;
    if (lower == wanted) return candidate;
    const std::size_t distance = edit_distance(wanted, lower);
    if (distance <= distance_limit(wanted, lower) &&
        (nearest == nullptr || distance < nearest_distance)) {
      nearest = &candidate;
      nearest_distance = distance;
    }
    if (differs_by_an_ending(wanted, lower) &&
        (extended == nullptr || candidate.size() < extended->size())) {
      extended = &candidate;
    }
  }
  if (nearest != nullptr) return *nearest;
  if (extended != nullptr) return *extended;
  return std::nullopt;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::optional<std::string> match = closest_match(word, candidates);
  return match ? "did you mean '" + *match + "'?" : std::string{};
}

}  // namespace nudipole::config
