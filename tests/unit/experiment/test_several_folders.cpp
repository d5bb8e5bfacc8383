// A data tree in several folders, and experiments that stand by themselves.
#include "nudipole/core/sha256.hpp"
#include "nudipole/experiment/citations.hpp"
#include "nudipole/experiment/experiment.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <algorithm>

using namespace nudipole;
using experiment::DataFolder;
using experiment::Experiment;
using experiment::FileDigest;
namespace fs = std::filesystem;

namespace {

/// The toy tree with folders of its user: `mine` has an experiment `own`, and `toy` with one
/// kilogram more; no shared tables are there.
struct Tree : test::DetectorFolder {
  Tree() {
    fs::create_directory(mine());
    fs::copy(root() / "toy", mine() / "own", fs::copy_options::recursive);
    fs::copy(root() / "toy", mine() / "toy", fs::copy_options::recursive);
    replace("mine/toy/experiment.yaml", "  mass_kg: 30\n", "  mass_kg: 31\n");
    replace("mine/toy/experiment.yaml", "single: {target.mass_kg: 30}", "single: {}");
  }
  [[nodiscard]] fs::path mine() const { return root() / "mine"; }
};

double events(const Experiment& experiment) {
  return experiment.signal().dipole(10.0).total(PortalFlavour::mu).sum();
}

std::vector<std::string> names(const std::vector<FileDigest>& files) {
  std::vector<std::string> names;
  for (const FileDigest& file : files) names.push_back(file.name);
  return names;
}

}  // namespace

TEST_CASE("An experiment is where it is found first, a shared table too") {
  const Tree tree;
  DataFolder both{std::vector{tree.mine(), tree.root()}};
  DataFolder reversed{std::vector{tree.root(), tree.mine()}};
  DataFolder single{tree.root()};
  CHECK(both.experiments() == std::vector<std::string>{"own", "toy"});
  CHECK(both.places_of("toy") == std::vector{tree.mine() / "toy", tree.root() / "toy"});
  CHECK(both.path_of("toy/bins.csv") == tree.mine() / "toy/bins.csv");
  CHECK(both.path_of("nuclides.csv") == tree.root() / "nuclides.csv");
  CHECK(both.tables_in("isotopes") == std::vector<std::string>{"cs", "i"});
  // Events are proportional to the mass, 31 and 30 kg.
  const double there = events(Experiment::load(single, {.name = "toy"}));
  CHECK(events(Experiment::load(both, {.name = "toy"})) == Approx(there * 31.0 / 30.0));
  CHECK(events(Experiment::load(reversed, {.name = "toy"})) == there);
  CHECK(events(Experiment::load(both, {.name = "own"})) == there);
  CHECK_FALSE(single.has_experiment("own"));
}

TEST_CASE("No file of an experiment comes from another folder of its name") {
  const Tree tree;
  fs::remove(tree.mine() / "toy/bins.csv");
  DataFolder both{std::vector{tree.mine(), tree.root()}};
  test::check_throws<DataError>([&] { (void)Experiment::load(both, {.name = "toy"}); },
                                {(tree.mine() / "toy/bins.csv").string(), "no such file"});
}

TEST_CASE("What counts of a file is its name and its bytes, not its folder") {
  const Tree tree;
  DataFolder single{tree.root()};
  (void)Experiment::load(single, {.name = "toy"});
  fs::create_directories(tree.root() / "elsewhere");
  fs::rename(tree.root() / "toy", tree.root() / "elsewhere/toy");
  DataFolder tables_first{std::vector{tree.root(), tree.root() / "elsewhere"}};
  (void)Experiment::load(tables_first, {.name = "toy"});
  CHECK(tables_first.files_read() == single.files_read());
  DataFolder by_path{tree.root()};
  (void)Experiment::load(by_path, {.name = "toy", .folder = tree.root() / "elsewhere/toy"});
  CHECK(by_path.files_read() == single.files_read());
}

