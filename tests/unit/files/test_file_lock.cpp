#include "nudipole/files/file_lock.hpp"

#include "support/catch2.hpp"
#include "support/result_files.hpp"

#include <csignal>
#include <utility>

#include <fcntl.h>

using namespace nudipole;
using namespace nudipole::test;
using files::FileLock;
using files::LockMethod;
namespace fs = std::filesystem;

namespace {

/// A child that holds the lock until it is killed; returns once it has it.
pid_t start_owner(const fs::path& result, LockMethod method) {
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  const pid_t child = start_child([&] {
    const FileLock lock{result, method};
    if (::write(pipe_ends[1], "x", 1) != 1) return 1;
    for (;;) ::pause();
  });
  char signal = 0;
  REQUIRE(::read(pipe_ends[0], &signal, 1) == 1);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  return child;
}

std::string host() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::string complaint(const fs::path& result, LockMethod method) {
  return complaint_of([&] { FileLock{result, method}; });
}

}  // namespace

TEST_CASE("A result file has one owner at a time") {
  for (const LockMethod method : {LockMethod::system, LockMethod::exclusive_creation}) {
    const TemporaryFolder folder;
    const auto result = folder / "result.h5";
    const auto lock_file = folder / "result.h5.lock";
    {
      const FileLock lock{result, method};
      CHECK(lock.path() == lock_file);
      CHECK(fs::exists(lock_file));
      CHECK_FALSE(complaint(result, method).empty());
      CHECK(complaint(folder / "other.h5", method).empty());
      fs::create_symlink("result.h5", folder / "link.h5");
      CHECK_FALSE(complaint(folder / "link.h5", method).empty());
      CHECK(fs::exists(lock_file));
    }
    CHECK_FALSE(fs::exists(lock_file));
    FileLock first{result, method};
    FileLock second = std::move(first);
    CHECK_FALSE(complaint(result, method).empty());
  }
}

TEST_CASE("The refusal names the owner, and SIGKILL of the owner frees the lock") {
  for (const LockMethod method : {LockMethod::system, LockMethod::exclusive_creation}) {
    const TemporaryFolder folder;
    const auto result = folder / "result.h5";
    const pid_t owner = start_owner(result, method);
    const std::string text = complaint(result, method);
    CHECK(contains(text, result.string() + ": is being written by process " +
                             std::to_string(owner) + " on host " + host() + " since 20"));
    CHECK(contains(text, "wait or stop that run"));
    // waitid with WNOWAIT: the owner stays a zombie, as under a slow parent.
    ::kill(owner, SIGKILL);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(owner), &info, WEXITED | WNOWAIT);
    CHECK(fs::exists(folder / "result.h5.lock"));
    { const FileLock lock{result, method}; }
    CHECK(folder.entries() == 0);
    wait_for(owner);
  }
}

TEST_CASE("A forked child neither frees nor removes the lock of its parent") {
  const TemporaryFolder folder;
  const auto result = folder / "result.h5";
  auto lock = std::make_unique<FileLock>(result);
  const pid_t child = start_child([&] {
    lock.reset();
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK(fs::exists(folder / "result.h5.lock"));
  CHECK_FALSE(complaint(result, LockMethod::system).empty());
}

TEST_CASE("Lock files whose owner cannot be asked are left to the user") {
  const TemporaryFolder folder;
  const auto result = folder / "result.h5";
  const auto lock_file = folder / "result.h5.lock";
  write_file(lock_file, "host elsewhere\nprocess 1\nsince 2026-01-01T00:00:00Z\n");
  const std::string text = complaint(result, LockMethod::exclusive_creation);
  CHECK(contains(text, "process 1 on host elsewhere since 2026-01-01T00:00:00Z"));
  CHECK(contains(text, "remove " + lock_file.string()));
  // With locks of the file system the kernel knows that nobody holds it.
  CHECK(complaint(result, LockMethod::system).empty());

  write_file(lock_file, "");
  CHECK(contains(complaint(result, LockMethod::exclusive_creation), "by another process"));
  CHECK(complaint(result, LockMethod::system).empty());
}

TEST_CASE("A folder that cannot hold the lock file is named with a remedy") {
  const TemporaryFolder folder;
  CHECK(contains(complaint(folder / "none/result.h5", LockMethod::system), "create the folder"));
  fs::permissions(folder.path(), fs::perms{0555});
  const pid_t child = start_child([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return 77;
    for (const LockMethod method : {LockMethod::system, LockMethod::exclusive_creation}) {
      const std::string text = complaint(folder / "result.h5", method);
      if (!contains(text, "Permission denied") || !contains(text, "writable")) return 1;
    }
    return 0;
  });
  CHECK(wait_for(child) == 0);
  fs::permissions(folder.path(), fs::perms{0755});
}

TEST_CASE("Competing processes never own the lock together, also after a dead owner") {
  for (const LockMethod method : {LockMethod::system, LockMethod::exclusive_creation}) {
    const TemporaryFolder folder;
    const auto result = folder / "result.h5";
    const auto inside = (folder / "inside").string();
    for (int round = 0; round < 5; ++round) {
      const pid_t dead = start_owner(result, method);
      ::kill(dead, SIGKILL);
      wait_for(dead);
      std::vector<pid_t> children;
      for (int i = 0; i < 4; ++i) {
        children.push_back(start_child([&] {
          int owned = 0;
          for (int turn = 0; turn < 2000 && owned < 10; ++turn) {
            try {
              const FileLock lock{result, method};
              const int marker = ::open(inside.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
              if (marker < 0) return 1;  // somebody else is inside
              ::close(marker);
              ::usleep(200);
              ::unlink(inside.c_str());
              ++owned;
            } catch (const CheckpointError&) {
              ::usleep(300);
            }
          }
          return owned == 10 ? 0 : 2;
        }));
      }
      for (const pid_t child : children) CHECK(wait_for(child) == 0);
      CHECK(folder.entries() == 0);
    }
  }
}

TEST_CASE("Of many that find a dead owner's lock file, one at a time takes it over") {
  const TemporaryFolder folder;
  const auto result = folder / "result.h5";
  const auto inside = (folder / "inside").string();
  const pid_t dead = start_child([] { return 0; });
  wait_for(dead);
  for (int round = 0; round < 60; ++round) {
    write_file(folder / "result.h5.lock", "host " + host() + "\nprocess " + std::to_string(dead) +
                                              "\nsince 2026-01-01T00:00:00Z\n");
    int start[2];
    REQUIRE(::pipe(start) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
      children.push_back(start_child([&] {
        ::close(start[1]);
        char end = 0;
        if (::read(start[0], &end, 1) != 0) return 2;  // end of file: all start at once
        try {
          const FileLock lock{result, LockMethod::exclusive_creation};
          const int marker = ::open(inside.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
          if (marker < 0) return 1;  // somebody else is inside
          ::close(marker);
          ::usleep(3000);
          ::unlink(inside.c_str());
        } catch (const CheckpointError&) {
          return 3;
        }
        return 0;
      }));
    }
    ::close(start[0]);
    ::close(start[1]);
    int owners = 0;
    for (const pid_t child : children) {
      const int code = wait_for(child);
      CHECK((code == 0 || code == 3));
      if (code == 0) ++owners;
    }
    CHECK(owners >= 1);
    CHECK(folder.entries() == 0);
  }
}
