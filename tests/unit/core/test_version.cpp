#include "nudipole/core/version.hpp"

#include "support/catch2.hpp"

#include <algorithm>

using namespace nudipole;

TEST_CASE("The version is three numbers with dots between") {
  const std::string text = version();
  CHECK(std::ranges::count(text, '.') == 2);
  CHECK(std::ranges::all_of(text, [](char c) { return c == '.' || (c >= '0' && c <= '9'); }));
}

TEST_CASE("The instruction set is what CMake was told") {
  CHECK(architecture() == NUDIPOLE_TEST_ARCHITECTURE);
}

TEST_CASE("The commit is twelve hexadecimal digits in a checkout, and unknown outside") {
  std::string text = commit();
  if (!NUDIPOLE_TEST_IN_CHECKOUT) {
    CHECK(text == "unknown");
    return;
  }
  if (text.ends_with("-dirty")) text.resize(text.size() - std::string{"-dirty"}.size());
  CHECK(text.size() == 12);
  CHECK(text.find_first_not_of("0123456789abcdef") == std::string::npos);
}
