#include "yaml_map.hpp"

#include "message_text.hpp"
#include "parse_number.hpp"

#include <algorithm>

namespace nudipole::config {

YamlMap::YamlMap(const YamlValue& value) : self_(value), entries_(read_map(value)) {}

YamlMap::YamlMap(const YamlValue& name, std::string_view name_key) : self_(name), entries_{} {
  YamlValue value = name;
  value.path += "." + std::string{name_key};
  entries_.push_back({std::string{name_key}, value});
}

const YamlValue* YamlMap::find(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &found->value;
}

std::size_t YamlMap::line_of(std::string_view key) const {
  if (const YamlValue* const value = find(key)) return value->line;
  const std::size_t bracket = key.rfind('[');
  if (bracket == std::string_view::npos || !key.ends_with(']')) return self_.line;
  const YamlValue* const list = find(key.substr(0, bracket));
  if (list == nullptr) return self_.line;
  const auto index = parse_integer(key.substr(bracket + 1, key.size() - bracket - 2));
  const bool inside = index.problem.empty() && list->node.IsSequence() && index.value >= 0 &&
                      static_cast<std::size_t>(index.value) < list->node.size();
  return inside ? read_list(*list, "values")[static_cast<std::size_t>(index.value)].line
                : list->line;
}

std::string YamlMap::where(std::string_view key) const {
  if (key.empty()) return self_.where();
  const std::string path = self_.path.empty() ? "" : self_.path + ".";
  return place(self_.source, line_of(key)) + ": " + path + one_line(key);
}

void YamlMap::fail(std::string_view key, const std::string& what, const std::string& expected,
                   const std::string& hint) const {
  throw_error(self_.kind, what, {.where = where(key), .expected = expected, .hint = hint});
}

YamlMap read_entry(const YamlValue& entry, const std::string& name_key) {
  if (name_key.empty() || entry.node.IsMap()) return YamlMap{entry};
  entry.require_type(YAML::NodeType::Scalar, "a name, or a map with the key '" + name_key + "'");
  return YamlMap{entry, name_key};
}

}  // namespace nudipole::config
