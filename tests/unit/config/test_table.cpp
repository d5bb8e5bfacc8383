#include "nudipole/config/table.hpp"

#include "support/throws_like.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

using nudipole::DataError;
using nudipole::config::contiguous_edges;
using nudipole::config::require_increasing;
using nudipole::config::Table;
using nudipole::test::check_message;
using nudipole::test::check_throws;
using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

namespace {

Table parse(const std::string& text) { return Table::parse(text, "eff.csv"); }

template <class Span>
auto copy(Span values) {
  return std::vector<typename Span::value_type>(values.begin(), values.end());
}

const std::string efficiency = R"(# Acceptance, fig. 1
label [text], recoil_lo [keV], recoil_hi [keV], efficiency [-], weight [1]

first bin, 0.5, 1.0, 1.2e-1, 1
# between rows
second,    1.0, +2,   .5 ,   2
)";

/// Checks a message for a table of two columns whose third line is `row`.
void check_row(const std::string& row, std::initializer_list<std::string> parts) {
  check_throws<DataError>([&] { (void)parse("# x\ne [keV], f [-]\n" + row + "\n"); }, parts);
}

}  // namespace

TEST_CASE("a table is read by column and unit") {
  const Table table = parse(efficiency);
  CHECK(table.rows() == 2);
  CHECK(table.source() == "eff.csv");
  CHECK(table.column_names() == Texts{"label", "recoil_lo", "recoil_hi", "efficiency", "weight"});
  CHECK(table.has("efficiency"));
  CHECK_FALSE(table.has("efficiency [-]"));
  CHECK(copy(table.column("recoil_lo", "keV")) == Numbers{0.5, 1.0});
  CHECK(copy(table.column("recoil_hi", "keV")) == Numbers{1.0, 2.0});
  CHECK(copy(table.column("efficiency", "-")) == Numbers{0.12, 0.5});
  CHECK(copy(table.column("efficiency", "1")) == Numbers{0.12, 0.5});
  CHECK(copy(table.column("weight", "-")) == Numbers{1.0, 2.0});
  CHECK(copy(table.text_column("label")) == Texts{"first bin", "second"});
  CHECK(table.unit("recoil_lo") == "keV");
  CHECK(table.unit("weight") == "-");
  CHECK(table.where(1, "recoil_hi") == "eff.csv:6: recoil_hi");
}

TEST_CASE("line ends, byte-order mark and blanks do not matter") {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : efficiency) windows += c == '\n' ? std::string{"\r\n"} : std::string{c};
  const Table table = parse(windows + "\r\n  \t\r\n");
  CHECK(table.rows() == 2);
  CHECK(copy(table.column("weight", "1")) == Numbers{1.0, 2.0});
  CHECK(copy(table.text_column("label")) == Texts{"first bin", "second"});
  CHECK(copy(parse("\n  # c\n\t energy[ keV ]\t\n1\n2").column("energy", "keV")) ==
        Numbers{1.0, 2.0});
  CHECK(copy(parse("a [1/(keV kg day)]\n3\n").column("a", "1/(keV kg day)")) == Numbers{3.0});
}

TEST_CASE("a table is loaded from a file and named by its path") {
  const auto path = std::filesystem::temp_directory_path() /
                    ("nudipole_table_" + std::to_string(::getpid()) + ".csv");
  std::ofstream{path} << efficiency;
  const Table table = Table::load(path);
  std::filesystem::remove(path);
  CHECK(table.source() == path.string());
  CHECK(table.rows() == 2);
  check_throws<DataError>([&] { (void)Table::load(path); }, {path.string() + ": no such file"});
  check_throws<DataError>([] { (void)Table::load("/"); }, {"/: is a folder; expected a file"});
}

TEST_CASE("a missing column is named beside those that are there") {
  const Table table = parse(efficiency);
  check_message<DataError>([&] { (void)table.column("efficency", "-"); },
                           "eff.csv:2: there is no column 'efficency'; expected it beside 'label', "
                           "'recoil_lo', 'recoil_hi', 'efficiency', 'weight'; did you mean "
                           "'efficiency'?");
  check_throws<DataError>([&] { (void)table.text_column("lable"); }, {"did you mean 'label'?"});
  check_throws<DataError>([&] { (void)table.unit("time"); }, {"there is no column 'time'"});
}

TEST_CASE("another unit than that of the column is refused") {
  const Table table = parse(efficiency);
  check_message<DataError>([&] { (void)table.column("recoil_lo", "MeV"); },
                           "eff.csv:2: the column 'recoil_lo' is in [keV]; expected [MeV]; convert "
                           "the column and its heading");
  check_throws<DataError>([&] { (void)table.column("recoil_lo", "-"); }, {"is in [keV]"});
  check_throws<DataError>([&] { (void)table.column("label", "keV"); }, {"'label' is in [text]"});
  check_throws<DataError>([&] { (void)table.text_column("recoil_lo"); },
                          {"is in [keV]; expected [text]"});
}

