#include "nudipole/scan/shard.hpp"

#include <charconv>

namespace nudipole::scan {
namespace {

std::optional<std::size_t> parse_count(std::string_view text) noexcept {
  constexpr std::size_t most_digits = 9;
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string to_string(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

std::optional<Shard> parse_shard(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = parse_count(text.substr(0, slash));
  const auto count = parse_count(text.substr(slash + 1));
  if (!index || !count || *index >= *count) return std::nullopt;
  return Shard{*index, *count};
}

std::size_t masses_in(const Shard& shard, std::size_t masses) noexcept {
  return masses / shard.count + (shard.index < masses % shard.count ? 1 : 0);
}

}  // namespace nudipole::scan
