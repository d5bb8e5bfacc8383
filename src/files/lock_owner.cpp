#include "lock_owner.hpp"

#include "nudipole/core/text.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>

#include <unistd.h>

namespace nudipole::files {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

/// State letter of /proc/<pid>/stat, which follows the last ')': the program's name may hold some.
char process_state(pid_t process) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos || end_of_name + 2 >= text.size()) return '?';
  return text[end_of_name + 2];
}

}  // namespace

LockOwner this_process() { return {host_name(), ::getpid(), utc_now()}; }

std::string to_text(const LockOwner& owner) {
  return "host " + owner.host + "\nprocess " + std::to_string(owner.process) + "\nsince " +
         owner.since + "\n";
}

std::optional<LockOwner> parse_lock_owner(const std::string& text) {
  LockOwner owner;
  std::string host_word, process_word, since_word;
  std::istringstream stream{text};
  stream >> host_word >> owner.host >> process_word >> owner.process >> since_word >> owner.since;
  const bool complete = stream && host_word == "host" && process_word == "process" &&
                        since_word == "since" && owner.process > 0 && text.ends_with('\n');
  if (!complete) return std::nullopt;
  return owner;
}

bool may_be_alive(const LockOwner& owner) {
  if (owner.host != host_name()) return true;
  if (::kill(owner.process, 0) != 0 && errno == ESRCH) return false;
  const char state = process_state(owner.process);
  return state != 'Z' && state != 'X';
}

}  // namespace nudipole::files
