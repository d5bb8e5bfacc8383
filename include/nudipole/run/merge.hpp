#pragma once

#include "nudipole/io/result_file.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::run {

/// What joining the shards of a campaign gave: either the whole result or the reasons why there is
/// none.
struct Merged {
  /// The result of the whole campaign, when nothing below is amiss: every value is a copy of the
  /// shard's that computed it, so that it equals a run in one piece byte by byte, but for times.
  std::optional<io::ResultFile> result;
  /// One complaint a file, starting with its path: damaged, foreign (configuration, data, program
  /// version), another cut of the campaign, the same shard twice, places of other shards.
  std::vector<std::string> problems;
  /// One line a shard that is not finished, with how far it is.
  std::vector<std::string> unfinished;
  /// Shards of which no file was given.
  std::vector<std::size_t> missing;
  /// Shards to run (again): those missing and unfinished, ascending.
  std::vector<std::size_t> to_run;
  std::size_t shard_count = 0;  ///< 0 when no file could be read
};

/// Joins the files of all shards of one campaign; one shard at a time is in memory besides the
/// result. \param config_sha256  hash of the configuration that all must have; empty: that of the
/// first file
Merged merge_shards(const std::vector<std::filesystem::path>& files,
                    const std::string& config_sha256 = {});

}  // namespace nudipole::run
