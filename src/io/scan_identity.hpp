#pragma once

#include "nudipole/labelled/digest.hpp"

#include <optional>
#include <string>

/// Whether two result files come from the same configuration and data.
namespace nudipole::io {

/// A text attribute; empty when it is absent or a number.
std::string text_of(const labelled::Attributes& attributes, const char* name);

struct ScanMismatch {
  std::string what;        ///< "another configuration" or "other data files"
  std::string difference;  ///< the lines that differ, at most five
};

/// What of configuration or data differs between two results; nothing when they may be joined.
/// \param one_name, other_name  how the text calls them: "<one_name> has ..., <other_name> ..."
std::optional<ScanMismatch> find_mismatch(const labelled::Attributes& one,
                                          const std::string& one_name,
                                          const labelled::Attributes& other,
                                          const std::string& other_name);

}  // namespace nudipole::io
