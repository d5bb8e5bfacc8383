#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nudipole {

/// Facts as key and value, in an order that counts.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// How pairs are kept as one text in a file: "key<separator>value" lines. No key holds the
/// separator, and neither holds an end of line.
std::string to_lines(const Pairs& pairs, std::string_view separator = ": ");

/// The inverse; lines without the separator are left out.
Pairs pairs_of_lines(std::string_view lines, std::string_view separator = ": ");

/// "[1, 2.5]": numbers as the value of a pair, each as shortest_text.
std::string list_text(const std::vector<double>& values);

}  // namespace nudipole
