#include "nudipole/files/atomic_file.hpp"

#include "support/catch2.hpp"
#include "support/result_files.hpp"

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace nudipole;
using namespace nudipole::test;
namespace fs = std::filesystem;

namespace {

void write_text(const fs::path& path, const std::string& text) {
  files::write_atomically(path, [&](files::ByteSink& sink) { sink.write(text); });
}

}  // namespace

TEST_CASE("write_atomically makes a file and replaces it, keeping its mode") {
  const TemporaryFolder folder;
  const auto path = folder / "table.csv";
  write_text(path, "one");
  CHECK(read_file(path) == "one");
  fs::permissions(path, fs::perms{0640});
  write_text(path, "two");
  CHECK(read_file(path) == "two");
  CHECK(fs::status(path).permissions() == fs::perms{0640});
  CHECK(folder.entries() == 1);
}

TEST_CASE("A writer that throws leaves the old file and no temporary") {
  const TemporaryFolder folder;
  const auto path = folder / "table.csv";
  write_text(path, "one");
  CHECK_THROWS_AS(files::write_atomically(path,
                                          [](files::ByteSink& sink) {
                                            sink.write("half");
                                            throw NumericalError("no number");
                                          }),
                  NumericalError);
  CHECK(read_file(path) == "one");
  CHECK(folder.entries() == 1);
}

TEST_CASE("Places that cannot be written are named with a remedy") {
  const TemporaryFolder folder;
  const std::string missing = complaint_of([&] { write_text(folder / "none/table.csv", "text"); });
  CHECK(
      contains(missing, "none/table.csv: cannot create a temporary file beside it: No such file"));
  CHECK(contains(missing, "create the folder"));

  fs::permissions(folder.path(), fs::perms{0555});
  // Root may write anywhere: the child gives that up (65534 is nobody).
  const pid_t child = start_child([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return 77;
    const std::string text = complaint_of([&] { write_text(folder / "table.csv", "text"); });
    return contains(text, "Permission denied") &&
                   contains(text, "make the file and its folder writable")
               ? 0
               : 1;
  });
  CHECK(wait_for(child) == 0);
  fs::permissions(folder.path(), fs::perms{0755});
}

TEST_CASE("A failing disk leaves the old result and no temporary") {
  const TemporaryFolder folder;
  const auto path = folder / "result.h5";
  io::write_result(path, sample_result());
  const std::string before = read_file(path);
  // The limit on file sizes stands in for a full disk: write() fails in the middle of the file.
  for (const rlim_t limit : {rlim_t{0}, rlim_t{1}, rlim_t{4096}, rlim_t{before.size() - 1}}) {
    const pid_t child = start_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit size{limit, limit};
      if (::setrlimit(RLIMIT_FSIZE, &size) != 0) return 2;
      const std::string text = complaint_of([&] { io::write_result(path, sample_result(2)); });
      return contains(text, path.string()) && contains(text, "File too large") &&
                     contains(text, "ulimit -f")
                 ? 0
                 : 1;
    });
    CHECK(wait_for(child) == 0);
    CHECK(read_file(path) == before);
    CHECK(folder.entries() == 1);
  }
}

TEST_CASE("A writer killed at any moment leaves a complete result") {
  const TemporaryFolder folder;
  const auto path = folder / "result.h5";
  const auto start = std::chrono::steady_clock::now();
  io::write_result(path, sample_result(0));
  // Up to some four writes, however slow the disk and the build are.
  const auto one_write = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  std::uniform_real_distribution<double> writes{0.2, 4.0};
  std::mt19937 random{7};
  std::int64_t last = 0;
  for (int round = 0; round < 30; ++round) {
    const pid_t child = start_child([&] {
      for (int generation = static_cast<int>(last) + 1;; ++generation) {
        io::write_result(path, sample_result(generation));
      }
      return 0;
    });
    std::this_thread::sleep_for(writes(random) * one_write);
    ::kill(child, SIGKILL);
    CHECK(wait_for(child) == -SIGKILL);
    const io::ResultFile read = io::read_result(path);
    const auto generation = std::get<std::int64_t>(read.attributes.at("generation"));
    CHECK(generation >= last);
    CHECK(same(read, sample_result(static_cast<int>(generation))));
    last = generation;
  }
  CHECK(last > 0);

  write_file(folder / "other.h5.1-0.tmp", "not a temporary of ours");
  write_file(folder / ".other.h5.1-0.tmp", "of another result");
  write_file(folder / ".result.h5.backup.tmp", "of the user");
  write_file(folder / ".result.h5.123-4.tmp", "left over");
  files::remove_stale_temporaries(path);
  CHECK(folder.entries() == 4);
  CHECK_FALSE(fs::exists(folder / ".result.h5.123-4.tmp"));
  files::remove_stale_temporaries(folder / "missing" / "result.h5");  // nothing to do, no error
}

TEST_CASE("resolve_target follows links, also to files that do not exist yet") {
  const TemporaryFolder folder;
  fs::create_symlink(folder / "b.h5", folder / "a.h5");
  fs::create_symlink("c.h5", folder / "b.h5");
  CHECK(files::resolve_target(folder / "a.h5") == folder / "c.h5");
  CHECK(files::resolve_target("x.h5") == fs::current_path() / "x.h5");
}