TEST_CASE("a header without names and units is refused") {
  check_message<DataError>([] { (void)parse("# c\nenergy, f [-]\n1, 2\n"); },
                           "eff.csv:2: the column heading 'energy' has no unit; expected 'name "
                           "[unit]'; write [-] for pure numbers and [text] for names");
  check_throws<DataError>([] { (void)parse("0.5, 1.0\n"); },
                          {"eff.csv:1: the column heading '0.5'"});
  check_throws<DataError>([] { (void)parse("e []\n1\n"); }, {"'e []' has no unit"});
  check_throws<DataError>([] { (void)parse("e [keV\n1\n"); }, {"'e [keV' has no unit"});
  check_throws<DataError>([] { (void)parse("e [keV] x\n1\n"); }, {"has no unit"});
  check_throws<DataError>([] { (void)parse("[keV]\n1\n"); }, {"'[keV]' has no name"});
  check_throws<DataError>([] { (void)parse("e [keV],\n1\n"); },
                          {"eff.csv:1: the column heading ''"});
  check_throws<DataError>([] { (void)parse("e [keV], f [-], e [MeV]\n1,2,3\n"); },
                          {"eff.csv:1: there are two columns 'e'", "rename or remove"});
}

TEST_CASE("an empty table is refused") {
  for (const char* text : {"", "\n\n", "# only\n# comments\n", "\xEF\xBB\xBF"}) {
    check_throws<DataError>([&] { (void)parse(text); },
                            {"eff.csv: the table has no header", "'name [unit]'"});
  }
  check_throws<DataError>([] { (void)parse("# c\ne [keV]\n# end\n"); },
                          {"eff.csv:2: the table has no rows"});
}

TEST_CASE("a row of wrong length is refused") {
  check_row("1", {"eff.csv:3: the row has 1 cells; expected 2 as in the header"});
  check_row("1, 2, 3", {"eff.csv:3: the row has 3 cells; expected 2", "separate cells by commas"});
  check_row("1, 2,", {"has 3 cells"});
  check_row("1 2", {"has 1 cells"});
}

TEST_CASE("a cell that is no finite number is refused") {
  check_row("1, x", {"eff.csv:3: f: 'x' is not a number; expected a finite number in -"});
  check_row("1 keV, 2", {"eff.csv:3: e: '1 keV' is not a number; expected a finite number in keV",
                         "the unit belongs into the name of the key or column"});
  check_row("1, ", {"eff.csv:3: f: the cell is empty"});
  check_row("nan, 1", {"eff.csv:3: e: 'nan' is not finite"});
  check_row("1, -inf", {"eff.csv:3: f: '-inf' is not finite"});
  check_row("1, 1e999", {"too large or too small"});
  check_row("1, 2 # note", {"'2 # note' is not a number"});
  check_row("1, \"2\"", {"eff.csv:3: f: the cell '\"2\"' holds quotes; remove the quotes"});
  check_throws<DataError>([] { (void)parse("n [text], e [keV]\n, 1\n"); },
                          {"eff.csv:2: n: the cell is empty"});
}

TEST_CASE("a column that does not increase is refused at the line") {
  const Table table =
      parse("a [keV], b [-], c [-], n [text]\n1, 1, 3, x\n\n2, 1, 2, y\n3, 4, 1, z\n");
  CHECK_NOTHROW(require_increasing(table, "a"));
  check_message<DataError>(
      [&] { require_increasing(table, "a", "b"); },
      "eff.csv:4: b: the column does not increase here; expected a value above "
      "that of the row before; sort the rows and remove repeated values");
  check_throws<DataError>([&] { require_increasing(table, std::string{"c"}); }, {"eff.csv:4: c"});
  check_throws<DataError>([&] { require_increasing(table, "d"); }, {"there is no column 'd'"});
}

TEST_CASE("bins that adjoin have one list of edges") {
  CHECK(contiguous_edges(parse(efficiency), "recoil_lo", "recoil_hi", "keV") ==
        Numbers{0.5, 1.0, 2.0});
  const auto edges = [](const std::string& rows) {
    return [rows] { (void)contiguous_edges(parse("lo [us], hi [us]\n" + rows), "lo", "hi", "us"); };
  };
  check_message<DataError>(edges("0, 1\n1.5, 2\n"),
                           "eff.csv:3: lo: the bin does not begin where the one before it ends; "
                           "expected 'hi' of the row before; bins must adjoin: no gaps, no "
                           "overlaps, sorted");
  check_throws<DataError>(edges("0, 1\n0.5, 2\n"), {"eff.csv:3: lo: the bin does not begin"});
  check_throws<DataError>(edges("0, 1\n1, 1\n"),
                          {"eff.csv:3: lo: the bin has no width", "a value below 'hi'"});
  check_throws<DataError>(edges("1, 0\n"), {"eff.csv:2: lo: the bin has no width"});
  check_throws<DataError>(
      [] { (void)contiguous_edges(parse("lo [us], hi [ns]\n0, 1\n"), "lo", "hi", "us"); },
      {"the column 'hi' is in [ns]; expected [us]"});
}

TEST_CASE("a label column cannot be asked to increase") {
  const Table table = parse("n [text], e [keV]\nb, 1\na, 2\n");
  check_throws<DataError>([&] { require_increasing(table, "n"); },
                          {"eff.csv:1: the column 'n' is in [text]", "numbers"});
}
