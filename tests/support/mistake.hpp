#pragma once

#include "support/catch2.hpp"
#include "support/throws_like.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nudipole::test {

/// A text of a good file, what takes its place, and parts of the message. Plain pointers: lists of
/// strings take minutes to compile with sanitizers.
struct Mistake {
  const char* from;
  const char* to;
  std::array<const char*, 4> message;
};

/// A text with the mistake made.
inline std::string with_mistake(std::string text, const Mistake& mistake) {
  const std::size_t place = text.find(mistake.from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, std::string_view{mistake.from}.size(), mistake.to);
}

/// Checks that reading throws one error in one line that holds all parts. \param place  also a part
template <class ErrorClass>
void check_told(const Mistake& mistake, const char* place, const std::function<void()>& read) {
  INFO("'" << mistake.from << "' -> '" << mistake.to << "'");
  std::vector<std::string> parts{place};
  for (const char* part : mistake.message) {
    if (part != nullptr) parts.emplace_back(part);
  }
  check_throws<ErrorClass>(read, parts);
}

}  // namespace nudipole::test
