#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nudipole::config {

/// A number, or why the text is none.
template <class Value>
struct Parsed {
  Value value{};
  std::string problem{};  ///< empty when `value` is valid
  std::string hint{};
};

/// A finite number that takes up the whole text; a leading '+' is allowed. Independent of locale.
Parsed<double> parse_number(std::string_view text);
/// A whole number in digits that takes up the whole text; a leading '+' is allowed.
Parsed<std::int64_t> parse_integer(std::string_view text);

}  // namespace nudipole::config
