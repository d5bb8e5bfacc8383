#include "nudipole/core/pairs.hpp"

#include "nudipole/core/text.hpp"

#include <algorithm>

namespace nudipole {

std::string to_lines(const Pairs& pairs, std::string_view separator) {
  std::string text;
  for (const auto& [key, value] : pairs) text.append(key).append(separator).append(value) += '\n';
  return text;
}

Pairs pairs_of_lines(std::string_view lines, std::string_view separator) {
  Pairs pairs;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t at = line.find(separator);
    if (at == std::string_view::npos) continue;
    pairs.emplace_back(line.substr(0, at), line.substr(at + separator.size()));
  }
  return pairs;
}

std::string list_text(const std::vector<double>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const double value : values) texts.push_back(shortest_text(value));
  return "[" + join(texts) + "]";
}

}  // namespace nudipole
