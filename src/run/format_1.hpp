#pragma once

#include "nudipole/io/result_file.hpp"

#include <filesystem>

namespace nudipole::run::detail {

/// A result of format 1 (program version 0.1) in today's layout.
/// \throws CheckpointError when it is none, or holds masses that do not belong to its shard
io::ResultFile from_format_1(const std::filesystem::path& path, const io::ResultFile& old);

}  // namespace nudipole::run::detail
