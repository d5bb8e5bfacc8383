#pragma once

#include "nudipole/files/file_lock.hpp"
#include "nudipole/io/result_file.hpp"
#include "nudipole/scan/analysis.hpp"
#include "nudipole/scan/plan.hpp"
#include "nudipole/scan/result_table.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace nudipole::io {

/// Names of the attributes that a scan writes.
namespace attribute {
inline constexpr const char* title = "title";
inline constexpr const char* version = "program_version";
inline constexpr const char* commit = "program_commit";
inline constexpr const char* config = "config";                ///< canonical text
inline constexpr const char* config_sha256 = "config_sha256";  ///< of the canonical text
inline constexpr const char* data = "data_sha256";             ///< "digest  file" lines
inline constexpr const char* shard = "shard";                  ///< "index/count"
inline constexpr const char* created = "created";              ///< UTC, ISO 8601
/// Inputs that stand in for published ones, "experiment: text" lines; absent when there are none.
inline constexpr const char* approximations = "approximations";
inline constexpr const char* complete = "complete";  ///< 1 when every unit is done
/// What nudipole plan expected, kept by the scans that follow; absent without a plan.
inline constexpr const char* planned_core_ms = "planned_core_ms";
inline constexpr const char* planned_wall_ms = "planned_wall_ms";
inline constexpr const char* planned_ranks = "planned_ranks";
}  // namespace attribute

/// The result file of a running scan: opened once, locked while it is open, saved now and then.
class Checkpoint {
 public:
  /// Locks the file, removes temporaries of killed runs and reads what an earlier run left.
  /// \throws CheckpointError when another process writes it, when it cannot be written or read, or
  ///         when it belongs to another configuration, other data or another shard; the message
  ///         says which lines differ
  Checkpoint(std::filesystem::path path, const scan::Analysis& analysis, const scan::Shard& shard);

  [[nodiscard]] scan::ResultTable& table() { return table_; }
  [[nodiscard]] const scan::ResultTable& table() const { return table_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// True when the file existed before.
  [[nodiscard]] bool resumed() const { return resumed_; }

  /// Puts a number into the file's attributes with the next save.
  void note(const char* name, std::int64_t value) { attributes_[name] = value; }
  /// What a save would write now.
  [[nodiscard]] ResultFile contents() const;

  /// Replaces the file by the present state of the table.
  void save();

 private:
  std::filesystem::path path_;
  files::FileLock lock_;
  scan::Shard shard_;
  labelled::Attributes attributes_;
  bool resumed_;
  scan::ResultTable table_;
};

/// True when every unit of the shard is in the table.
bool is_complete(const scan::ResultTable& table, const scan::Shard& shard);

}  // namespace nudipole::io
