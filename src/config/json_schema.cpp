#include "nudipole/config/reference.hpp"

#include "unit_suffix.hpp"

#include "nudipole/core/text.hpp"

namespace nudipole::config {
namespace {

/// JSON values as text, lists and maps over several lines.
std::string quoted_json(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + "\"";
}

std::string indented(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "  ";
  }
  return result;
}

std::string enclosed(char open, const std::vector<std::string>& entries, char close) {
  if (entries.empty()) return {open, close};
  return open + indented("\n" + join(entries, ",\n")) + "\n" + close;
}

std::string list(const std::vector<std::string>& entries) { return enclosed('[', entries, ']'); }

std::string words(const std::vector<std::string>& texts) {
  std::vector<std::string> entries;
  for (const std::string& text : texts) entries.push_back(quoted_json(text));
  return "[" + join(entries) + "]";
}

class Object {
 public:
  Object& add(const std::string& name, const std::string& json) {
    members_.push_back(quoted_json(name) + ": " + json);
    return *this;
  }
  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] std::string text() const { return enclosed('{', members_, '}'); }

 private:
  std::vector<std::string> members_{};
};

void add_number(Object& object, const Key& key) {
  object.add("type", quoted_json("number"));
  const auto add = [&](const char* closed, const char* open, const Range::Bound& bound) {
    if (bound.end == Range::End::unbounded) return;
    object.add(bound.end == Range::End::closed ? closed : open, shortest_text(bound.value));
  };
  add("minimum", "exclusiveMinimum", key.range.lower());
  add("maximum", "exclusiveMaximum", key.range.upper());
}

void add_integer(Object& object, const Key& key) {
  object.add("type", quoted_json("integer"));
  if (const auto lower = key.whole.lower()) object.add("minimum", std::to_string(*lower));
  if (const auto upper = key.whole.upper()) object.add("maximum", std::to_string(*upper));
}

/// A plain 2022 or true is a text too where one is asked for.
void add_text(Object& object) { object.add("type", words({"string", "number", "boolean"})); }

void add_map(Object& object, const Schema& schema);

void add_list(Object& object, const Key& key) {
  Object entry;
  switch (key.type) {
    case Key::Type::numbers: add_number(entry, key); break;
    case Key::Type::integers: add_integer(entry, key); break;
    case Key::Type::texts: add_text(entry); break;
    default: add_map(entry, *key.inside);
  }
  std::string items = entry.text();
  if (!key.name_key.empty()) {
    Object name;
    add_text(name);
    items = Object{}.add("anyOf", list({name.text(), items})).text();
  }
  object.add("type", quoted_json("array")).add("items", items);
  if (key.least_entries > 0) object.add("minItems", std::to_string(key.least_entries));
}

std::string key_json(const Key& key);

void add_section(Object& object, const Key& key) {
  if (!key.in_its_place) return add_map(object, *key.inside);
  Object map;
  add_map(map, *key.inside);
  object.add("anyOf", list({key_json(*key.in_its_place), map.text()}));
}

std::string key_json(const Key& key) {
  Object object;
  std::string text = key.what;
  if (const auto unit = split_unit(key.name)) text += " [" + unit->unit + "]";
  for (const Choice& choice : key.choices) {
    if (!choice.what.empty()) text += "; " + choice.word + ": " + choice.what;
  }
  if (!text.empty()) object.add("description", quoted_json(text));
  switch (key.type) {
    case Key::Type::number: add_number(object, key); break;
    case Key::Type::integer: add_integer(object, key); break;
    case Key::Type::flag: object.add("type", quoted_json("boolean")); break;
    case Key::Type::text: add_text(object); break;
    case Key::Type::choice: object.add("enum", words(key.words())); break;
    case Key::Type::section: add_section(object, key); break;
    case Key::Type::anything: break;
    case Key::Type::numbers:
    case Key::Type::integers:
    case Key::Type::texts:
    case Key::Type::sections: add_list(object, key);
  }
  if (std::holds_alternative<std::string>(key.fallback)) {
    object.add("default", quoted_json(key.default_text()));
  } else if (const std::string value = key.default_text(); !value.empty()) {
    object.add("default", value);
  }
  return object.text();
}

std::string required(const std::vector<std::string>& names) {
  return Object{}.add("required", words(names)).text();
}

/// What says when a key must be there or must not, beyond what is always required.
void add_conditions(std::vector<std::string>& conditions, const Key& key) {
  for (const std::string& other : key.without) {
    conditions.push_back(Object{}.add("not", required({key.name, other})).text());
  }
  if (key.need == Key::Need::required && !key.without.empty()) {
    std::vector<std::string> either{required({key.name})};
    for (const std::string& other : key.without) either.push_back(required({other}));
    conditions.push_back(Object{}.add("anyOf", list(either)).text());
  }
  if (key.with.key.empty()) return;
  Object given;
  if (!key.with.words.empty()) {
    const std::string enumeration = Object{}.add("enum", words(key.with.words)).text();
    given.add("properties", Object{}.add(key.with.key, enumeration).text());
  }
  given.add("required", words({key.with.key}));
  conditions.push_back(Object{}.add("if", given.text()).add("then", required({key.name})).text());
}

/// Adds `properties`, `required` and `allOf` for some keys; the conditions may hold others before.
void add_keys(Object& object, const std::vector<Key>& keys, Object properties,
              std::vector<std::string> always, std::vector<std::string> conditions) {
  for (const Key& key : keys) {
    properties.add(key.name, key_json(key));
    if (key.need == Key::Need::required && key.without.empty()) always.push_back(key.name);
    add_conditions(conditions, key);
  }
  if (!properties.empty()) object.add("properties", properties.text());
  if (!always.empty()) object.add("required", words(always));
  if (!conditions.empty()) object.add("allOf", list(conditions));
}

void add_map(Object& object, const Schema& schema) {
  object.add("type", quoted_json("object"));
  Object properties;
  std::vector<std::string> always;
  std::vector<std::string> conditions;
  if (!schema.kinds.empty()) {
    Object kind;
    std::string text;
    for (const Kind& one : schema.kinds) {
      text += (text.empty() ? "" : "; ") + one.word + (one.what.empty() ? "" : ": " + one.what);
    }
    kind.add("description", quoted_json(text)).add("enum", words(schema.kind_words()));
    if (schema.default_kind.empty()) {
      always.emplace_back("kind");
    } else {
      kind.add("default", quoted_json(schema.default_kind));
    }
    properties.add("kind", kind.text());
  }
  for (const Kind& kind : schema.kinds) {
    if (kind.keys.empty()) continue;
    Object chosen;  // holds for an absent `kind` too, unless that is required
    const std::string word = Object{}.add("const", quoted_json(kind.word)).text();
    chosen.add("properties", Object{}.add("kind", word).text());
    if (kind.word != schema.default_kind) chosen.add("required", words({"kind"}));
    Object keys;
    add_keys(keys, kind.keys, {}, {}, {});
    conditions.push_back(Object{}.add("if", chosen.text()).add("then", keys.text()).text());
  }
  add_keys(object, schema.keys, properties, always, conditions);
  // Older editors know the first only; the second sees the properties of kinds too.
  object.add(schema.kinds.empty() ? "additionalProperties" : "unevaluatedProperties",
             schema.others ? key_json(*schema.others) : "false");
}

}  // namespace

std::string json_schema(const Schema& schema, const std::string& title) {
  Object object;
  object.add("$schema", quoted_json("https://json-schema.org/draft/2020-12/schema"))
      .add("title", quoted_json(title));
  add_map(object, schema);
  return object.text() + "\n";
}

}  // namespace nudipole::config
