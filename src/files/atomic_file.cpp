#include "nudipole/files/atomic_file.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/files/descriptor.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nudipole::files {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view temporary_suffix = ".tmp";
constexpr int most_names_to_try = 1000;
const std::string write_action = "write (the file of before, if any, is unchanged)";

std::string temporary_prefix(const fs::path& target) {
  std::string prefix{'.'};
  return prefix.append(target.filename().string()).append(1, '.');
}

std::string temporary_name(const fs::path& target, int attempt) {
  return temporary_prefix(target)
      .append(std::to_string(::getpid()))
      .append(1, '-')
      .append(std::to_string(attempt))
      .append(temporary_suffix);
}

/// A new file beside the target, removed again unless it has been renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) : target_(target) {
    // O_EXCL: a process with the same number on another host never shares a temporary with this
    // one.
    for (int attempt = 0; attempt < most_names_to_try; ++attempt) {
      path_ = target.parent_path() / temporary_name(target, attempt);
      descriptor_ = Descriptor{uninterrupted(
          [&] { return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); })};
      if (descriptor_.is_open()) return;
      if (errno != EEXIST) break;
    }
    throw_system_error(target, "create a temporary file beside it", errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

  /// Keeps the mode of the file that is about to be replaced. A refusal is no reason to lose the
  /// result, so it is ignored.
  void copy_mode() {
    struct stat old {};
    if (::stat(target_.c_str(), &old) == 0) {
      [[maybe_unused]] const int refused = ::fchmod(descriptor_.get(), old.st_mode & 07777U);
    }
  }

  void rename_to_target() {
    if (uninterrupted([&] { return ::fsync(descriptor_.get()); }) != 0) {
      throw_system_error(target_, write_action, errno);
    }
    if (const int error = descriptor_.close(); error != 0) {
      throw_system_error(target_, write_action, error);
    }
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
      throw_system_error(target_, "replace the file", errno);
    }
    path_.clear();
  }

 private:
  fs::path target_;
  fs::path path_;
  Descriptor descriptor_;
};

void sync_folder_of(const fs::path& target) {
  const fs::path folder = target.parent_path();
  const Descriptor descriptor{
      uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  // A folder that may be written but not read cannot be synchronised; neither can any folder on
  // some network file systems (EINVAL). The file itself is safe there.
  if (!descriptor.is_open() && errno == EACCES) return;
  if (!descriptor.is_open() || (::fsync(descriptor.get()) != 0 && errno != EINVAL)) {
    throw_system_error(target, "synchronise the folder after the file was written", errno);
  }
}

bool is_temporary_of(const fs::path& target, const std::string& name) {
  const std::string prefix = temporary_prefix(target);
  if (!name.starts_with(prefix) || !name.ends_with(temporary_suffix)) return false;
  if (name.size() <= prefix.size() + temporary_suffix.size()) return false;
  const std::string_view middle{name.data() + prefix.size(),
                                name.size() - prefix.size() - temporary_suffix.size()};
  return middle.find_first_not_of("0123456789-") == std::string_view::npos;
}

}  // namespace

ByteSink::ByteSink(int descriptor, fs::path target)
    : descriptor_(descriptor), target_(std::move(target)) {}

void ByteSink::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written =
        uninterrupted([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
    if (written < 0) throw_system_error(target_, write_action, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void ByteSink::write(std::string_view text) { write(std::as_bytes(std::span{text})); }

void write_atomically(const fs::path& path, const std::function<void(ByteSink&)>& writer) {
  const fs::path target = resolve_target(path);
  TemporaryFile temporary{target};
  ByteSink sink{temporary.descriptor(), target};
  writer(sink);
  temporary.copy_mode();
  temporary.rename_to_target();
  sync_folder_of(target);
}

void remove_stale_temporaries(const fs::path& path) {
  const fs::path target = resolve_target(path);
  std::error_code error;
  for (fs::directory_iterator entry{target.parent_path(), error}, end; !error && entry != end;
       entry.increment(error)) {
    if (!is_temporary_of(target, entry->path().filename().string())) continue;
    if (::unlink(entry->path().c_str()) != 0 && errno != ENOENT) {
      throw_system_error(entry->path(), "remove this left-over of a killed run", errno);
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw_system_error(target.parent_path(), "list the folder", error.value());
  }
}

fs::path resolve_target(const fs::path& path) {
  constexpr int most_links = 40;  // as Linux itself
  std::error_code error;
  fs::path target = fs::absolute(path, error);
  for (int link = 0; link < most_links && fs::is_symlink(target, error); ++link) {
    const fs::path next = fs::read_symlink(target, error);
    if (error) break;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

}  // namespace nudipole::files
