#pragma once

#include "yaml_map.hpp"

#include "nudipole/config/schema.hpp"

namespace nudipole::config {

/// The kind that a map says it is, or the default; null for a schema without kinds.
/// \throws for a word that is no kind, or none where one is required
const Kind* kind_of(const YamlMap& map, const Schema& schema);

/// Checks a map and everything below it.
/// \throws one error that tells all missing keys, unknown keys and bad values
void check(const YamlMap& map, const Schema& schema);

}  // namespace nudipole::config
