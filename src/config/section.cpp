#include "nudipole/config/section.hpp"

#include "check.hpp"
#include "message_text.hpp"
#include "overlay.hpp"
#include "yaml_map.hpp"

#include "nudipole/config/read_file.hpp"

#include <algorithm>
#include <type_traits>

namespace nudipole::config {
namespace {

using Type = Key::Type;

bool may_be_empty(const Key& section) {
  return section.inside->kinds.empty() &&
         std::ranges::none_of(section.inside->keys,
                              [](const Key& key) { return key.need == Key::Need::required; });
}

}  // namespace

Section::Section(std::shared_ptr<const YamlMap> map, std::shared_ptr<const Schema> schema)
    : map_(std::move(map)), schema_(std::move(schema)), kind_(kind_of(*map_, *schema_)) {}

Section Section::load(const std::filesystem::path& file, const Schema& schema, ErrorKind kind) {
  return parse(read_file(file, kind), file.string(), schema, kind);
}

Section Section::parse(const std::string& text, const std::string& source_name,
                       const Schema& schema, ErrorKind kind) {
  const YamlMap map{parse_yaml(text, source_name, kind)};
  check(map, schema);
  return {std::make_shared<const YamlMap>(map), std::make_shared<const Schema>(schema)};
}

Section Section::with(const Section& changes) const { return with(std::span{&changes, 1}); }

Section Section::with(std::span<const Section> changes) const {
  std::vector<YamlEntry> entries;
  for (const Section& change : changes) {
    for (const YamlEntry& entry : change.map_->entries()) entries.push_back(entry);
  }
  const YamlMap map{overlay(map_->self(), entries)};
  check(map, *schema_);
  return {std::make_shared<const YamlMap>(map), schema_};
}

Section Section::as(const Schema& schema) const {
  check(*map_, schema);
  return {map_, std::make_shared<const Schema>(schema)};
}

const Key& Section::declaration(std::string_view name, std::initializer_list<Type> types) const {
  const std::vector<const Key*> keys = schema_->keys_of(kind_);
  const auto found = std::ranges::find(keys, name, &Key::name);
  const Key* const key = found != keys.end() ? *found : schema_->others.get();
  if (key == nullptr) {
    throw Error(ErrorKind::unexpected, "the program reads a key that no schema declares",
                {.where = where(name)});
  }
  const auto is_one_of = [&types](const Key& declared) {
    return types.size() == 0 || std::ranges::find(types, declared.type) != types.end();
  };
  if (!is_one_of(*key) && key->in_its_place && is_one_of(*key->in_its_place))
    return *key->in_its_place;
  if (!is_one_of(*key)) {
    throw Error(ErrorKind::unexpected, "the program reads a key as another type than declared",
                {.where = where(name), .expected = key->describe()});
  }
  return *key;
}

template <class Value, class Read>
Value Section::value(std::string_view name, std::initializer_list<Type> types, Read&& read) const {
  const Key& key = declaration(name, types);
  if (const YamlValue* const written = map_->find(name)) return read(*written, key);
  if constexpr (std::is_constructible_v<Key::Default, Value>) {
    if (const Value* fallback = std::get_if<Value>(&key.fallback)) return *fallback;
  }
  fail(name, "the key is required and missing");
}

bool Section::has(std::string_view key) const {
  (void)declaration(key, {});
  return map_->find(key) != nullptr;
}

bool Section::is_map(std::string_view key) const {
  (void)declaration(key, {Type::section});
  const YamlValue* const written = map_->find(key);
  return written != nullptr && written->node.IsMap();
}

const std::string& Section::kind() const {
  if (kind_ == nullptr) {
    throw Error(ErrorKind::unexpected, "the schema has no kinds", {.where = where("")});
  }
  return kind_->word;
}

double Section::number(std::string_view name) const {
  return value<double>(name, {Type::number}, [](const YamlValue& written, const Key& key) {
    return read_number(written, key.range);
  });
}

std::int64_t Section::integer(std::string_view name) const {
  return value<std::int64_t>(name, {Type::integer}, [](const YamlValue& written, const Key& key) {
    return read_integer(written, key.whole);
  });
}

bool Section::flag(std::string_view name) const {
  return value<bool>(name, {Type::flag},
                     [](const YamlValue& written, const Key&) { return read_flag(written); });
}

std::string Section::text(std::string_view name) const {
  return value<std::string>(
      name, {Type::text, Type::choice},
      [](const YamlValue& written, const Key&) { return read_text(written); });
}

std::vector<double> Section::numbers(std::string_view name) const {
  return value<std::vector<double>>(name, {Type::numbers},
                                    [](const YamlValue& written, const Key& key) {
                                      std::vector<double> numbers;
                                      for (const YamlValue& entry : read_list(written, "numbers")) {
                                        numbers.push_back(read_number(entry, key.range));
                                      }
                                      return numbers;
                                    });
}

std::vector<std::int64_t> Section::integers(std::string_view name) const {
  return value<std::vector<std::int64_t>>(
      name, {Type::integers}, [](const YamlValue& written, const Key& key) {
        std::vector<std::int64_t> numbers;
        for (const YamlValue& entry : read_list(written, "whole numbers")) {
          numbers.push_back(read_integer(entry, key.whole));
        }
        return numbers;
      });
}

std::vector<std::string> Section::texts(std::string_view name) const {
  return value<std::vector<std::string>>(
      name, {Type::texts}, [](const YamlValue& written, const Key&) {
        std::vector<std::string> texts;
        for (const YamlValue& entry : read_list(written, "texts")) {
          texts.push_back(read_text(entry));
        }
        return texts;
      });
}

std::optional<std::string> Section::word(std::string_view path) const {
  const std::size_t dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  if (name == "kind" && dot == path.npos && kind_ != nullptr) return kind_->word;
  const std::vector<const Key*> keys = schema_->keys_of(kind_);
  const auto found = std::ranges::find(keys, name, &Key::name);
  const Key* const key = found != keys.end() ? *found : schema_->others.get();
  if (key == nullptr) return std::nullopt;
  const bool written = map_->find(name) != nullptr;
  if (dot != path.npos) {
    if (key->type != Type::section || !written) return std::nullopt;
    return section(name).word(path.substr(dot + 1));
  }
  if (key->type == Type::text || key->type == Type::choice) {
    if (written) return text(name);
    const std::string* const fallback = std::get_if<std::string>(&key->fallback);
    return fallback == nullptr ? std::nullopt : std::optional{*fallback};
  }
  if (key->type == Type::flag && (written || !key->default_text().empty())) {
    return std::string{flag(name) ? "true" : "false"};
  }
  return written ? std::optional{std::string{}} : std::nullopt;
}

std::optional<double> Section::number_if(std::string_view name) const {
  const Key& key = declaration(name, {Type::number});
  if (!has(name) && std::holds_alternative<std::monostate>(key.fallback)) return std::nullopt;
  return number(name);
}

Section Section::section(std::string_view name) const {
  const Key& declared = declaration(name, {Type::section});
  if (declared.need == Key::Need::optional && map_->find(name) == nullptr &&
      may_be_empty(declared)) {
    const YamlValue& self = map_->self();
    const std::string path = (self.path.empty() ? "" : self.path + ".") + std::string{name};
    const YamlValue empty{self.source, self.kind, path, self.line, YAML::Node{YAML::NodeType::Map}};
    return Section{std::make_shared<const YamlMap>(empty), declared.inside};
  }
  return value<Section>(name, {Type::section}, [](const YamlValue& written, const Key& key) {
    return Section{std::make_shared<const YamlMap>(written), key.inside};
  });
}

std::optional<Section> Section::section_if(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  return section(name);
}

std::vector<Section> Section::sections(std::string_view name) const {
  if (!has(name) && declaration(name, {}).need == Key::Need::optional) return {};
  return value<std::vector<Section>>(
      name, {Type::sections}, [](const YamlValue& written, const Key& key) {
        std::vector<Section> list;
        for (const YamlValue& entry : read_list(written, "maps")) {
          auto map = std::make_shared<const YamlMap>(read_entry(entry, key.name_key));
          list.push_back(Section{std::move(map), key.inside});
        }
        return list;
      });
}

std::vector<std::string> Section::keys() const {
  std::vector<std::string> names;
  for (const YamlEntry& entry : map_->entries()) names.push_back(entry.key);
  return names;
}

std::string Section::where(std::string_view key) const { return map_->where(key); }

void Section::fail(std::string_view key, const std::string& what, const std::string& expected,
                   const std::string& hint) const {
  map_->fail(key, what, expected, hint);
}

}  // namespace nudipole::config
