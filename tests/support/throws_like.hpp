#pragma once

#include "support/catch2.hpp"

#include <functional>
#include <string>
#include <vector>

namespace nudipole::test {

/// Checks that `action` throws `ErrorClass` itself, with a message of one line that holds all
/// parts.
template <class ErrorClass>
void check_throws(const std::function<void()>& action, const std::vector<std::string>& parts) {
  std::string message;
  try {
    action();
  } catch (const ErrorClass& error) {
    message = error.what();
  }
  INFO("message: " << message);
  REQUIRE_FALSE(message.empty());
  CHECK(message.find('\n') == std::string::npos);
  for (const std::string& part : parts) {
    INFO("wanted: " << part);
    CHECK(message.find(part) != std::string::npos);
  }
}

/// Checks the whole message.
template <class ErrorClass>
void check_message(const std::function<void()>& action, const std::string& expected) {
  std::string message{"(nothing was thrown)"};
  try {
    action();
  } catch (const ErrorClass& error) {
    message = error.what();
  }
  CHECK(message == expected);
}

}  // namespace nudipole::test
