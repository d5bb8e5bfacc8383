#include "nudipole/core/version.hpp"

#include "nudipole_build_info.hpp"

namespace nudipole {

std::string version() { return build_info::version; }
std::string commit() { return build_info::commit; }
std::string architecture() { return build_info::architecture; }

}  // namespace nudipole
