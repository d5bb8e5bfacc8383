#pragma once

#include <string>
#include <vector>

namespace nudipole::experiment::detail {

struct BibtexEntry {
  std::string key;
  std::string text;  ///< from `@` to the closing brace, as it stands in the file
};

/// The entries of a BibTeX file; what stands between them is a comment. Braces must be balanced
/// within an entry. \throws DataError naming the line of an entry that does not end, or has no key
std::vector<BibtexEntry> parse_bibtex(const std::string& text, const std::string& source_name);

}  // namespace nudipole::experiment::detail
