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

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Names of the folders with an experiment.yaml, sorted. \throws DataError when there are none
  [[nodiscard]] std::vector<std::string> experiments() const;

  /// Reads a table or a YAML file by its path below the root.
  /// \throws DataError for a bad file, and for one that has changed since it was read first
  config::Table table(const std::string& name);
  config::Section yaml(const std::string& name);

  /// Files read so far, by name.
  [[nodiscard]] std::vector<FileDigest> files_read() const;

 private:
  std::string read(const std::string& name);

  std::filesystem::path root_;
  std::map<std::string, std::string> digests_;
};

/// Finds the data tree: `explicit_path` if not empty, else the environment variable NUDIPOLE_DATA,
/// else ../share/nudipole/data as seen from the program's folder; a build tree has links there.
/// \param program  path of the running executable
/// \throws DataError naming the place that was tried
std::filesystem::path find_data_root(const std::filesystem::path& explicit_path,
                                     const std::filesystem::path& program);

}  // namespace nudipole::experiment
