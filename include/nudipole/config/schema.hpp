#pragma once

#include "nudipole/config/range.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What a YAML file may hold, declared once: a Schema lists the keys of a map, each with type,
/// unit, range, default and one line of text. Reading (Section), checking and the printed reference
/// (reference.hpp) come from it.
namespace nudipole::config {

struct Schema;

/// A word that a key may have as its value.
struct Choice {
  std::string word;
  std::string what{};  ///< one line for people; may be empty
};

/// The words of an enumeration, in the order in which people see them.
template <class Enum>
struct Word {
  Enum value;
  std::string word;
  std::string what{};
};
template <class Enum>
using Words = std::vector<Word<Enum>>;

/// The word of a value. \pre the value has one
template <class Enum>
const std::string& word_of(Enum value, const Words<Enum>& words) {
  return std::ranges::find(words, value, &Word<Enum>::value)->word;
}

/// Declaration of one key of a map. The unit of a number is the end of its name, `mass_kg`
/// (unit_suffix.hpp lists those that are known).
struct Key {
  enum class Type {
    number,
    integer,
    flag,
    text,
    choice,
    numbers,
    integers,
    texts,
    section,   ///< a map
    sections,  ///< a list of maps; with `name_key`, a single value stands for {name_key: value}
    anything   ///< not looked at
  };
  using Default = std::variant<std::monostate, bool, std::int64_t, double, std::string,
                               std::vector<double>, std::vector<std::int64_t>>;
  enum class Order { any, ascending };
  /// Another key of the map with one of these words as its value; no words: with any value.
  struct Condition {
    std::string key{};
    std::vector<std::string> words{};
  };

  std::string name;
  std::string what;  ///< one line for people
  Type type;
  Range range = Range::any();                 ///< of a number and of those of a list
  IntegerRange whole = IntegerRange::any();   ///< of a whole number and of those of a list
  std::vector<Choice> choices{};              ///< of a choice
  std::shared_ptr<const Schema> inside{};     ///< of a section, and of each of sections
  std::shared_ptr<const Key> in_its_place{};  ///< of a section: a value that may be there
  std::string name_key{};                     ///< of sections
  std::size_t least_entries = 0;              ///< of a list
  Order order = Order::any;                   ///< of a list of numbers
  enum class Need { required, optional } need = Need::required;
  Default fallback{};                  ///< value when the key is absent
  std::vector<std::string> without{};  ///< must be absent, and is not required, beside any of these
  Condition with{};                    ///< required when this holds, though otherwise optional

  static Key number(std::string name, std::string what, Range range = Range::any());
  static Key integer(std::string name, std::string what, IntegerRange range = IntegerRange::any());
  static Key flag(std::string name, std::string what);
  static Key text(std::string name, std::string what);
  static Key choice(std::string name, std::string what, std::vector<Choice> choices);
  template <class Enum>
  static Key choice(std::string name, std::string what, const Words<Enum>& words) {
    std::vector<Choice> choices;
    for (const Word<Enum>& word : words) choices.push_back({word.word, word.what});
    return choice(std::move(name), std::move(what), std::move(choices));
  }
  static Key numbers(std::string name, std::string what, Range range = Range::any());
  static Key integers(std::string name, std::string what, IntegerRange range);
  static Key texts(std::string name, std::string what);
  static Key section(std::string name, std::string what, Schema inside);
  /// A map whose keys are free names; `entry` declares their values, its name stands for theirs.
  static Key entries(std::string name, std::string what, Key entry);
  static Key sections(std::string name, std::string what, Schema inside);
  static Key sections_or_names(std::string name, std::string what, std::string name_key,
                               Schema inside);
  static Key anything(std::string name, std::string what);

  /// The same key, with a change.
  [[nodiscard]] Key optional() const;
  [[nodiscard]] Key or_else(Default value) const;
  /// Of a section: a single value may stand in the place of the map.
  [[nodiscard]] Key or_value(Key single) const;
  [[nodiscard]] Key unless(std::vector<std::string> others) const;
  [[nodiscard]] Key required_with(std::string key, std::vector<std::string> words = {}) const;
  [[nodiscard]] Key at_least(std::size_t entries) const;
  [[nodiscard]] Key ascending() const;

  /// The default as it would be written in the file; empty when there is none.
  [[nodiscard]] std::string default_text() const;
  /// The words of a choice.
  [[nodiscard]] std::vector<std::string> words() const;
  /// The type in words, with range, e.g. "a number > 0"; "one of 'a', 'b'".
  [[nodiscard]] std::string describe() const;
};

/// Keys that a map has when its key `kind` is `word`.
struct Kind {
  std::string word;
  std::string what;  ///< one line for people
  std::vector<Key> keys{};
};

/// Declaration of a map.
struct Schema {
  std::vector<Key> keys{};
  std::vector<Kind> kinds{};            ///< not empty: the map has a key `kind`
  std::string default_kind{};           ///< taken when `kind` is absent; empty: it is required
  std::shared_ptr<const Key> others{};  ///< what all other keys hold; null: there are none

  /// The kind of this word. \throws Error (unexpected) when there is none
  [[nodiscard]] const Kind& kind(std::string_view word) const;
  /// The words of all kinds.
  [[nodiscard]] std::vector<std::string> kind_words() const;
  /// The keys of a map of this kind, without `kind`; the kind is null where there are none.
  [[nodiscard]] std::vector<const Key*> keys_of(const Kind* kind) const;
};

}  // namespace nudipole::config
