#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/config/table.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nudipole::experiment {

/// A file that a result depends on.
struct FileDigest {
  std::string name;    ///< path below the data folder, e.g. "coherent_csi_2022/counts.csv"
  std::string sha256;  ///< of its bytes
  bool operator==(const FileDigest&) const = default;
};

/// The data tree: one folder an experiment beside tables that all share. Remembers what was read.
class DataFolder {
 public:
  /// \throws DataError when `root` is not a folder
  explicit DataFolder(std::filesystem::path root);
  /// A data tree in memory, of which no file is opened: what contents() of another one gave.
  /// \param root  for messages
  DataFolder(std::filesystem::path root, std::map<std::string, std::string> contents);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Names of the folders with an experiment.yaml, sorted. \throws DataError when there are none
  [[nodiscard]] std::vector<std::string> experiments() const;

  /// Reads a table or a YAML file by its path below the root.
  /// \throws DataError for a bad file, and for one that has changed since it was read first
  config::Table table(const std::string& name);
  config::Section yaml(const std::string& name, const config::Schema& schema);

  /// Files read so far, by name.
  [[nodiscard]] std::vector<FileDigest> files_read() const;
  /// Their bytes, by name.
  [[nodiscard]] const std::map<std::string, std::string>& contents() const { return contents_; }

 private:
  std::string read(const std::string& name);

  std::filesystem::path root_;
  bool in_memory_ = false;
  std::map<std::string, std::string> contents_;
  std::map<std::string, std::string> digests_;
};

/// Finds the data tree: `explicit_path` if not empty, else the environment variable NUDIPOLE_DATA,
/// else ../share/nudipole/data as seen from the program's folder; a build tree has links there.
/// \param program  path of the running executable
/// \throws DataError naming the place that was tried
std::filesystem::path find_data_root(const std::filesystem::path& explicit_path,
                                     const std::filesystem::path& program);

}  // namespace nudipole::experiment
