#pragma once

#include <filesystem>
#include <memory>

namespace nudipole::files {

/// How a FileLock keeps others out.
enum class LockMethod {
  system,             ///< the file system's locks; exclusive_creation where it has none
  exclusive_creation  ///< the existence of the lock file, for file systems whose locks do not work
};

/// The right of one process to write a result file; given back by the destructor.
///
/// The lock file `<result>.lock` stands beside the result (behind symbolic links) and names host,
/// process and start time of its owner.
///
/// system: a write lock on the lock file by fcntl (F_OFD_SETLK; F_SETLK on kernels without it,
/// which does not tell two locks of one process apart). The kernel gives it back when the process
/// ends, however it ends; a lock file that a killed process leaves is free for the next one. After
/// locking, the path must still name the locked file: else its owner removed it in between, and the
/// lock is tried again. Across hosts it is as good as the locks of the file system (NFS with lockd,
/// Lustre with -o flock, GPFS and local disks: good; Lustre with -o localflock: one host only).
///
/// exclusive_creation: the owner is who creates the lock file. A lock file whose owner ran on this
/// host and is gone (no such process, or a zombie) is taken over; one from another host is
/// respected until someone removes it by hand, which the message asks for. Also respected is a lock
/// whose process number has been given to another process meanwhile.
///
/// After fork() the child shares the lock of the parent but does not remove the lock file.
class FileLock {
 public:
  /// Locks the result file `result`, which need not exist; does not wait.
  /// \throws CheckpointError when another process holds it (the message names process, host and
  ///         start time), when the folder is missing or not writable, or when the owner's host
  ///         cannot be asked; each with the remedy.
  explicit FileLock(const std::filesystem::path& result, LockMethod method = LockMethod::system);
  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) noexcept;
  ~FileLock();

  /// The lock file.
  [[nodiscard]] const std::filesystem::path& path() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nudipole::files
