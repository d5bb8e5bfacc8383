#include "nudipole/core/pairs.hpp"

#include "support/catch2.hpp"

using namespace nudipole;

TEST_CASE("Pairs are lines, and lines are pairs again") {
  const Pairs pairs{{"mass.values_MeV", "1, 2"}, {"title", "a: b"}, {"empty", ""}};
  CHECK(to_lines(pairs) == "mass.values_MeV: 1, 2\ntitle: a: b\nempty: \n");
  CHECK(pairs_of_lines(to_lines(pairs)) == pairs);
  CHECK(to_lines({}).empty());
  CHECK(pairs_of_lines("").empty());
}

TEST_CASE("Lines of another separator are left out, and the last line needs no end") {
  CHECK(pairs_of_lines("00ff  a.csv\nodd: line\n\n11ee  b c.csv", "  ") ==
        Pairs{{"00ff", "a.csv"}, {"11ee", "b c.csv"}});
}
