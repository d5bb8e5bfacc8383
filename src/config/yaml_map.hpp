#pragma once

#include "yaml_value.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nudipole::config {

/// The entries of one YAML map and the record of the keys that were asked for.
class YamlMap {
 public:
  /// \throws when the value is not a map, or has a key twice
  explicit YamlMap(const YamlValue& value);
  /// A single value `name` that stands for the map {name_key: name}.
  YamlMap(const YamlValue& name, std::string_view name_key);

  /// The value of a key, or null when it is absent. Declares the key.
  const YamlValue* find(std::string_view key);
  /// The value of a key. Declares the key. \throws when it is absent
  const YamlValue& require(std::string_view key);
  [[nodiscard]] const YamlValue& self() const { return self_; }
  [[nodiscard]] const std::vector<YamlEntry>& entries() const { return entries_; }
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] std::string where(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, const std::string& what, const std::string& expected,
                         const std::string& hint) const;
  /// \throws when there are undeclared keys
  void finish() const;

 private:
  [[nodiscard]] const YamlValue* lookup(std::string_view key) const;
  [[nodiscard]] std::vector<YamlEntry> undeclared() const;
  [[nodiscard]] std::size_t line_of(std::string_view key) const;
  [[nodiscard]] std::string suggestion_for(const std::string& unknown) const;

  YamlValue self_;
  std::vector<YamlEntry> entries_;
  std::set<std::string, std::less<>> declared_{};
};

}  // namespace nudipole::config
