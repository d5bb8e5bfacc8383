#include "nudipole/core/sha256.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/paths.hpp"
#include "support/throws_like.hpp"

#include <algorithm>

using namespace nudipole;
using experiment::DataFolder;
using experiment::FileDigest;

TEST_CASE("Experiments are the folders with an experiment.yaml, sorted") {
  const test::DetectorFolder tree;
  tree.copy_toy("another_toy");
  tree.write("literature/curve.csv", "x [-]\n1\n");
  tree.write("experiment.yaml", "format: 1\n");
  CHECK(DataFolder{tree.root()}.experiments() == std::vector<std::string>{"another_toy", "toy"});
}

TEST_CASE("Files that were read are remembered with the digest of their bytes") {
  const test::DetectorFolder tree;
  DataFolder data{tree.root()};
  CHECK(data.files_read().empty());
  const config::Table& first = data.table("toy/bins.csv");
  (void)data.table("nuclides.csv");
  CHECK(&data.table("toy/bins.csv") == &first);  // parsed once
  CHECK(data.files_read() ==
        std::vector<FileDigest>{{"nuclides.csv", sha256_hex(tree.read("nuclides.csv"))},
                                {"toy/bins.csv", sha256_hex(tree.read("toy/bins.csv"))}});
  CHECK(data.yaml("toy/experiment.yaml", experiment::experiment_schema()).text("title") ==
        "A made-up detector");
  CHECK(data.files_read().size() == 3);
}

TEST_CASE("A file is read once: everything is made from the same bytes") {
  const test::DetectorFolder tree;
  DataFolder data{tree.root()};
  const std::string before = tree.read("toy/bins.csv");
  (void)data.table("toy/bins.csv");
  tree.replace("toy/bins.csv", "4,8,150,", "4,8,151,");
  CHECK(data.table("toy/bins.csv").column("n", "counts")[0] == 150.0);
  CHECK(data.contents().at("toy/bins.csv") == before);
  CHECK(data.files_read()[0].sha256 == sha256_hex(before));
}

TEST_CASE("Experiments read from memory are those on disk, bit for bit") {
  DataFolder disk{test::data_dir()};
  const std::vector<experiment::Selection> selections{
      {.name = "coherent_csi_2022", .options = {{"shape_nuisances", "on"}}},
      {.name = "coherent_cenns10_3d"},
      {.name = "dresden_ii"},
      {.name = "xenonnt_8b_2026"},
      {.name = "xenon1t_8b"}};
  std::vector<experiment::Experiment> from_disk;
  for (const auto& selection : selections) {
    from_disk.push_back(experiment::Experiment::load(disk, selection));
  }
  // Nothing is at the root that the copy is given.
  DataFolder memory{"handed/over", disk.contents()};
  CHECK(memory.experiments() == std::vector<std::string>{"coherent_cenns10_3d", "coherent_csi_2022",
                                                         "dresden_ii", "xenon1t_8b",
                                                         "xenonnt_8b_2026"});
  for (std::size_t i = 0; i < selections.size(); ++i) {
    const auto copy = experiment::Experiment::load(memory, selections[i]);
    const auto events = copy.signal().dipole(5.0).total(PortalFlavour::universal);
    const auto expected = from_disk[i].signal().dipole(5.0).total(PortalFlavour::universal);
    CHECK(expected.sum() > 0.0);
    CHECK((events == expected).all());
    if (copy.ratio_bound() != nullptr) continue;
    for (std::size_t c = 0; c < copy.term().components().size(); ++c) {
      CHECK(
          (copy.term().components()[c].events == from_disk[i].term().components()[c].events).all());
    }
    CHECK((copy.observed() == from_disk[i].observed()).all());
  }
  CHECK(memory.files_read() == disk.files_read());
  test::check_throws<DataError>([&] { (void)memory.table("xenonnt_8b_2024/bins.csv"); },
                                {"handed/over", "not among those that were handed over"});
  test::check_throws<ConfigError>(
      [&] { (void)experiment::Experiment::load(memory, {.name = "xenonnt_8b_2024"}); },
      {"unknown experiment", "xenonnt_8b_2026"});
}

TEST_CASE("Only a folder of the tree itself is an experiment") {
  const test::DetectorFolder tree;
  tree.write("experiment.yaml", "format: 1\n");
  DataFolder disk{tree.root()};
  const DataFolder memory{tree.root(), {{"toy/experiment.yaml", ""}, {"experiment.yaml", ""}}};
  CHECK(disk.has_experiment("toy"));
  CHECK(memory.has_experiment("toy"));
  for (const char* name : {"", ".", "..", "toy/", "toy/../toy", "isotopes", "toys"}) {
    INFO(name);
    CHECK_FALSE(disk.has_experiment(name));
    CHECK_FALSE(memory.has_experiment(name));
  }
}

TEST_CASE("An experiment reads its own folder and the tables of its elements, no more") {
  const test::DetectorFolder tree;
  tree.copy_toy("another_toy");
  tree.write("isotopes/xe.csv", "nuclide [text],abundance [-]\nXe132,1\n");
  DataFolder data{tree.root()};
  (void)experiment::Experiment::load(data, {.name = "toy"});
  std::vector<std::string> names;
  for (const FileDigest& file : data.files_read()) names.push_back(file.name);
  CHECK(names == std::vector<std::string>{"elements/cs.csv", "elements/i.csv", "isotopes/cs.csv",
                                          "isotopes/i.csv", "nuclides.csv", "toy/bins.csv",
                                          "toy/experiment.yaml"});
}

TEST_CASE("A changed byte changes the digest of its file alone") {
  const test::DetectorFolder tree;
  const auto digests = [&] {
    DataFolder data{tree.root()};
    (void)experiment::Experiment::load(data, {.name = "toy"});
    return data.files_read();
  };
  const auto before = digests();
  tree.replace("toy/bins.csv", "# counts of", "# Counts of");
  const auto after = digests();
  REQUIRE(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(before[i].name == after[i].name);
    CHECK((before[i].sha256 != after[i].sha256) == (before[i].name == "toy/bins.csv"));
  }
}

TEST_CASE("A data folder or file that does not exist is a data error with its path") {
  const test::DetectorFolder tree;
  const auto missing = tree.root() / "nothing";
  test::check_throws<DataError>([&] { DataFolder{missing}; },
                                {missing.string(), "does not exist", "--data", "NUDIPOLE_DATA"});
  test::check_throws<DataError>([&] { DataFolder{tree.root() / "nuclides.csv"}; },
                                {"nuclides.csv"});
  DataFolder data{tree.root()};
  test::check_throws<DataError>([&] { (void)data.table("toy/none.csv"); }, {"toy/none.csv"});
  test::check_throws<DataError>(
      [&] { (void)data.yaml("toy/none.yaml", experiment::experiment_schema()); },
      {"toy/none.yaml"});
  CHECK(data.files_read().empty());
}
