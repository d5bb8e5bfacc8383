#include "nudipole/core/number_text.hpp"

#include <array>
#include <charconv>

namespace nudipole {

std::string shortest_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

}  // namespace nudipole
