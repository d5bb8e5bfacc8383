#pragma once

#include "nudipole/files/file_lock.hpp"
#include "nudipole/io/result_file.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace nudipole::run {

/// The result file of a running campaign: opened once, locked while it is open, saved now and then.
class Checkpoint {
 public:
  /// Locks the file, removes temporaries of killed runs and reads what an earlier run left.
  /// \param identity  of this run (identity_of)
  /// \param begin     the campaign's dataset with nothing done
  /// \param continued puts what an earlier run left into the layout of this one
  /// \throws CheckpointError when another process writes it, when it cannot be written or read, or
  ///         when it belongs to another configuration, other data, another shard or an older
  ///         format; the message says which lines differ
  Checkpoint(
      std::filesystem::path path, labelled::Attributes identity, labelled::Dataset begin,
      const std::function<labelled::Dataset(labelled::Dataset)>& continued = std::identity{});

  [[nodiscard]] ResultTable& table() { return table_; }
  [[nodiscard]] const ResultTable& table() const { return table_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// True when the file existed before.
  [[nodiscard]] bool resumed() const { return resumed_; }
  /// True when what an earlier run left has been put into another layout.
  [[nodiscard]] bool has_new_layout() const { return has_new_layout_; }

  /// Takes the dataset of the campaign's next level in the place of the present one.
  void begin_level(labelled::Dataset dataset);
  /// True when the file says, or will say with the next save, that nothing is left to do.
  [[nodiscard]] bool is_complete() const;
  /// Puts a number into the file's attributes with the next save.
  void note(const char* name, std::int64_t value) { attributes_[name] = value; }

  /// Replaces the file by the present state of the table.
  void save();

 private:
  std::filesystem::path path_;
  files::FileLock lock_;
  labelled::Attributes attributes_;
  bool resumed_;
  bool has_new_layout_ = false;
  ResultTable table_;
};

}  // namespace nudipole::run
