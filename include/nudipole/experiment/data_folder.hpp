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

/// The data tree: one folder an experiment beside tables that all share. It may lie in several
/// folders, which are searched in their order: an experiment is, with all its files, where it is
/// found first, and so is a shared table. Every file is read once and its bytes are kept: they can
/// be handed to another process, which then touches no file. A table is parsed once, however many
/// variants of an experiment read it.
class DataFolder {
 public:
  /// \throws DataError when `root` is not a folder
  explicit DataFolder(std::filesystem::path root);
  /// A tree in several folders. \param roots  at least one \throws DataError for one that is none
  explicit DataFolder(std::vector<std::filesystem::path> roots);
  /// The tree as far as another DataFolder has read it.
  /// \param root      of the other, for messages
  /// \param contents  bytes of each file, by its path below the root
  DataFolder(std::filesystem::path root, std::map<std::string, std::string> contents);
  /// The same tree before anything was read.
  [[nodiscard]] DataFolder unread() const;

  /// At least one.
  [[nodiscard]] const std::vector<std::filesystem::path>& roots() const { return roots_; }
  /// \throws DataError for a root with neither experiments nor shared tables: it is another folder
  ///         than was meant
  void require_contents() const;
  /// Names of the folders with an experiment.yaml in any root, sorted.
  /// \throws DataError when there are none
  [[nodiscard]] std::vector<std::string> experiments() const;
  /// Whether there is an experiment of this name.
  [[nodiscard]] bool has_experiment(const std::string& name) const;
  /// Places of an experiment of this name; the first one counts, others are hidden by it.
  [[nodiscard]] std::vector<std::filesystem::path> places_of(const std::string& name) const;
  /// Adds an experiment that stands by itself; it goes before one of the same name.
  /// \param folder  ends in the experiment's name
  /// \param where   says so in the configuration, for messages
  /// \throws ConfigError for a folder without an experiment.yaml, and for one with the name of a
  ///         folder of shared tables
  void add_experiment(const std::filesystem::path& folder, const std::string& where);

  /// Names of the tables in a folder below the roots, without their ending, sorted.
  [[nodiscard]] std::vector<std::string> tables_in(const std::string& folder) const;
  /// Whether there is a file of this path below a root.
  [[nodiscard]] bool has_file(const std::string& name) const;
  /// Where a file of this path below a root is, or would be if it were there.
  [[nodiscard]] std::filesystem::path path_of(const std::string& name) const;

  /// Reads a table or a YAML file by its path below a root. \throws DataError for a bad file
  /// \return a table that stays where it is as long as the data folder
  const config::Table& table(const std::string& name);
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

  std::vector<std::filesystem::path> roots_;
  std::map<std::string, std::filesystem::path> own_{};  ///< of experiments that stand by themselves
  Source source_ = Source::disk;
  std::map<std::string, std::string> contents_{};
  std::map<std::string, config::Table> tables_{};  ///< those of them that were asked for as tables
  std::vector<std::shared_ptr<const FluxKind>> flux_kinds_{};
};

/// Finds the data tree: the folders that are asked for; where none of them has the shared tables,
/// those of the environment variable NUDIPOLE_DATA, which colons separate, follow; and where these
/// have none either, `installed`.
/// \param asked      may be empty
/// \param installed  the tree that came with the program
/// \throws DataError when that leaves none
std::vector<std::filesystem::path> find_data_roots(const std::vector<std::filesystem::path>& asked,
                                                   const std::filesystem::path& installed);

/// Where the tree that came with a program is: ../share/nudipole/data as seen from its folder; a
/// build tree has links there.
std::filesystem::path installed_data(const std::filesystem::path& program);

}  // namespace nudipole::experiment
