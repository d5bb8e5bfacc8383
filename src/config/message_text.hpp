#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nudipole::config {

/// `text` with blanks in place of line ends and other control characters.
std::string one_line(std::string_view text);
/// `text` in single quotes on one line; cut when it is long.
std::string quoted(std::string_view text);
/// "'a', 'b', 'c'".
std::string quoted_list(std::span<const std::string> words);
/// `text` without blanks, tabs and line ends at its two ends.
std::string_view trimmed(std::string_view text);
/// "file:line".
std::string place(std::string_view source, std::size_t line);

}  // namespace nudipole::config
