#include "nudipole/config/section.hpp"

#include "overlay.hpp"
#include "yaml_map.hpp"

#include "nudipole/config/read_file.hpp"

namespace nudipole::config {

Section Section::load(const std::filesystem::path& file, ErrorKind kind) {
  return parse(read_file(file, kind), file.string(), kind);
}

Section Section::parse(const std::string& text, const std::string& source_name, ErrorKind kind) {
  return Section{std::make_shared<YamlMap>(parse_yaml(text, source_name, kind))};
}

bool Section::has(std::string_view key) const { return map_->find(key) != nullptr; }

double Section::number(std::string_view key, Range range) const {
  return read_number(map_->require(key), range);
}

double Section::number_or(std::string_view key, double fallback, Range range) const {
  return has(key) ? number(key, range) : fallback;
}

std::int64_t Section::integer(std::string_view key, IntegerRange range) const {
  return read_integer(map_->require(key), range);
}

std::int64_t Section::integer_or(std::string_view key, std::int64_t fallback,
                                 IntegerRange range) const {
  return has(key) ? integer(key, range) : fallback;
}

std::string Section::text(std::string_view key) const { return read_text(map_->require(key)); }

std::string Section::text_or(std::string_view key, const std::string& fallback) const {
  return has(key) ? text(key) : fallback;
}

std::string Section::choice(std::string_view key, const std::vector<std::string>& choices) const {
  return read_choice(map_->require(key), choices);
}

std::string Section::choice_or(std::string_view key, const std::string& fallback,
                               const std::vector<std::string>& choices) const {
  return has(key) ? choice(key, choices) : fallback;
}

bool Section::flag(std::string_view key) const { return read_flag(map_->require(key)); }

bool Section::flag_or(std::string_view key, bool fallback) const {
  return has(key) ? flag(key) : fallback;
}

std::vector<double> Section::numbers(std::string_view key, Range range) const {
  std::vector<double> values;
  for (const YamlValue& entry : read_list(map_->require(key), "numbers")) {
    values.push_back(read_number(entry, range));
  }
  return values;
}

std::vector<std::string> Section::texts(std::string_view key) const {
  std::vector<std::string> values;
  for (const YamlValue& entry : read_list(map_->require(key), "texts")) {
    values.push_back(read_text(entry));
  }
  return values;
}

Section Section::section(std::string_view key) const {
  return Section{std::make_shared<YamlMap>(map_->require(key))};
}

std::optional<Section> Section::section_if(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return section(key);
}

std::vector<Section> Section::sections(std::string_view key) const {
  std::vector<Section> list;
  for (const YamlValue& entry : read_list(map_->require(key), "maps")) {
    list.push_back(Section{std::make_shared<YamlMap>(entry)});
  }
  return list;
}

std::vector<Section> Section::sections_or_names(std::string_view key,
                                                std::string_view name_key) const {
  std::vector<Section> list;
  for (const YamlValue& entry : read_list(map_->require(key), "names or maps")) {
    if (entry.node.IsMap()) {
      list.push_back(Section{std::make_shared<YamlMap>(entry)});
    } else {
      entry.require_type(YAML::NodeType::Scalar,
                         "a name, or a map with the key '" + std::string{name_key} + "'");
      list.push_back(Section{std::make_shared<YamlMap>(entry, name_key)});
    }
  }
  return list;
}

Section Section::with(const Section& changes) const {
  return Section{std::make_shared<YamlMap>(overlay(map_->self(), changes.map_->entries()))};
}

std::vector<std::string> Section::keys() const { return map_->keys(); }

std::string Section::where(std::string_view key) const { return map_->where(key); }

void Section::fail(std::string_view key, const std::string& what, const std::string& expected,
                   const std::string& hint) const {
  map_->fail(key, what, expected, hint);
}

void Section::finish() const { map_->finish(); }

}  // namespace nudipole::config
