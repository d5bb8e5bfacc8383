#pragma once

#include "nudipole/core/error.hpp"

#include <filesystem>
#include <string>

namespace nudipole::config {

/// Whole content of a file, byte for byte (for parsing and for hashing).
/// \throws the error class of `kind`, with the path, when there is no such file, when it is a
///         folder or when it cannot be read.
std::string read_file(const std::filesystem::path& file, ErrorKind kind);

}  // namespace nudipole::config
