#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace nudipole::files {

/// Takes the bytes of a file that is being written by write_atomically.
class ByteSink {
 public:
  ByteSink(int descriptor, std::filesystem::path target);
  /// Appends bytes. \throws CheckpointError with the system's reason, e.g. a full disk.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);

 private:
  int descriptor_;
  std::filesystem::path target_;
};

/// Replaces the file `path` by what `writer` gives to its sink, or leaves it as it was.
///
/// The bytes go to `.NAME.<pid>-<n>.tmp` in the same folder, which is fsync'ed, closed and renamed;
/// then the folder is fsync'ed. A kill or a power cut at any moment leaves the old or the new file,
/// complete. A symbolic link is followed, so a result on another disk stays there; the mode of an
/// existing file is kept.
/// \throws CheckpointError with path, system error and remedy; what `writer` throws passes through.
///         The temporary is removed in both cases.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(ByteSink&)>& writer);

/// Removes temporaries that killed runs left beside `path`. Only for the process that holds the
/// FileLock of `path`: a temporary of a running writer would go too.
/// \throws CheckpointError when one cannot be removed.
void remove_stale_temporaries(const std::filesystem::path& path);

/// The file that `path` means: absolute, and behind symbolic links, also when it does not exist
/// yet.
std::filesystem::path resolve_target(const std::filesystem::path& path);

}  // namespace nudipole::files
