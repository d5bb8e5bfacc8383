// Joining shards: the whole must be the values of its parts, and nothing but whole, sound and
// matching parts may be joined.
#include "nudipole/io/checkpoint.hpp"
#include "nudipole/io/merge.hpp"
#include "support/catch2.hpp"
#include "support/result_files.hpp"

#include <algorithm>

using namespace nudipole;
using namespace nudipole::test;

namespace {

namespace fs = std::filesystem;
namespace name = io::attribute;

constexpr std::size_t masses = 7;
constexpr std::size_t couplings = 3;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What a scan of `shard` with a finished part of its masses leaves; values tell mass and coupling.
io::ResultFile scanned(const scan::Shard& shard, std::size_t done = masses) {
  std::vector<double> mass, statistic(masses * couplings, nan), best(masses, nan),
      time(masses, 0.0);
  std::vector<std::int8_t> fits(masses * couplings, std::int8_t{-1}), best_fits(masses, -1);
  for (std::size_t i = 0; i < masses; ++i) mass.push_back(1.0 + static_cast<double>(i));
  for (std::size_t i = shard.index; i < masses && done > 0; i += shard.count, --done) {
    for (std::size_t j = 0; j < couplings; ++j) {
      statistic[i * couplings + j] = static_cast<double>(10 * i + j);
      fits[i * couplings + j] = 0;
    }
    best[i] = 0.5 * static_cast<double>(i);
    best_fits[i] = 0;
    time[i] = 1.0 + static_cast<double>(shard.count);  // differs from run to run
  }
  io::ResultFile file;
  file.attributes = {{name::config, std::string{"flavour: mu\n"}},
                     {name::config_sha256, std::string{"c0ffee"}},
                     {name::data, std::string{"d1  a.csv\n"}},
                     {name::version, std::string{"0.1.0"}},
                     {name::commit, std::string{"abc"}},
                     {name::created, "2026-01-0" + std::to_string(shard.index + 1)},
                     {name::shard, scan::to_string(shard)},
                     {name::complete, std::int64_t{0}}};
  labelled::Dataset& data = file.dataset;
  data.add_axis({"mass", "MeV", "mass", mass});
  data.add_axis({"coupling", "mu_B", "coupling", std::vector<double>{1.0, 2.0, 3.0}});
  data.add_field({"standard_model", "1", "without portal", {}, std::vector<double>{42.0}});
  data.add_field({"minus_two_log_l", "1", "profile", {"mass", "coupling"}, statistic});
  data.add_field({"fit_status", "1", "status", {"mass", "coupling"}, fits});
  data.add_axis({"confidence", "1", "confidence level", std::vector<double>{0.90}});
  data.add_axis({"dof", "1", "degrees of freedom", std::vector<std::int32_t>{1}});
  data.add_field({"limit_status",
                  "1",
                  "status",
                  {"mass", "confidence", "dof"},
                  std::vector<std::int8_t>(masses)});
  data.add_field({"best", "1", "best", {"mass"}, best});
  data.add_field({"best_status", "1", "status", {"mass"}, best_fits});
  labelled::Field seconds{"compute_time", "s", "time", {"mass"}, time};
  seconds.role = labelled::FieldRole::timing;
  data.add_field(std::move(seconds));
  return file;
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
  [[nodiscard]] io::Merged merge(const std::string& config = {}) const {
    return io::merge_shards(files, config);
  }
};

/// Joins and demands one complaint, which names the file and holds a text.
void require_problem(const Shards& shards, std::size_t file, const std::string& text,
                     const std::string& config = {}) {
  const io::Merged merged = shards.merge(config);
  REQUIRE_FALSE(merged.result);
  REQUIRE_FALSE(merged.problems.empty());
  INFO(merged.problems.front());
  CHECK(contains(merged.problems.front(), shards.files[file].string()));
  CHECK(contains(merged.problems.front(), text));
}

}  // namespace

TEST_CASE("the merged file is the scan in one piece", "[merge]") {
  Shards shards;
  const io::ResultFile whole = scanned({});
  // In any order of the files.
  std::vector<std::size_t> order{0, 1, 2};
  do {
    const io::Merged merged =
        io::merge_shards({shards.files[order[0]], shards.files[order[1]], shards.files[order[2]]});
    REQUIRE(merged.result);
    CHECK(merged.shard_count == 3);
    CHECK(labelled::content_digest(merged.result->dataset, labelled::DigestScope::results_only) ==
          labelled::content_digest(whole.dataset, labelled::DigestScope::results_only));
    CHECK(std::get<std::string>(merged.result->attributes.at(name::shard)) == "0/1");
    CHECK(std::get<std::int64_t>(merged.result->attributes.at(name::complete)) == 1);
    CHECK(std::get<std::string>(merged.result->attributes.at(name::created)) == "2026-01-01");
    // Times are the shards' own.
    CHECK(merged.result->dataset.values<double>("compute_time") ==
          std::vector<double>(masses, 4.0));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("more shards than masses and a single shard can be joined", "[merge]") {
  const std::size_t count = GENERATE(std::size_t{1}, std::size_t{9});
  Shards shards;
  shards.files.clear();
  for (std::size_t i = 0; i < count; ++i) shards.put(i, scanned({i, count}));
  const io::Merged merged = shards.merge();
  REQUIRE(merged.result);
  CHECK(labelled::content_digest(merged.result->dataset, labelled::DigestScope::results_only) ==
        labelled::content_digest(scanned({}).dataset, labelled::DigestScope::results_only));
}

TEST_CASE("missing and unfinished shards are listed", "[merge]") {
  Shards shards;
  shards.put(1, scanned({1, 3}, 1));
  shards.files.erase(shards.files.begin());
  const io::Merged merged = shards.merge();
  CHECK_FALSE(merged.result);
  CHECK(merged.problems.empty());
  CHECK(merged.missing == std::vector<std::size_t>{0});
  CHECK(merged.to_run == std::vector<std::size_t>{0, 1});
  REQUIRE(merged.unfinished.size() == 1);
  CHECK(contains(merged.unfinished.front(), "part1.h5: shard 1/3"));
  CHECK(contains(merged.unfinished.front(), "1 of 2 masses are done"));
}

TEST_CASE("shards of another scan are refused by name", "[merge]") {
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
  SECTION("another value of what is not cut") {
    odd.dataset.values<double>("standard_model").front() = 41.0;
    shards.put(2, odd);
    require_problem(shards, 2, "other values of 'standard_model'");
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
  SECTION("masses of others") {
    io::ResultFile odd = scanned({});
    odd.attributes[name::shard] = std::string{"2/3"};
    shards.put(2, odd);
    require_problem(shards, 2, "do not belong to its shard 2/3");
  }
  SECTION("no shard at all") {
    io::ResultFile odd = scanned({2, 3});
    odd.attributes[name::shard] = std::string{"3/3"};
    shards.put(2, odd);
    require_problem(shards, 2, "no result of a scan");
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
