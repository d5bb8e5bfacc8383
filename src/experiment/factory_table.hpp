#pragma once

#include "nudipole/config/section.hpp"

#include <string>
#include <utility>
#include <vector>

namespace nudipole::experiment::detail {

/// Maps `kind` to the function that builds that kind.
template <class Function>
using FactoryTable = std::vector<std::pair<std::string, Function>>;

/// The builder of the section's `kind`; an unknown kind is an error of the section.
template <class Function>
Function find_builder(const FactoryTable<Function>& table, const config::Section& section) {
  std::vector<std::string> kinds;
  for (const auto& entry : table) kinds.push_back(entry.first);
  const std::string kind = section.choice("kind", kinds);
  for (const auto& [name, function] : table) {
    if (name == kind) return function;
  }
  section.fail("kind", "unknown kind '" + kind + "'");
}

}  // namespace nudipole::experiment::detail
