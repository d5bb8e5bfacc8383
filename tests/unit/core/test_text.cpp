#include "nudipole/core/text.hpp"

#include "support/catch2.hpp"

#include <array>
#include <regex>

using namespace nudipole;

TEST_CASE("Words are joined, with separators between them only") {
  const std::array<std::string, 3> words{"a", "", "c"};
  CHECK(join(words) == "a, , c");
  CHECK(join(words, "+") == "a++c");
  CHECK(join(std::span{words}.first(1)) == "a");
  CHECK(join({}).empty());
}

TEST_CASE("A number's shortest text reads back as the number") {
  CHECK(shortest_text(0.1) == "0.1");
  CHECK(shortest_text(1e-9) == "1e-09");
  CHECK(std::stod(shortest_text(1.0 / 3.0)) == 1.0 / 3.0);
}

TEST_CASE("Times are written as ISO 8601 in UTC") {
  CHECK(
      std::regex_match(utc_now(), std::regex{"20[0-9]{2}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}Z"}));
}
