#pragma once

#include "nudipole/config/section.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace nudipole::experiment::detail {

/// A kind of some part: its keys, and the function that builds it from them.
template <class Function>
struct Factory {
  config::Kind kind;
  Function build;
};
template <class Function>
using FactoryTable = std::vector<Factory<Function>>;

/// What a section for one of these kinds may hold; all have the `common` keys.
template <class Function>
config::Schema schema_of(const FactoryTable<Function>& table,
                         std::vector<config::Key> common = {}) {
  config::Schema schema{.keys = std::move(common)};
  for (const Factory<Function>& factory : table) schema.kinds.push_back(factory.kind);
  return schema;
}

/// The builder of the section's kind.
template <class Function>
Function find_builder(const FactoryTable<Function>& table, const config::Section& section) {
  return std::ranges::find(table, section.kind(),
                           [](const auto& factory) { return factory.kind.word; })
      ->build;
}

}  // namespace nudipole::experiment::detail
