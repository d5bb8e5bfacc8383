#pragma once

#include "yaml_map.hpp"

namespace nudipole::config {

/// The map `root` with every entry of `changes` set at its dotted path; places of values in
/// messages stay those of the file. \throws the section's error when the way to a path is no map
YamlValue overlay(const YamlValue& root, const std::vector<YamlEntry>& changes);

}  // namespace nudipole::config
