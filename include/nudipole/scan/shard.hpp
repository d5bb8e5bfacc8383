#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nudipole::scan {

/// Part `index` of `count` equal parts of a scan: the masses whose index is `index` modulo `count`.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
  bool operator==(const Shard&) const = default;
};

/// "index/count", e.g. 0/4 for the first of four parts.
std::string to_string(const Shard& shard);

/// The shard called "index/count"; nothing unless 0 <= index < count <= 999 999 999.
std::optional<Shard> parse_shard(std::string_view text) noexcept;

/// How many of `masses` masses belong to a shard.
std::size_t masses_in(const Shard& shard, std::size_t masses) noexcept;

}  // namespace nudipole::scan
