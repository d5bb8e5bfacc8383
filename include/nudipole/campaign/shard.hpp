#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nudipole::campaign {

/// Part `index` of `count` equal parts of a campaign: the places on its partition axis whose index
/// is `index` modulo `count`.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;

  /// Those of `total` places that belong to the shard, ascending.
  [[nodiscard]] std::vector<std::size_t> members(std::size_t total) const;

  bool operator==(const Shard&) const = default;
};

/// "index/count", e.g. 0/4 for the first of four parts.
std::string to_string(const Shard& shard);

/// The shard called "index/count"; nothing unless 0 <= index < count <= 999 999 999.
std::optional<Shard> parse_shard(std::string_view text) noexcept;

}  // namespace nudipole::campaign
