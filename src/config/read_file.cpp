#include "nudipole/config/read_file.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace nudipole::config {
namespace {

std::string hint_for_missing(const std::filesystem::path& file) {
  if (file.is_absolute()) return "check the path";
  std::error_code ignored;
  return "check the path, it is relative to " + std::filesystem::current_path(ignored).string();
}

}  // namespace

std::string read_file(const std::filesystem::path& file, ErrorKind kind) {
  const std::string name = file.string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw_error(kind, "no such file", {.where = name, .hint = hint_for_missing(file)});
  }
  if (std::filesystem::is_directory(status)) {
    throw_error(kind, "is a folder",
                {.where = name, .expected = "a file", .hint = "name a file in it"});
  }
  errno = 0;
  std::ifstream stream{file, std::ios::binary};
  const auto cannot_read = [&] {
    const std::string reason =
        errno != 0 ? " (" + std::generic_category().message(errno) + ")" : std::string{};
    throw_error(kind, "cannot read the file" + reason,
                {.where = name, .hint = "check its permissions and the file system"});
  };
  if (!stream) cannot_read();
  std::string content;
  std::array<char, 65536> block{};
  while (stream) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    content.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) cannot_read();
  return content;
}

}  // namespace nudipole::config
