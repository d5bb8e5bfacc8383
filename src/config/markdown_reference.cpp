#include "nudipole/config/reference.hpp"

#include "unit_suffix.hpp"

#include "nudipole/core/text.hpp"

namespace nudipole::config {
namespace {

std::string code(const std::string& text) { return "`" + text + "`"; }

std::string codes(const std::vector<std::string>& texts) {
  std::vector<std::string> marked;
  for (const std::string& text : texts) marked.push_back(code(text));
  return join(marked);
}

/// Type and range, e.g. "number > 0".
std::string type_text(const Key& key) {
  const auto without_article = [](const std::string& words) {
    return words.starts_with("a ") ? words.substr(2) : words;
  };
  switch (key.type) {
    case Key::Type::flag: return "`true` or `false`";
    case Key::Type::text: return "text";
    case Key::Type::choice: return codes(key.words());
    case Key::Type::section: {
      const Key* entry = key.inside->others.get();
      if (entry != nullptr) return "map " + code(entry->name) + ": " + type_text(*entry);
      return key.in_its_place ? "map or " + type_text(*key.in_its_place) : "map";
    }
    case Key::Type::anything: return "value";
    case Key::Type::numbers:
    case Key::Type::integers: {
      std::string words = without_article(key.describe());
      const std::string each =
          key.type == Key::Type::numbers ? key.range.describe() : key.whole.describe();
      const std::string range = each.substr(each.find("number") + std::string{"number"}.size());
      if (!range.empty()) words += ", each" + range;
      return key.order == Key::Order::ascending ? words + ", ascending" : words;
    }
    default: return without_article(key.describe());
  }
}

/// What holds when the key is absent.
std::string need_text(const Key& key) {
  if (key.fallback != Key::Default{}) {
    const std::string value = key.default_text();
    return value.empty() ? "empty" : code(value);
  }
  if (!key.with.key.empty()) {
    return "required with " + code(key.with.key) +
           (key.with.words.empty() ? "" : " " + codes(key.with.words));
  }
  const bool required = key.need == Key::Need::required;
  if (key.without.empty()) return required ? "required" : "optional";
  return (required ? "required, unless " : "optional, not with ") + codes(key.without);
}

std::string row(const Key& key) {
  std::string type = type_text(key);
  if (const auto unit = split_unit(key.name); unit && key.type != Key::Type::choice) {
    type += " [" + unit->unit + "]";
  }
  std::string meaning = key.what;
  for (const Choice& choice : key.choices) {
    if (!choice.what.empty()) meaning += "; " + code(choice.word) + ": " + choice.what;
  }
  return "| " + code(key.name) + " | " + type + " | " + need_text(key) + " | " + meaning + " |\n";
}

std::string table(const std::vector<Key>& keys) {
  if (keys.empty()) return {};
  std::string text = "\n| key | value | when absent | meaning |\n|---|---|---|---|\n";
  for (const Key& key : keys) text += row(key);
  return text;
}

std::string map_text(const std::string& path, const std::string& what, const Schema& schema);

/// The maps below some keys.
std::string maps_below(const std::string& path, const std::vector<Key>& keys) {
  std::string text;
  for (const Key& key : keys) {
    if (!key.inside) continue;
    std::string below = (path.empty() ? "" : path + ".") + key.name;
    if (key.type == Key::Type::sections) below += "[]";
    std::string what = key.what;
    const Schema* inside = key.inside.get();
    while (inside->others && inside->others->inside) {
      below += "." + inside->others->name;
      what = inside->others->what;
      inside = inside->others->inside.get();
    }
    if (!inside->others) text += map_text(below, what, *inside);
  }
  return text;
}

std::string keys_text(const std::string& path, const Schema& schema) {
  std::string text = table(schema.keys);
  if (!schema.kinds.empty()) {
    const std::string absent =
        schema.default_kind.empty() ? "required" : "default " + code(schema.default_kind);
    text += "\nFurther keys by `kind` (" + absent + "):\n";
    for (const Kind& kind : schema.kinds) {
      text += "\n`kind: " + kind.word + "`" + (kind.what.empty() ? "" : ": " + kind.what) +
              (kind.keys.empty() ? " (no further keys)" : "") + "\n" + table(kind.keys);
    }
  }
  text += maps_below(path, schema.keys);
  for (const Kind& kind : schema.kinds) text += maps_below(path, kind.keys);
  return text;
}

std::string map_text(const std::string& path, const std::string& what, const Schema& schema) {
  return "\n### `" + path + "`\n\n" + what + "\n" + keys_text(path, schema);
}

}  // namespace

std::string markdown_reference(const Schema& schema, const std::string& whole) {
  return "## Keys of " + whole + "\n" + keys_text("", schema);
}

}  // namespace nudipole::config
