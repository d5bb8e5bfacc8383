#include "nudipole/config/schema.hpp"

#include "message_text.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <type_traits>

namespace nudipole::config {
namespace {

Key make(std::string name, std::string what, Key::Type type) {
  return {.name = std::move(name), .what = std::move(what), .type = type};
}

std::string list_of(const std::string& of_what, std::size_t least) {
  std::string words = "a list of " + of_what;
  if (least > 0) words += ", at least " + std::to_string(least);
  return words;
}

}  // namespace

Key Key::number(std::string name, std::string what, Range range) {
  Key key = make(std::move(name), std::move(what), Type::number);
  key.range = range;
  return key;
}

Key Key::integer(std::string name, std::string what, IntegerRange range) {
  Key key = make(std::move(name), std::move(what), Type::integer);
  key.whole = range;
  return key;
}

Key Key::flag(std::string name, std::string what) {
  return make(std::move(name), std::move(what), Type::flag);
}

Key Key::text(std::string name, std::string what) {
  return make(std::move(name), std::move(what), Type::text);
}

Key Key::choice(std::string name, std::string what, std::vector<Choice> choices) {
  Key key = make(std::move(name), std::move(what), Type::choice);
  key.choices = std::move(choices);
  return key;
}

Key Key::numbers(std::string name, std::string what, Range range) {
  Key key = number(std::move(name), std::move(what), range);
  key.type = Type::numbers;
  return key;
}

Key Key::integers(std::string name, std::string what, IntegerRange range) {
  Key key = integer(std::move(name), std::move(what), range);
  key.type = Type::integers;
  return key;
}

Key Key::texts(std::string name, std::string what) {
  return make(std::move(name), std::move(what), Type::texts);
}

Key Key::section(std::string name, std::string what, Schema inside) {
  Key key = make(std::move(name), std::move(what), Type::section);
  key.inside = std::make_shared<const Schema>(std::move(inside));
  return key;
}

Key Key::entries(std::string name, std::string what, Key entry) {
  Schema inside;
  inside.others = std::make_shared<const Key>(std::move(entry));
  return section(std::move(name), std::move(what), std::move(inside));
}

Key Key::sections(std::string name, std::string what, Schema inside) {
  Key key = section(std::move(name), std::move(what), std::move(inside));
  key.type = Type::sections;
  return key;
}

Key Key::sections_or_names(std::string name, std::string what, std::string name_key,
                           Schema inside) {
  Key key = sections(std::move(name), std::move(what), std::move(inside));
  key.name_key = std::move(name_key);
  return key;
}

Key Key::anything(std::string name, std::string what) {
  return make(std::move(name), std::move(what), Type::anything);
}

Key Key::optional() const {
  Key key = *this;
  key.need = Need::optional;
  return key;
}

Key Key::or_else(Default value) const {
  Key key = optional();
  key.fallback = std::move(value);
  return key;
}

Key Key::or_value(Key single) const {
  Key key = *this;
  key.in_its_place = std::make_shared<const Key>(std::move(single));
  return key;
}

Key Key::unless(std::vector<std::string> others) const {
  Key key = *this;
  key.without = std::move(others);
  return key;
}

Key Key::required_with(std::string other, std::vector<std::string> words) const {
  Key key = optional();
  key.with = {std::move(other), std::move(words)};
  return key;
}

Key Key::at_least(std::size_t entries) const {
  Key key = *this;
  key.least_entries = entries;
  return key;
}

Key Key::ascending() const {
  Key key = *this;
  key.order = Order::ascending;
  return key;
}

std::string Key::default_text() const {
  return std::visit(
      [](const auto& value) -> std::string {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate>) {
          return {};
        } else if constexpr (std::is_same_v<Value, std::string>) {
          return value;
        } else if constexpr (std::is_same_v<Value, bool>) {
          return value ? "true" : "false";
        } else if constexpr (std::is_arithmetic_v<Value>) {
          return shortest_text(static_cast<double>(value));
        } else {
          std::vector<std::string> entries;
          for (const auto entry : value) {
            entries.push_back(shortest_text(static_cast<double>(entry)));
          }
          return "[" + join(entries) + "]";
        }
      },
      fallback);
}

std::vector<std::string> Key::words() const {
  std::vector<std::string> words;
  for (const Choice& choice : choices) words.push_back(choice.word);
  return words;
}

std::string Key::describe() const {
  switch (type) {
    case Type::number: return range.describe();
    case Type::integer: return whole.describe();
    case Type::flag: return "true or false (also on, off, yes, no)";
    case Type::text: return "a single text";
    case Type::choice: return "one of " + quoted_list(words());
    case Type::numbers: return list_of("numbers", least_entries);
    case Type::integers: return list_of("whole numbers", least_entries);
    case Type::texts: return list_of("texts", least_entries);
    case Type::section:
      return "a map of keys and values" +
             (in_its_place ? ", or " + in_its_place->describe() : std::string{});
    case Type::sections: return list_of(name_key.empty() ? "maps" : "names or maps", least_entries);
    case Type::anything: return "any value";
  }
  return {};
}

const Kind& Schema::kind(std::string_view word) const {
  for (const Kind& kind : kinds) {
    if (kind.word == word) return kind;
  }
  throw Error(ErrorKind::unexpected, "the schema has no kind " + quoted(word));
}

std::vector<std::string> Schema::kind_words() const {
  std::vector<std::string> words;
  for (const Kind& kind : kinds) words.push_back(kind.word);
  return words;
}

std::vector<const Key*> Schema::keys_of(const Kind* kind) const {
  std::vector<const Key*> all;
  for (const Key& key : keys) all.push_back(&key);
  if (kind == nullptr) return all;
  for (const Key& key : kind->keys) all.push_back(&key);
  return all;
}

}  // namespace nudipole::config
