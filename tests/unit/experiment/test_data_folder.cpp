#include "nudipole/core/sha256.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
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
  (void)data.table("toy/bins.csv");
  (void)data.table("nuclides.csv");
  (void)data.table("toy/bins.csv");
  CHECK(data.files_read() ==
        std::vector<FileDigest>{{"nuclides.csv", sha256_hex(tree.read("nuclides.csv"))},
                                {"toy/bins.csv", sha256_hex(tree.read("toy/bins.csv"))}});
  CHECK(data.yaml("toy/experiment.yaml", experiment::experiment_schema()).text("title") ==
        "A made-up detector");
  CHECK(data.files_read().size() == 3);
}

TEST_CASE("A file that changes between two readings is a data error") {
  const test::DetectorFolder tree;
  DataFolder data{tree.root()};
  (void)data.table("toy/bins.csv");
  tree.replace("toy/bins.csv", "# counts of", "# Counts of");
  test::check_throws<DataError>([&] { (void)data.table("toy/bins.csv"); },
                                {"toy/bins.csv", "changed while it was in use"});
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