TEST_CASE("An experiment that stands by itself goes before one of its name") {
  const Tree tree;
  DataFolder data{tree.root()};
  const double there = events(Experiment::load(data, {.name = "toy"}));
  DataFolder other = data.unread();
  CHECK(other.files_read().empty());
  const experiment::Selection selection{.name = "toy", .folder = tree.mine() / "toy"};
  CHECK(events(Experiment::load(other, selection)) == Approx(there * 31.0 / 30.0));
  CHECK(other.places_of("toy").front() == tree.mine() / "toy");
  CHECK(std::ranges::count(names(other.files_read()), "toy/bins.csv") == 1);
  // Its bytes are enough for another process.
  DataFolder memory{tree.root(), other.contents()};
  CHECK(events(Experiment::load(memory, selection)) == Approx(there * 31.0 / 30.0).epsilon(1e-15));
  CHECK(Experiment::summarise(other, selection).title == "A made-up detector");
}

TEST_CASE("An experiment by path that is none says where it was looked for") {
  const Tree tree;
  DataFolder data{tree.root()};
  const auto load = [&](const fs::path& folder) {
    (void)Experiment::load(
        data,
        {.name = folder.filename(), .folder = folder, .where = "a.yaml:3: experiments[0].path"});
  };
  test::check_throws<ConfigError>([&] { load(tree.root() / "nothing"); },
                                  {"a.yaml:3", (tree.root() / "nothing/experiment.yaml").string()});
  fs::rename(tree.mine() / "own", tree.mine() / "isotopes");
  test::check_throws<ConfigError>([&] { load(tree.mine() / "isotopes"); },
                                  {"a.yaml:3", "'isotopes'", "shared tables", "rename"});
}

TEST_CASE("A foreign folder that cannot be read hides no experiment") {
  const Tree tree;
  fs::create_directory_symlink("loop", tree.mine() / "loop");
  fs::create_symlink("nowhere", tree.mine() / "broken");
  const DataFolder both{std::vector{tree.mine(), tree.root()}};
  CHECK(both.experiments() == std::vector<std::string>{"own", "toy"});
  CHECK_FALSE(both.has_experiment("loop"));
}

TEST_CASE("Every folder must exist and hold something") {
  const Tree tree;
  test::check_throws<DataError>(
      [&] {
        (void)DataFolder(std::vector{tree.root(), tree.root() / "no"});
      },
      {(tree.root() / "no").string(), "does not exist"});
  fs::create_directory(tree.root() / "empty");
  const DataFolder data{std::vector{tree.root(), tree.root() / "empty"}};
  test::check_throws<DataError>([&] { data.require_contents(); },
                                {(tree.root() / "empty").string(), "holds no experiments"});
  CHECK_NOTHROW(DataFolder(std::vector{tree.mine(), tree.root()}).require_contents());
}

TEST_CASE("Citations follow an experiment to its folder") {
  const Tree tree;
  tree.write("references.bib", "@misc{a}\n");
  tree.write("citations.yaml", "format: 1\ncitations: [{what: program, cite: [a]}]\n");
  tree.write("mine/own/references.bib", "@misc{b}\n");
  tree.write("mine/own/citations.yaml", "format: 1\ncitations: [{what: data, cite: [b]}]\n");
  const auto keys = [](const std::vector<experiment::Citation>& citations) {
    std::vector<std::string> list;
    for (const auto& citation : citations) list.push_back(citation.key);
    return list;
  };
  const DataFolder both{std::vector{tree.mine(), tree.root()}};
  CHECK(keys(experiment::list_citations(both, {{.name = "own"}}, {})) ==
        std::vector<std::string>{"b", "a"});
  const experiment::Selection by_path{.name = "own", .folder = tree.mine() / "own"};
  CHECK(keys(experiment::list_citations(DataFolder{tree.root()}, {by_path}, {})) ==
        std::vector<std::string>{"b", "a"});
}
