#include "nudipole/files/file_lock.hpp"

#include "lock_owner.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/files/atomic_file.hpp"
#include "nudipole/files/descriptor.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace nudipole::files {
namespace {

namespace fs = std::filesystem;

constexpr int most_attempts = 200;
/// A process that has just created its lock file writes its name within this time.
constexpr auto pause = std::chrono::milliseconds{10};

Descriptor open_lock(const fs::path& path, int flags) {
  return Descriptor{
      uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC | flags, 0666); })};
}

/// True when `path` names the open file; false when that was removed or replaced.
bool names(const fs::path& path, const Descriptor& descriptor) {
  struct stat by_path {};
  struct stat by_descriptor {};
  return ::stat(path.c_str(), &by_path) == 0 && ::fstat(descriptor.get(), &by_descriptor) == 0 &&
         by_path.st_dev == by_descriptor.st_dev && by_path.st_ino == by_descriptor.st_ino;
}

std::optional<LockOwner> read_owner(const Descriptor& descriptor) {
  std::array<char, 1024> text{};
  const auto length = ::pread(descriptor.get(), text.data(), text.size(), 0);
  if (length <= 0) return std::nullopt;
  return parse_lock_owner({text.data(), static_cast<std::size_t>(length)});
}

/// 0 or an error number.
int write_owner(const Descriptor& descriptor) {
  const std::string text = to_text(this_process());
  if (::ftruncate(descriptor.get(), 0) != 0) return errno;
  const auto written = ::pwrite(descriptor.get(), text.data(), text.size(), 0);
  if (written < 0) return errno;
  return static_cast<std::size_t>(written) == text.size() ? 0 : ENOSPC;
}

[[noreturn]] void refuse(const fs::path& result, const std::optional<LockOwner>& owner,
                         const std::string& remedy) {
  const std::string who = owner ? "process " + std::to_string(owner->process) + " on host " +
                                      owner->host + " since " + owner->since
                                : "another process";
  throw CheckpointError("is being written by " + who, {.where = result.string(), .hint = remedy});
}

/// 0, or the error number of fcntl.
int try_system_lock(const Descriptor& descriptor) {
  struct flock request {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  int command = F_SETLK;
#ifdef F_OFD_SETLK
  command = F_OFD_SETLK;
#endif
  if (uninterrupted([&] { return ::fcntl(descriptor.get(), command, &request); }) == 0) return 0;
  if (errno != EINVAL) return errno;
  if (uninterrupted([&] { return ::fcntl(descriptor.get(), F_SETLK, &request); }) == 0) return 0;
  return errno;
}

bool means_held(int error) { return error == EAGAIN || error == EACCES; }

bool means_unsupported(int error) {
  return error == ENOLCK || error == ENOTSUP || error == EOPNOTSUPP || error == ENOSYS ||
         error == EINVAL;
}

/// Removes the lock file of a dead owner. Of several processes that find it, only the one that
/// creates the guard file may act, and it looks again: nobody removes a lock that was taken
/// meanwhile.
void remove_stale(const fs::path& result, const fs::path& lock) {
  const fs::path guard = lock.string() + ".takeover";
  const Descriptor guard_file = open_lock(guard, O_CREAT | O_EXCL);
  if (!guard_file.is_open()) {
    if (errno == EEXIST) return;  // someone else is at it
    throw_system_error(guard, "create a file to take over the lock", errno);
  }
  int error = 0;
  {
    const Descriptor descriptor = open_lock(lock, 0);
    const auto owner = descriptor.is_open() ? read_owner(descriptor) : std::nullopt;
    // Still its file? An owner that ended after it was read may have made room for another one.
    if (owner && !may_be_alive(*owner) && names(lock, descriptor) && ::unlink(lock.c_str()) != 0) {
      error = errno;
    }
  }
  ::unlink(guard.c_str());
  if (error != 0) throw_system_error(result, "remove the lock of a dead process", error);
}

Descriptor create_exclusively(const fs::path& result, const fs::path& lock) {
  std::optional<LockOwner> owner;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    Descriptor mine = open_lock(lock, O_CREAT | O_EXCL);
    if (mine.is_open()) {
      const int error = write_owner(mine);
      if (error == 0) return mine;
      ::unlink(lock.c_str());
      throw_system_error(lock, "write the lock file", error);
    }
    if (errno != EEXIST) throw_system_error(lock, "create the lock file", errno);
    const Descriptor other = open_lock(lock, 0);
    if (!other.is_open()) {
      if (errno == ENOENT) continue;  // just given back
      throw_system_error(lock, "open the lock file", errno);
    }
    owner = read_owner(other);
    if (owner && may_be_alive(*owner)) break;
    if (owner) remove_stale(result, lock);
    std::this_thread::sleep_for(pause);
  }
  refuse(result, owner,
         "wait or stop that run; if there is none, remove " + lock.string() +
             " (and .takeover beside it) by hand: this file system has no locks that show it");
}

/// The open, locked lock file; a closed descriptor when the file system has no locks.
Descriptor lock_by_system(const fs::path& result, const fs::path& lock) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    // Created exclusively first: if there are no locks here, the file left is known to be ours.
    Descriptor descriptor = open_lock(lock, O_CREAT | O_EXCL);
    const bool created = descriptor.is_open();
    if (!created && errno == EEXIST) {
      descriptor = open_lock(lock, 0);
      if (!descriptor.is_open() && errno == ENOENT) continue;
    }
    if (!descriptor.is_open()) throw_system_error(lock, "open the lock file", errno);
    const int error = try_system_lock(descriptor);
    if (means_held(error)) {
      refuse(result, read_owner(descriptor), "wait or stop that run");
    }
    if (means_unsupported(error)) {
      if (created) ::unlink(lock.c_str());
      return Descriptor{};
    }
    if (error != 0) throw_system_error(lock, "lock", error);
    if (!names(lock, descriptor)) continue;
    // The name is a help for others; the lock holds without it, e.g. on a full disk.
    [[maybe_unused]] const int ignored = write_owner(descriptor);
    return descriptor;
  }
  refuse(result, std::nullopt, "try again: its lock file changes hands all the time");
}

}  // namespace

struct FileLock::State {
  fs::path path;
  Descriptor descriptor;
  pid_t process = ::getpid();

  State(fs::path lock, Descriptor file) : path(std::move(lock)), descriptor(std::move(file)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  /// Removes the file while it is still locked, so that nobody else's can be hit.
  ~State() {
    if (process == ::getpid() && names(path, descriptor)) ::unlink(path.c_str());
  }
};

FileLock::FileLock(const fs::path& result, LockMethod method) {
  const fs::path target = resolve_target(result);
  const fs::path lock = target.string() + ".lock";
  Descriptor descriptor;
  if (method == LockMethod::system) descriptor = lock_by_system(target, lock);
  if (!descriptor.is_open()) descriptor = create_exclusively(target, lock);
  state_ = std::make_unique<State>(lock, std::move(descriptor));
}

FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;
FileLock::~FileLock() = default;

const fs::path& FileLock::path() const { return state_->path; }

}  // namespace nudipole::files
