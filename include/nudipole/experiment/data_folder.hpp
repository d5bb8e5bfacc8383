#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/config/table.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nudipole::experiment {

struct FluxKind;  // factories.hpp

/// A file that a result depends on.
struct FileDigest {
  std::string name;    ///< path below the data folder, e.g. "coherent_csi_2022/counts.csv"
  std::string sha256;  ///< of its bytes
  bool operator==(const FileDigest&) const = default;
};

/// The data tree: one folder an experiment beside tables that all share. Every file is read once
/// and its bytes are kept: they can be handed to another process, which then touches no file.
class DataFolder {
 public:
  /// \throws DataError when `root` is not a folder
  explicit DataFolder(std::filesystem::path root);
  /// The tree as far as another DataFolder has read it.
  /// \param root      of the other, for messages
  /// \param contents  bytes of each file, by its path below the root
  DataFolder(std::filesystem::path root, std::map<std::string, std::string> contents);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Names of the folders with an experiment.yaml, sorted. \throws DataError when there are none
  [[nodiscard]] std::vector<std::string> experiments() const;
  /// Whether there is an experiment of this name.
  [[nodiscard]] bool has_experiment(const std::string& name) const;

  /// Names of the tables in a folder below the root, without their ending, sorted.
  [[nodiscard]] std::vector<std::string> tables_in(const std::string& folder) const;
  /// Whether there is a file of this path below the root.
  [[nodiscard]] bool has_file(const std::string& name) const;

  /// Reads a table or a YAML file by its path below the root. \throws DataError for a bad file
  config::Table table(const std::string& name);
  config::Section yaml(const std::string& name, const config::Schema& schema);

  /// Lets experiments of this tree name a kind of neutrino source that the program brings along.
  /// \throws ConfigError for a word that another kind has
  void add_flux_kind(std::shared_ptr<const FluxKind> kind);
  [[nodiscard]] const std::vector<std::shared_ptr<const FluxKind>>& flux_kinds() const {
    return flux_kinds_;
  }

  /// Files read so far, by name.
  [[nodiscard]] std::vector<FileDigest> files_read() const;
  /// Their bytes, by name.
  [[nodiscard]] const std::map<std::string, std::string>& contents() const { return contents_; }

 private:
  enum class Source { disk, memory };

  const std::string& read(const std::string& name);

  std::filesystem::path root_;
  Source source_ = Source::disk;
  std::map<std::string, std::string> contents_{};
  std::vector<std::shared_ptr<const FluxKind>> flux_kinds_{};
};

/// Finds the data tree: `explicit_path` if not empty, else the environment variable NUDIPOLE_DATA,
/// else ../share/nudipole/data as seen from the program's folder; a build tree has links there.
/// \param program  path of the running executable
/// \throws DataError naming the place that was tried
std::filesystem::path find_data_root(const std::filesystem::path& explicit_path,
                                     const std::filesystem::path& program);

}  // namespace nudipole::experiment
