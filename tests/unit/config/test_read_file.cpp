#include "nudipole/config/read_file.hpp"

#include "support/throws_like.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

using nudipole::ConfigError;
using nudipole::DataError;
using nudipole::ErrorKind;
using nudipole::config::read_file;
using nudipole::test::check_throws;

namespace {

/// A file that is removed at the end of its scope.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content)
      : path_(std::filesystem::temp_directory_path() /
              ("nudipole_read_file_" + std::to_string(::getpid()))) {
    std::ofstream{path_, std::ios::binary} << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a file is read byte for byte") {
  std::string content{"a: 1\r\n\0\xEF\xBB\xBF", 10};
  content += std::string(200000, 'x');  // several blocks
  CHECK(read_file(TemporaryFile{content}.path(), ErrorKind::config) == content);
  CHECK(read_file(TemporaryFile{""}.path(), ErrorKind::config).empty());
}

TEST_CASE("a missing file is named with the folder it was looked for in") {
  check_throws<ConfigError>(
      [] { read_file("no/such.yaml", ErrorKind::config); },
      {"no/such.yaml: no such file",
       "check the path, it is relative to " + std::filesystem::current_path().string()});
  check_throws<DataError>([] { read_file("/no/such.yaml", ErrorKind::data); },
                          {"/no/such.yaml: no such file; check the path"});
  const TemporaryFile file{"x"};
  check_throws<DataError>([&] { read_file(file.path() / "below", ErrorKind::data); },
                          {"below: no such file"});
}

TEST_CASE("a folder is not a file") {
  const auto folder = std::filesystem::temp_directory_path();
  check_throws<ConfigError>([&] { read_file(folder, ErrorKind::config); },
                            {folder.string() + ": is a folder; expected a file"});
}

TEST_CASE("a file without read permission is an error with the reason") {
  const TemporaryFile file{"x"};
  std::filesystem::permissions(file.path(), std::filesystem::perms::none);
  if (::access(file.path().c_str(), R_OK) == 0) return;  // the superuser reads everything
  check_throws<DataError>(
      [&] { read_file(file.path(), ErrorKind::data); },
      {file.path().string(), "cannot read the file (Permission denied)", "check its permissions"});
}

TEST_CASE("a failing read is an error, not a short file") {
  const std::filesystem::path memory{"/proc/self/mem"};  // opens, but address 0 cannot be read
  if (!std::filesystem::exists(memory)) return;
  check_throws<DataError>([&] { read_file(memory, ErrorKind::data); },
                          {"/proc/self/mem: cannot read the file"});
}
