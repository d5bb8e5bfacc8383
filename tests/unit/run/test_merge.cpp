// Joining shards: the whole must be the values of its parts, and nothing but whole, sound and
// matching parts may be joined.
#include "nudipole/run/merge.hpp"

#include "nudipole/run/identity.hpp"
#include "nudipole/run/progress.hpp"
#include "support/catch2.hpp"
#include "support/result_files.hpp"
#include "support/stairs.hpp"

#include <algorithm>

using namespace nudipole;
using namespace nudipole::test;

namespace {

namespace fs = std::filesystem;
namespace name = run::attribute;

constexpr std::size_t steps = 7;

/// What a run of `shard` leaves with a finished part of its places.
io::ResultFile scanned(const campaign::Shard& shard, std::size_t done = steps) {
  const StairsCampaign stairs{{.steps = steps, .items = 3}};
  run::ResultTable table{stairs.begin(shard), "height"};
  const auto worker = stairs.worker();
  for (const campaign::Task& task : stairs.missing(table.dataset())) {
    if (done-- == 0) break;
    table.store(task, (*worker)(task), 1.0 + static_cast<double>(shard.count));
  }
  labelled::Attributes attributes = stairs_identity(shard);
  attributes[name::complete] = std::int64_t{stairs.missing(table.dataset()).empty() ? 1 : 0};
  return {std::move(attributes), table.dataset()};
}

/// Files of three shards, which a test may spoil before they are joined.
struct Shards {
  TemporaryFolder folder;
  std::vector<fs::path> files;

  Shards() {
    for (std::size_t i = 0; i < 3; ++i) put(i, scanned({i, 3}));
  }
  void put(std::size_t i, const io::ResultFile& file) {
    files.resize(std::max(files.size(), i + 1));
    files[i] = folder / ("part" + std::to_string(i) + ".h5");
    io::write_result(files[i], file);
  }
  [[nodiscard]] run::Merged merge(const std::string& config = {}) const {
    return run::merge_shards(files, config);
  }
};

/// Joins and demands one complaint, which names the file and holds a text.
void require_problem(const Shards& shards, std::size_t file, const std::string& text,
                     const std::string& config = {}) {
  const run::Merged merged = shards.merge(config);
  REQUIRE_FALSE(merged.result);
  REQUIRE_FALSE(merged.problems.empty());
  INFO(merged.problems.front());
  CHECK(contains(merged.problems.front(), shards.files[file].string()));
  CHECK(contains(merged.problems.front(), text));
}

}  // namespace

