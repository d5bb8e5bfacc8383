#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nudipole::config {

/// A name of the form <stem>_<unit>, such as `distance_m`.
struct NameWithUnit {
  std::string stem;
  std::string unit;  ///< as people write it: "m", "1/(cm^2 s)"
};

/// Splits a name at the longest unit that it ends with; nothing when that is none.
std::optional<NameWithUnit> split_unit(std::string_view name);

/// True when the names differ in their units only: `distance_cm` and `distance_m`.
bool same_in_another_unit(std::string_view a, std::string_view b);

}  // namespace nudipole::config
