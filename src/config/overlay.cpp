#include "overlay.hpp"

namespace nudipole::config {
namespace {

/// A new map with the entries of `map`, the one at `path` replaced or added. The documents of
/// yaml-cpp share their nodes, so the original must not be written to.
YAML::Node replaced(const YAML::Node& map, std::string_view path, const YamlValue& value) {
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  const bool last = dot == std::string_view::npos;
  YAML::Node result{YAML::NodeType::Map};
  bool found = false;
  for (const auto& pair : map) {
    if (pair.first.Scalar() != key) {
      result.force_insert(pair.first, pair.second);
      continue;
    }
    found = true;
    if (last) {
      result.force_insert(pair.first, value.node);
    } else if (pair.second.IsMap()) {
      result.force_insert(pair.first, replaced(pair.second, path.substr(dot + 1), value));
    } else {
      value.fail("'" + std::string{key} + "' is not a map, nothing can be set inside it");
    }
  }
  if (found) return result;
  if (!last) value.fail("there is no '" + std::string{key} + "' to set something inside");
  result.force_insert(std::string{key}, value.node);
  return result;
}

}  // namespace

YamlValue overlay(const YamlValue& root, const std::vector<YamlEntry>& changes) {
  YAML::Node node = root.node;
  for (const YamlEntry& change : changes) node.reset(replaced(node, change.key, change.value));
  return {root.source, root.kind, root.path, root.line, node};
}

}  // namespace nudipole::config
