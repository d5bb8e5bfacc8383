#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace nudipole::files {

/// Who holds a lock; the contents of a lock file.
struct LockOwner {
  std::string host;
  pid_t process = 0;
  std::string since;  ///< UTC, e.g. 2026-08-30T12:00:00Z
};

/// This process, now.
LockOwner this_process();

std::string to_text(const LockOwner& owner);
/// Nothing when the text is incomplete, e.g. because its owner has not written all of it yet.
std::optional<LockOwner> parse_lock_owner(const std::string& text);

/// False only for a process of this host that is gone; zombies count as gone.
bool may_be_alive(const LockOwner& owner);

}  // namespace nudipole::files
