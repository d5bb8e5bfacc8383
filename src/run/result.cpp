#include "nudipole/run/result.hpp"

#include "format_1.hpp"

namespace nudipole::run {

io::ResultFile read_run(const std::filesystem::path& path) {
  io::ResultFile file = io::read_result(path);
  return file.format_version == 1 ? detail::from_format_1(path, file) : file;
}

}  // namespace nudipole::run
