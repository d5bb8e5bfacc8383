#pragma once

#include "nudipole/config/range.hpp"
#include "nudipole/core/error.hpp"

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nudipole::config {

/// One value of a YAML file and its place there. The readers below throw when it is not of the
/// kind that is asked for.
struct YamlValue {
  std::string source;
  ErrorKind kind;
  std::string path;  ///< dotted; empty for the whole file
  std::size_t line;  ///< from 1: of the key, or of a list entry
  /// Constant because assignment to a YAML::Node changes the document it refers to.
  const YAML::Node node;

  [[nodiscard]] std::string where() const;
  [[noreturn]] void fail(const std::string& what, const std::string& expected = {},
                         const std::string& hint = {}) const;
  /// Throws unless the value is of the type; `expected` describes it.
  void require_type(YAML::NodeType::value type, const std::string& expected,
                    const std::string& hint = {}) const;
};

/// One entry of a map.
struct YamlEntry {
  std::string key;
  YamlValue value;
};

/// Parses a text that holds one document.
YamlValue parse_yaml(const std::string& text, const std::string& source, ErrorKind kind);

double read_number(const YamlValue& value, const Range& range);
std::int64_t read_integer(const YamlValue& value, const IntegerRange& range);
std::string read_text(const YamlValue& value);
std::string read_choice(const YamlValue& value, const std::vector<std::string>& choices);
bool read_flag(const YamlValue& value);
/// The entries of a list; `of_what` completes "a list of".
std::vector<YamlValue> read_list(const YamlValue& value, std::string_view of_what);
/// The entries of a map in file order, each key once.
std::vector<YamlEntry> read_map(const YamlValue& value);

}  // namespace nudipole::config
