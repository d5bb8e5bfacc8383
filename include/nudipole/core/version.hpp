#pragma once

#include <string>

namespace nudipole {

/// Version of the program, e.g. "0.1.0".
std::string version();
/// Commit the program was built from, 12 hexadecimal digits, with "-dirty" when the tree had
/// uncommitted changes; "unknown" outside a git checkout.
std::string commit();
/// Instruction set the program was built for, as -march names it, or "portable". The last bits of
/// results depend on it.
std::string architecture();

}  // namespace nudipole
