#include "table_writer.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <cstdlib>
#include <limits>

using namespace nudipole;
using jobs::parse_table_format;
using jobs::TableFormat;
using jobs::TableWriter;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TableWriter limits() {
  TableWriter table{{"mass_MeV", "dof", "d_mu_B", "status"}};
  table.add_row({10.0, std::int64_t{1}, 1.234567890123e-9, "ok"});
  table.add_row({0.1, std::int64_t{-2}, not_a_number, "closed, \"both\" sides\n"});
  table.add_row({1e300, std::int64_t{0}, -infinity, "\xce\xbd"});
  return table;
}

}  // namespace

TEST_CASE("CSV is quoted where needed only") {
  CHECK(limits().render(TableFormat::csv) ==
        "mass_MeV,dof,d_mu_B,status\n"
        "10,1,1.234567890123e-09,ok\n"
        "0.1,-2,nan,\"closed, \"\"both\"\" sides\n\"\n"
        "1e+300,0,-inf,\xce\xbd\n");
  CHECK(TableWriter{{"a", "b"}}.render(TableFormat::csv) == "a,b\n");
  CHECK(TableWriter{{"name"}}.add_row({""}).render(TableFormat::csv) == "name\n\"\"\n");
  CHECK(TableWriter{{"x"}}.add_row({-not_a_number}).render(TableFormat::csv) == "x\nnan\n");
}

TEST_CASE("Numbers in CSV read back as the same bits") {
  for (const double value : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0, 296.304053924,
                             123456789012345680.0}) {
    const std::string text = TableWriter{{"x"}}.add_row({value}).render(TableFormat::csv);
    const double back = std::strtod(text.c_str() + 2, nullptr);
    CHECK(back == value);
    CHECK(std::signbit(back) == std::signbit(value));
  }
}

TEST_CASE("JSON is an array of objects, with null for what JSON has no number for") {
  CHECK(limits().render(TableFormat::json) ==
        "[\n"
        "  {\"mass_MeV\": 10, \"dof\": 1, \"d_mu_B\": 1.234567890123e-09, \"status\": \"ok\"},\n"
        "  {\"mass_MeV\": 0.1, \"dof\": -2, \"d_mu_B\": null, "
        "\"status\": \"closed, \\\"both\\\" sides\\n\"},\n"
        "  {\"mass_MeV\": 1e+300, \"dof\": 0, \"d_mu_B\": null, \"status\": \"\xce\xbd\"}\n"
        "]\n");
  CHECK(TableWriter{{"a"}}.render(TableFormat::json) == "[]\n");
  CHECK(TableWriter{{"a"}}.add_row({"\\\x01\t"}).render(TableFormat::json) ==
        "[\n  {\"a\": \"\\\\\\u0001\\t\"}\n]\n");
}

TEST_CASE("The table for people cuts long texts between characters and aligns them to the left") {
  TableWriter table{{"key", "value"}};
  table.add_row({"masses_done", std::int64_t{3}});
  std::string grid(99, 'x');
  grid += "\xce\xbd\xce\xbd";  // the 100th and 101st character
  table.add_row({"grid", grid});
  CHECK(table.render(TableFormat::table) ==
        "key          value\n"
        "masses_done  3\n"
        "grid         " +
            std::string(99, 'x') + "\xce\xbd ... (101 characters)\n");
  CHECK(table.render(TableFormat::csv).find(grid) != std::string::npos);
}

TEST_CASE("The table for people is aligned") {
  TableWriter table{{"name", "events", "d_mu_B"}};
  table.add_row({"cevns", 318.25, 1.23456789e-9});
  table.add_row({"d\xce\xbd", 2.0, not_a_number});
  CHECK(table.render(TableFormat::table) ==
        "name   events       d_mu_B\n"
        "cevns  318.25  1.23457e-09\n"
        "d\xce\xbd          2          nan\n");
  // A column with texts after its numbers (`status`) is one of texts.
  TableWriter mixed{{"key", "value"}};
  mixed.add_row({"done", 3.0}).add_row({"config", "a long text"});
  CHECK(mixed.render(TableFormat::table) ==
        "key     value\n"
        "done    3\n"
        "config  a long text\n");
}

TEST_CASE("A row has one cell a column and formats have names") {
  TableWriter table{{"a", "b"}};
  CHECK_THROWS_AS(table.add_row({1.0}), Error);
  CHECK(parse_table_format("csv") == TableFormat::csv);
  CHECK(parse_table_format("json") == TableFormat::json);
  CHECK(parse_table_format("table") == TableFormat::table);
  CHECK_FALSE(parse_table_format("CSV"));
}
