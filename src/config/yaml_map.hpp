#pragma once

#include "yaml_value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nudipole::config {

/// The entries of one YAML map.
class YamlMap {
 public:
  /// \throws when the value is not a map, or has a key twice
  explicit YamlMap(const YamlValue& value);
  /// A single value `name` that stands for the map {name_key: name}.
  YamlMap(const YamlValue& name, std::string_view name_key);

  /// The value of a key, or null when it is absent.
  [[nodiscard]] const YamlValue* find(std::string_view key) const;
  [[nodiscard]] const YamlValue& self() const { return self_; }
  [[nodiscard]] const std::vector<YamlEntry>& entries() const { return entries_; }
  [[nodiscard]] std::string where(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, const std::string& what, const std::string& expected,
                         const std::string& hint) const;

 private:
  [[nodiscard]] std::size_t line_of(std::string_view key) const;

  YamlValue self_;
  std::vector<YamlEntry> entries_;
};

/// An entry of a list of maps, or of names that stand for {name_key: name}; an empty `name_key`
/// admits maps only.
YamlMap read_entry(const YamlValue& entry, const std::string& name_key);

}  // namespace nudipole::config
