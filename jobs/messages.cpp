#include "messages.hpp"

#include <iostream>

namespace nudipole::jobs {

void say(const std::string& text) { std::cerr << "nudipole: " << text << std::endl; }

std::string message_of(const Error& error) {
  return std::string{to_string(error.kind())} + ": " + error.what();
}

}  // namespace nudipole::jobs
