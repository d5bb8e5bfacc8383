#include "yaml_map.hpp"

#include "message_text.hpp"
#include "parse_number.hpp"

#include "nudipole/config/suggestion.hpp"

#include <algorithm>
#include <iterator>

namespace nudipole::config {

YamlMap::YamlMap(const YamlValue& value) : self_(value), entries_(read_map(value)) {}

YamlMap::YamlMap(const YamlValue& name, std::string_view name_key) : self_(name), entries_{} {
  YamlValue value = name;
  value.path += "." + std::string{name_key};
  entries_.push_back({std::string{name_key}, value});
}

const YamlValue* YamlMap::lookup(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &found->value;
}

const YamlValue* YamlMap::find(std::string_view key) {
  declared_.emplace(key);
  return lookup(key);
}

const YamlValue& YamlMap::require(std::string_view key) {
  if (const YamlValue* const value = find(key)) return *value;
  // A key that nobody asked for so far may be a misspelling of the missing one.
  std::vector<std::string> others;
  for (const YamlEntry& entry : undeclared()) others.push_back(entry.key);
  std::string hint;
  if (const auto match = closest_match(key, others)) {
    hint = "is " + quoted(*match) + " in line " + std::to_string(lookup(*match)->line) +
           " meant to be " + quoted(key) + "?";
  }
  fail(key, "the key is required and missing", "", hint);
}

std::vector<std::string> YamlMap::keys() const {
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const YamlEntry& entry : entries_) names.push_back(entry.key);
  return names;
}

std::vector<YamlEntry> YamlMap::undeclared() const {
  std::vector<YamlEntry> others;
  std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(others),
               [this](const YamlEntry& entry) { return !declared_.contains(entry.key); });
  return others;
}

std::size_t YamlMap::line_of(std::string_view key) const {
  if (const YamlValue* const value = lookup(key)) return value->line;
  const std::size_t bracket = key.rfind('[');
  if (bracket == std::string_view::npos || !key.ends_with(']')) return self_.line;
  const YamlValue* const list = lookup(key.substr(0, bracket));
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

std::string YamlMap::suggestion_for(const std::string& unknown) const {
  // A declared key that is absent is more likely meant than one that is there already.
  std::vector<std::string> absent;
  std::copy_if(declared_.begin(), declared_.end(), std::back_inserter(absent),
               [this](const std::string& key) { return lookup(key) == nullptr; });
  std::string suggestion = did_you_mean(unknown, absent);
  if (!suggestion.empty()) return suggestion;
  return did_you_mean(unknown, std::vector<std::string>{declared_.begin(), declared_.end()});
}

void YamlMap::finish() const {
  const std::vector<YamlEntry> unknown = undeclared();
  if (unknown.empty()) return;
  const std::string& first = unknown.front().key;
  const std::vector<std::string> known{declared_.begin(), declared_.end()};
  const std::string expected = known.empty() ? "no keys here" : "one of " + quoted_list(known);
  std::string hint = first == "<<" ? "YAML merge keys are not supported: write the keys out"
                                   : suggestion_for(first);
  for (std::size_t i = 1; i < unknown.size(); ++i) {
    if (i == 1) hint += hint.empty() ? "also unknown: " : "; also unknown: ";
    if (i > 1) hint += ", ";
    hint += quoted(unknown[i].key) + " in line " + std::to_string(unknown[i].value.line);
  }
  unknown.front().value.fail("unknown key " + quoted(first), expected, hint);
}

}  // namespace nudipole::config
