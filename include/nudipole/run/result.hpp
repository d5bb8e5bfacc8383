#pragma once

#include "nudipole/io/result_file.hpp"

#include <filesystem>

namespace nudipole::run {

/// Reads the result file of a campaign. What a program before format 2 wrote comes as this program
/// would write it (format_version stays what it was): the joint result is an entry of the axis
/// `experiment`, a shard holds its own masses only, and bounds have no fits.
/// \throws CheckpointError as io::read_result, and for a shard that holds masses of others
io::ResultFile read_run(const std::filesystem::path& path);

}  // namespace nudipole::run
