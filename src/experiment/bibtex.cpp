#include "bibtex.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::experiment::detail {
namespace {

/// Where the brace that opens at `open` is closed; npos when it is not.
std::size_t closing_brace(const std::string& text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string::npos;
}

/// The next `@` at the start of a line.
std::size_t next_entry(const std::string& text, std::size_t from) {
  if (from == 0 && text.starts_with('@')) return 0;
  const std::size_t found = text.find("\n@", from == 0 ? 0 : from - 1);
  return found == std::string::npos ? found : found + 1;
}

}  // namespace

std::vector<BibtexEntry> parse_bibtex(const std::string& text, const std::string& source_name) {
  std::vector<BibtexEntry> entries;
  std::size_t begin = next_entry(text, 0);
  while (begin != std::string::npos) {
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    const std::string where = source_name + ":" + std::to_string(line);
    const std::size_t open = text.find('{', begin);
    const std::size_t close =
        open == std::string::npos ? std::string::npos : closing_brace(text, open);
    if (close == std::string::npos) {
      throw DataError("the entry does not end", {.where = where, .expected = "balanced braces"});
    }
    const std::size_t comma = text.find_first_of(",}", open);
    std::string key = text.substr(open + 1, comma - open - 1);
    if (key.empty() || key.find_first_of(" \t\n") != std::string::npos) {
      throw DataError("the entry has no key", {.where = where, .expected = "@type{key, ..."});
    }
    entries.push_back({std::move(key), text.substr(begin, close + 1 - begin)});
    begin = next_entry(text, close + 1);
  }
  return entries;
}

}  // namespace nudipole::experiment::detail
