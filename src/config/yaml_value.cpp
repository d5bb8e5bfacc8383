#include "yaml_value.hpp"

#include "message_text.hpp"
#include "parse_number.hpp"

#include "nudipole/config/suggestion.hpp"

#include <algorithm>

namespace nudipole::config {
namespace {

// yaml-cpp's tags: "?" for what is written plainly, "!" for quoted and block texts.
bool is_quoted(const YAML::Node& node) { return node.Tag() == "!"; }
bool has_own_tag(const YAML::Node& node) {
  return !node.Tag().empty() && node.Tag() != "?" && node.Tag() != "!";
}

std::string describe(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar: return "a single value (" + quoted(node.Scalar()) + ")";
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Map: return "a map";
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined: break;
  }
  return "no value";
}

std::size_t line_of(const YAML::Mark& mark, std::size_t fallback) {
  return mark.is_null() ? fallback : static_cast<std::size_t>(mark.line) + 1;
}

/// Throws unless the value is a single one that is written without quotes.
void require_plain(const YamlValue& value, const std::string& expected) {
  value.require_type(YAML::NodeType::Scalar, expected);
  if (is_quoted(value.node)) {
    value.fail("got text (" + quoted(value.node.Scalar()) + " in quotes)", expected,
               "remove the quotes");
  }
}

}  // namespace

std::string YamlValue::where() const {
  return path.empty() ? place(source, line) : place(source, line) + ": " + path;
}

void YamlValue::fail(const std::string& what, const std::string& expected,
                     const std::string& hint) const {
  throw_error(kind, what, {.where = where(), .expected = expected, .hint = hint});
}

void YamlValue::require_type(YAML::NodeType::value type, const std::string& expected,
                             const std::string& hint) const {
  if (node.Type() != type) {
    const bool missing = node.Type() == YAML::NodeType::Null;
    fail("got " + describe(node), expected,
         missing ? std::string{"give it a value, or remove the key"} : hint);
  }
  if (has_own_tag(node)) {
    fail("the YAML tag " + quoted(node.Tag()) + " has no meaning here", expected, "remove the tag");
  }
}

double read_number(const YamlValue& value, const Range& range) {
  const std::string expected = range.describe();
  require_plain(value, expected);
  const std::string& text = value.node.Scalar();
  const Parsed<double> number = parse_number(text);
  if (!number.problem.empty()) value.fail(number.problem, expected, number.hint);
  if (!range.contains(number.value)) value.fail(text + " is out of range", expected);
  return number.value;
}

std::int64_t read_integer(const YamlValue& value, const IntegerRange& range) {
  const std::string expected = range.describe();
  require_plain(value, expected);
  const std::string& text = value.node.Scalar();
  const Parsed<std::int64_t> number = parse_integer(text);
  if (!number.problem.empty()) value.fail(number.problem, expected, number.hint);
  if (!range.contains(number.value)) value.fail(text + " is out of range", expected);
  return number.value;
}

std::string read_text(const YamlValue& value) {
  value.require_type(YAML::NodeType::Scalar, "a single text");
  return value.node.Scalar();
}

std::string read_choice(const YamlValue& value, const std::vector<std::string>& choices) {
  const std::string expected = "one of " + quoted_list(choices);
  value.require_type(YAML::NodeType::Scalar, expected);
  const std::string& word = value.node.Scalar();
  if (std::find(choices.begin(), choices.end(), word) == choices.end()) {
    value.fail(quoted(word) + " is not known", expected, did_you_mean(word, choices));
  }
  return word;
}

bool read_flag(const YamlValue& value) {
  static const std::vector<std::string> words{"true", "false", "on", "off", "yes", "no"};
  const std::string expected = "true or false (also on, off, yes, no)";
  require_plain(value, expected);
  const std::string& word = value.node.Scalar();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) {
    value.fail(quoted(word) + " is neither true nor false", expected, did_you_mean(word, words));
  }
  return (found - words.begin()) % 2 == 0;
}

std::vector<YamlValue> read_list(const YamlValue& value, std::string_view of_what) {
  value.require_type(YAML::NodeType::Sequence, "a list of " + std::string{of_what},
                     "write a list in square brackets, [a, b], or with a dash before each entry");
  std::vector<YamlValue> entries;
  entries.reserve(value.node.size());
  for (const YAML::Node& entry : value.node) {
    const std::string path = value.path + "[" + std::to_string(entries.size()) + "]";
    entries.push_back({value.source, value.kind, path, line_of(entry.Mark(), value.line), entry});
  }
  return entries;
}

std::vector<YamlEntry> read_map(const YamlValue& value) {
  value.require_type(YAML::NodeType::Map, "a map of keys and values",
                     "write 'key: value', with a blank after the colon");
  std::vector<YamlEntry> entries;
  entries.reserve(value.node.size());
  for (const auto& pair : value.node) {
    const YAML::Node& key = pair.first;
    const std::size_t line = line_of(key.Mark(), value.line);
    if (!key.IsScalar()) {
      throw_error(value.kind, "a key is " + describe(key),
                  {.where = place(value.source, line), .expected = "a name"});
    }
    const std::string& name = key.Scalar();
    const std::string path = (value.path.empty() ? "" : value.path + ".") + one_line(name);
    YamlEntry entry{name, {value.source, value.kind, path, line, pair.second}};
    // yaml-cpp takes the first of two equal keys and says nothing.
    const auto earlier = std::find_if(entries.begin(), entries.end(),
                                      [&](const YamlEntry& other) { return other.key == name; });
    if (earlier != entries.end()) {
      entry.value.fail(
          "the key appears twice, first in line " + std::to_string(earlier->value.line), "",
          "remove one of them");
    }
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace nudipole::config
