#include "child_process.hpp"

#include "nudipole/core/error.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace nudipole::jobs {

int run_program(const std::vector<std::string>& command, const std::filesystem::path& output) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw Error(ErrorKind::unexpected, "cannot start another process");
  if (child == 0) {
    if (!output.empty()) {
      const int file = open(output.c_str(), O_WRONLY | O_TRUNC);
      if (file < 0 || dup2(file, STDOUT_FILENO) < 0) _exit(exit_not_started);
    }
    execvp(arguments.front(), arguments.data());
    _exit(exit_not_started);
  }
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : 1;
}

TemporaryFile::TemporaryFile(const std::string& ending) {
  std::string name = (std::filesystem::temp_directory_path() / "nudipole-XXXXXX").string() + ending;
  const int file = mkstemps(name.data(), static_cast<int>(ending.size()));
  if (file < 0) {
    throw Error(ErrorKind::unexpected, "cannot write a temporary file",
                {.where = name, .hint = "set TMPDIR to a folder that can be written"});
  }
  close(file);
  path_ = name;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;  // nothing can be done about a file that does not go away
  std::filesystem::remove(path_, ignored);
}

}  // namespace nudipole::jobs
