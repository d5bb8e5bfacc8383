#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nudipole {

/// The shortest decimal text that reads back as exactly this number, e.g. "0.1".
std::string shortest_text(double value);

/// "a, b, c", or with another separator; empty for no words.
std::string join(std::span<const std::string> words, std::string_view separator = ", ");

/// The present time as ISO 8601 to the second, e.g. "2026-11-24T17:02:11Z".
std::string utc_now();

}  // namespace nudipole
