#pragma once

#include <string>

namespace nudipole {

/// The shortest decimal text that reads back as exactly this number, e.g. "0.1".
std::string shortest_text(double value);

}  // namespace nudipole
