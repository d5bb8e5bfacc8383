// Everything that can be wrong in an experiment's tables: a DataError that names the table, its
// line and column, or the key that asked for it.
#include "nudipole/experiment/experiment.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <filesystem>

using namespace nudipole;

namespace {

/// Replaces a text of a file of the tree and wants loading to fail.
void check_table(const std::string& file, const std::string& from, const std::string& to,
                 std::initializer_list<std::string> message,
                 const std::map<std::string, std::string>& options = {}) {
  INFO("'" << from << "' -> '" << to << "' in " << file);
  const test::DetectorFolder tree;
  tree.replace(file, from, to);
  test::check_throws<DataError>([&] { (void)tree.load(options); }, message);
}

}  // namespace

TEST_CASE("A missing table is named with its path") {
  for (const char* file : {"toy/bins.csv", "nuclides.csv", "isotopes/cs.csv", "elements/i.csv"}) {
    const test::DetectorFolder tree;
    std::filesystem::remove(tree.root() / file);
    test::check_throws<DataError>([&] { (void)tree.load(); }, {(tree.root() / file).string()});
  }
}

TEST_CASE("A malformed table is refused with its line") {
  check_table("toy/bins.csv", "8,12,104,10.5,30", "8,12,104,10.5", {"toy/bins.csv:4", "4 cells"});
  check_table("toy/bins.csv", "104", "many", {"toy/bins.csv:4: n", "many"});
  check_table("toy/bins.csv", "104", "", {"toy/bins.csv:4: n", "empty"});
  check_table("toy/bins.csv", "n [counts]", "n", {"toy/bins.csv:2", "no unit"});
  check_table("toy/bins.csv", "n [counts]", "n [events]",
              {"toy/bins.csv:2", "[events]", "[counts]"});
  check_table("toy/bins.csv", "n [counts]", "m [counts]", {"toy/bins.csv:2", "no column 'n'"});
}

TEST_CASE("NaN and infinity in the data are refused with line and column") {
  for (const char* value : {"nan", "NaN", "inf", "-inf"}) {
    check_table("toy/bins.csv", "104", value, {"toy/bins.csv:4: n", "finite"});
  }
  check_table("toy/bins.csv", "10.5", "nan", {"toy/bins.csv:4: error"});
}

TEST_CASE("The data need one row a bin") {
  check_table("toy/bins.csv", "20,40,90,10,10\n", "", {"3 rows", "4, one a bin"});
  check_table("toy/bins.csv", "20,40,90,10,10\n", "20,40,90,10,10\n30,40,1,1,1\n",
              {"5 rows", "4, one a bin"});
}

TEST_CASE("Rows outside the axis are left out") {
  const test::DetectorFolder tree;
  const Eigen::ArrayXd data = tree.load().observed();
  tree.replace("toy/bins.csv", "4,8,150,12.5,40\n", "0,4,7,1,1\n4,8,150,12.5,40\n");
  tree.replace("toy/bins.csv", "20,40,90,10,10\n", "20,40,90,10,10\n40,60,1,1,1\n");
  CHECK((tree.load().observed() == data).all());
  tree.replace("toy/bins.csv", "8,12,104,10.5,30\n", "");
  test::check_throws<DataError>([&] { (void)tree.load(); },
                                {"3 rows inside the axes", "4, one a bin"});
}

TEST_CASE("Rows that are not the bins in order are refused with the row") {
  const test::DetectorFolder tree;
  tree.replace("toy/bins.csv", "8,12,104,10.5,30\n12,20,125,11.5,20\n",
               "12,20,125,11.5,20\n8,12,104,10.5,30\n");
  test::check_throws<DataError>([&] { (void)tree.load(); },
                                {"experiment.yaml:28: backgrounds.ambient.table",
                                 "bins.csv:4: energy_lo", "is not the bin 8", "order of the bins"});
  check_table("toy/bins.csv", "8,12,104", "8,13,104", {"bins.csv:4", "is not the bin 8"});
  check_table("toy/bins.csv", "8,12,104", "7,12,104", {"bins.csv:4", "is not the bin 8"});
  check_table("toy/bins.csv", "energy_lo [PE]", "energy_lo [keV]", {"bins.csv:2", "[keV]", "[PE]"});
}

TEST_CASE("Negative counts have no Poisson likelihood") {
  check_table("toy/bins.csv", "104", "-1",
              {"experiment.yaml:32: data.column", "negative counts", "bins.csv:4: n"});
  // Subtracted Gaussian data may well be negative.
  const test::DetectorFolder tree;
  tree.replace("toy/bins.csv", "104", "-1");
  CHECK(tree.load({{"data", "gaussian"}}).observed()(1) == -1.0);
}

TEST_CASE("Errors of Gaussian data are positive") {
  for (const char* value : {"0", "-2"}) {
    check_table("toy/bins.csv", "10.5", value, {"data.error", "not positive", "bins.csv:4: error"},
                {{"data", "gaussian"}});
  }
}

TEST_CASE("A background table needs one row a bin and no negative events") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "{kind: table, table: bins.csv",
               "{kind: table, table: b.csv");
  tree.write("toy/b.csv", "ambient [counts]\n1\n2\n3\n");
  test::check_throws<DataError>(
      [&] { (void)tree.load(); },
      {"experiment.yaml:28: backgrounds.ambient.table", "3 rows", "4, one a bin"});
  tree.write("toy/b.csv", "ambient [counts]\n0\n0\n0\n0\n");
  test::check_throws<DataError>([&] { (void)tree.load(); },
                                {"experiment.yaml:28: backgrounds.ambient", "no events"});
}

TEST_CASE("A background shape that straddles an edge is refused with its row") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "{kind: table, table: bins.csv, column: ambient, events: 60}",
               "{kind: factorised, events: 60, energy: {kind: histogram, table: fine.csv, "
               "column: p}}");
  tree.write("toy/fine.csv", "energy_lo [PE],energy_hi [PE],p [1/bin]\n4,6,1\n6,9,1\n");
  test::check_throws<DataError>(
      [&] { (void)tree.load(); },
      {"backgrounds.ambient.energy.table", "fine.csv:3: energy_hi", "straddles the energy edge 8"});
}

TEST_CASE("Nuclides of a target must be in the table of nuclides") {
  check_table("isotopes/cs.csv", "Cs133", "Cs134",
              {"isotopes/cs.csv", "no nuclide 'Cs134'", "nuclides.csv"});
  // A radius below that of the Helm form factor's surface has no form factor.
  check_table("nuclides.csv", "4.75,4.95", "1.0,4.95", {"radius"});
}

TEST_CASE("Other radii come from their own table, which must have the nuclide") {
  const test::DetectorFolder tree;
  const double before = tree.load().term().components()[0].events.sum();
  tree.replace("toy/experiment.yaml", "mass_kg: 30\n", "mass_kg: 30\n  radii: wide\n");
  tree.write("radii_alternatives.csv",
             "nuclide [text],set [text],rp [fm],rn [fm]\nCs133,wide,4.8,5.6\nI127,wide,4.75,5.5\n");
  CHECK(tree.load().term().components()[0].events.sum() < 0.97 * before);
  tree.replace("radii_alternatives.csv", "I127,wide", "I127,other");
  test::check_throws<DataError>([&] { (void)tree.load(); },
                                {"radii_alternatives.csv", "no radii of I127", "'wide'"});
}
