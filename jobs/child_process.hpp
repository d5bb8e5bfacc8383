#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nudipole::jobs {

constexpr int exit_not_started = 127;  // as shells do

/// Runs a program and waits. \param output  where its standard output goes; empty: to ours
/// \return its exit code, or exit_not_started
int run_program(const std::vector<std::string>& command, const std::filesystem::path& output = {});

/// A file that goes away with this object.
class TemporaryFile {
 public:
  /// \param ending  of its name, e.g. ".csv"
  explicit TemporaryFile(const std::string& ending);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile(TemporaryFile&&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace nudipole::jobs
