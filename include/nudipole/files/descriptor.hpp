#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

#include <unistd.h>

namespace nudipole::files {

/// Owner of a POSIX file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return value_; }
  [[nodiscard]] bool is_open() const noexcept { return value_ >= 0; }

  /// Closes; 0 or the error number. Network file systems report failed writes only here.
  /// EINTR is no failure: Linux has closed the descriptor by then.
  int close() noexcept {
    const int value = std::exchange(value_, -1);
    if (value < 0 || ::close(value) == 0 || errno == EINTR) return 0;
    return errno;
  }

 private:
  int value_;
};

/// Repeats a system call that a signal has interrupted.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// Throws CheckpointError "path: cannot <action>: <system text>; <remedy for this error number>".
[[noreturn]] void throw_system_error(const std::filesystem::path& path, const std::string& action,
                                     int error_number);

/// Text of an error number, e.g. "No space left on device".
std::string system_text(int error_number);

}  // namespace nudipole::files
