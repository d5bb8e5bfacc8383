#pragma once

#include "nudipole/core/error.hpp"

#include <string>

namespace nudipole::jobs {

/// A line for people on standard error.
void say(const std::string& text);

/// "config error: ..." and so on.
std::string message_of(const Error& error);

}  // namespace nudipole::jobs