TEST_CASE("the merged file is the campaign in one piece", "[merge]") {
  Shards shards;
  const io::ResultFile whole = scanned({});
  // In any order of the files.
  std::vector<std::size_t> order{0, 1, 2};
  do {
    const run::Merged merged =
        run::merge_shards({shards.files[order[0]], shards.files[order[1]], shards.files[order[2]]});
    REQUIRE(merged.result);
    CHECK(merged.shard_count == 3);
    CHECK(labelled::content_digest(merged.result->dataset, labelled::DigestScope::results_only) ==
          labelled::content_digest(whole.dataset, labelled::DigestScope::results_only));
    CHECK(std::get<std::string>(merged.result->attributes.at(name::shard)) == "0/1");
    CHECK(std::get<std::int64_t>(merged.result->attributes.at(name::complete)) == 1);
    CHECK(std::get<std::string>(merged.result->attributes.at(name::created)) == "2026-01-01");
    // Times are the shards' own.
    CHECK(merged.result->dataset.values<double>("compute_time") == std::vector<double>(steps, 4.0));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("more shards than places and a single shard can be joined", "[merge]") {
  const std::size_t count = GENERATE(std::size_t{1}, std::size_t{9});
  Shards shards;
  shards.files.clear();
  for (std::size_t i = 0; i < count; ++i) shards.put(i, scanned({i, count}));
  const run::Merged merged = shards.merge();
  REQUIRE(merged.result);
  CHECK(labelled::content_digest(merged.result->dataset, labelled::DigestScope::results_only) ==
        labelled::content_digest(scanned({}).dataset, labelled::DigestScope::results_only));
}

TEST_CASE("missing and unfinished shards are listed", "[merge]") {
  Shards shards;
  shards.put(1, scanned({1, 3}, 1));
  shards.files.erase(shards.files.begin());
  const run::Merged merged = shards.merge();
  CHECK_FALSE(merged.result);
  CHECK(merged.problems.empty());
  CHECK(merged.missing == std::vector<std::size_t>{0});
  CHECK(merged.to_run == std::vector<std::size_t>{0, 1});
  REQUIRE(merged.unfinished.size() == 1);
  CHECK(contains(merged.unfinished.front(), "part1.h5: shard 1/3"));
  CHECK(contains(merged.unfinished.front(), "1 of 2 steps are done"));
}

TEST_CASE("a shard that wants another level is not finished", "[merge]") {
  Shards shards;
  io::ResultFile between = scanned({1, 3});
  between.attributes[name::complete] = std::int64_t{0};
  shards.put(1, between);
  const run::Merged merged = shards.merge();
  CHECK_FALSE(merged.result);
  REQUIRE(merged.unfinished.size() == 1);
  CHECK(contains(merged.unfinished.front(), "2 of 2 steps are done and more are wanted"));
}

TEST_CASE("neighbours that both have the place between them are joined", "[merge]") {
  // Heights 0 to 3 and 3 to 6, in either order.
  const io::ResultFile whole = scanned({});
  const StairsCampaign stairs{{.steps = steps, .items = 3}};
  const auto part = [&](std::size_t index, std::vector<double> heights) {
    labelled::Dataset data = stairs.begin({steps, steps + 1});  // no place
    run::ResultTable table{data.grown("height", heights), "height"};
    const auto worker = stairs.worker();
    for (const campaign::Task& task : stairs.missing(table.dataset())) {
      table.store(task, (*worker)(task), 1.0);
    }
    labelled::Attributes attributes = stairs_identity({index, 2});
    attributes[name::complete] = std::int64_t{1};
    return io::ResultFile{std::move(attributes), table.dataset()};
  };
  Shards shards;
  shards.files.clear();
  shards.put(0, part(0, {0.0, 1.0, 2.0, 3.0}));
  shards.put(1, part(1, {3.0, 4.0, 5.0, 6.0}));
  for (const bool reversed : {false, true}) {
    if (reversed) std::ranges::reverse(shards.files);
    const run::Merged merged = shards.merge();
    REQUIRE(merged.result);
    CHECK(labelled::content_digest(merged.result->dataset, labelled::DigestScope::results_only) ==
          labelled::content_digest(whole.dataset, labelled::DigestScope::results_only));
  }
  // Another value there, and more than the end in common.
  io::ResultFile odd = part(1, {3.0, 4.0, 5.0, 6.0});
  odd.dataset.values<double>("value").front() += 1.0e-9;
  shards.files.clear();
  shards.put(0, part(0, {0.0, 1.0, 2.0, 3.0}));
  shards.put(1, odd);
  require_problem(shards, 1, "holds height 3, and so does another file");
  shards.put(1, part(1, {1.0, 2.0, 3.0, 4.0}));
  require_problem(shards, 1, "holds height 1, and so does another file");
}

TEST_CASE("shards of another campaign are refused by name", "[merge]") {
  Shards shards;
  io::ResultFile odd = scanned({2, 3});
  SECTION("configuration") {
    odd.attributes[name::config_sha256] = std::string{"decaf"};
    odd.attributes[name::config] = std::string{"flavour: e\n"};
    shards.put(2, odd);
    require_problem(shards, 2, "flavour: this file has e");
  }
  SECTION("data") {
    odd.attributes[name::data] = std::string{"d2  a.csv\n"};
    shards.put(2, odd);
    require_problem(shards, 2, "other data files (a.csv: this file has d2");
  }
  SECTION("program version") {
    odd.attributes[name::version] = std::string{"0.2.0"};
    shards.put(2, odd);
    require_problem(shards, 2, "another program version (this file has 0.2.0 (abc)");
  }
  SECTION("program commit") {
    odd.attributes[name::commit] = std::string{"def"};
    shards.put(2, odd);
    require_problem(shards, 2, "0.1.0 (def)");
  }
  SECTION("instruction set") {
    odd.attributes[name::architecture] = std::string{"x86-64-v3"};
    shards.put(2, odd);
    require_problem(shards, 2,
                    "another instruction set, whose last bits differ (this file has "
                    "0.1.0 (abc, x86-64-v3)");
  }
  SECTION("another value of what is not cut") {
    odd.dataset.values<double>("constant").front() = 41.0;
    shards.put(2, odd);
    require_problem(shards, 2, "other values of 'constant'");
  }
  SECTION("the configuration that was asked for") {
    require_problem(shards, 0, "another configuration than the one given", "decaf");
    CHECK(shards.merge("c0ffee").result);
  }
}

TEST_CASE("overlapping and damaged shards are refused by name", "[merge]") {
  Shards shards;
  SECTION("twice the same") {
    shards.put(3, scanned({1, 3}));
    require_problem(shards, 3, "is shard 1/3, and so is");
  }
  SECTION("another cut") {
    shards.put(3, scanned({1, 4}));
    require_problem(shards, 3, "overlaps");
  }
  SECTION("places of others") {
    io::ResultFile odd = scanned({});
    odd.attributes[name::shard] = std::string{"2/3"};
    shards.put(2, odd);
    require_problem(shards, 2, "holds height 0, and so does another file");
  }
  SECTION("no shard at all") {
    io::ResultFile odd = scanned({2, 3});
    odd.attributes[name::shard] = std::string{"3/3"};
    shards.put(2, odd);
    require_problem(shards, 2, "no result of a campaign");
  }
  SECTION("truncated") {
    write_file(shards.files[2], read_file(shards.files[2]).substr(0, 1000));
    require_problem(shards, 2, "truncated");
  }
  SECTION("one bit flipped") {
    std::string bytes = read_file(shards.files[2]);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_file(shards.files[2], bytes);
    require_problem(shards, 2, "damaged");
  }
  SECTION("absent") {
    fs::remove(shards.files[2]);
    require_problem(shards, 2, "No such file");
  }
}
