#pragma once

#include "nudipole/config/schema.hpp"
#include "nudipole/core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nudipole::config {

class YamlMap;

/// One map of a YAML file that was found to be as its Schema declares it.
///
/// The whole tree is checked when it is read: missing and unknown keys, types, ranges. Values are
/// never converted from another kind: a quoted text is not a number, a single value is not a list,
/// NaN and infinity are not numbers, and a key without a value is an error. One message tells all
/// that is wrong. Ranges and defaults of what is read below are those of the declaration; asking
/// for a key that is not declared, or with another type, is an Error of kind unexpected.
///
/// All other errors are of the class the file was loaded with (ConfigError or DataError) and read
/// "file:line: path.to.key: what; expected ...; hint" in one line.
class Section {
 public:
  /// Reads a file that holds one YAML map.
  /// \param kind class of all errors of this section and its descendants
  /// \throws for a file that cannot be read, is not valid YAML, is empty, holds several documents
  ///         or something else than a map, has a key twice, or is not as the schema declares it
  static Section load(const std::filesystem::path& file, const Schema& schema,
                      ErrorKind kind = ErrorKind::config);
  /// The same for a text; `source_name` takes the place of the file name in messages.
  static Section parse(const std::string& text, const std::string& source_name,
                       const Schema& schema, ErrorKind kind = ErrorKind::config);

  /// True when the key is in the file.
  [[nodiscard]] bool has(std::string_view key) const;
  /// True when a section is written as a map, and not as the value that may stand in its place.
  [[nodiscard]] bool is_map(std::string_view key) const;
  /// The word of the key `kind`, or the default.
  [[nodiscard]] const std::string& kind() const;

  // Values; the default when the key is absent. Without a default that is an error of the file:
  // what makes the key necessary is up to the caller.
  [[nodiscard]] double number(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  /// A text, or the word of a choice.
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view key) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  /// A choice whose words stand for an enumeration.
  template <class Enum>
  [[nodiscard]] Enum one_of(std::string_view key, const Words<Enum>& words) const {
    const std::string chosen = text(key);
    for (const Word<Enum>& word : words) {
      if (word.word == chosen) return word.value;
    }
    throw Error(ErrorKind::unexpected, "'" + chosen + "' is not among the words asked for",
                {.where = where(key)});
  }

  /// The number; nothing when the key is absent and has no default.
  [[nodiscard]] std::optional<double> number_if(std::string_view key) const;

  /// The text, word or flag ("true", "false") at a dotted path below this map, or its default;
  /// empty where something else stands; nothing where there is no such key. For rules about files
  /// of any schema.
  [[nodiscard]] std::optional<std::string> word(std::string_view path) const;

  /// The map under `key`. An optional one that is absent is empty, if all its keys may be absent.
  [[nodiscard]] Section section(std::string_view key) const;
  /// The map under `key`; nothing when the key is absent.
  [[nodiscard]] std::optional<Section> section_if(std::string_view key) const;
  /// A list of maps, in file order; none when the key is absent and optional.
  [[nodiscard]] std::vector<Section> sections(std::string_view key) const;

  /// This map with values of `changes` set, and checked again: the keys of `changes` are dotted
  /// paths below this map, such as "target.radii".
  [[nodiscard]] Section with(const Section& changes) const;
  /// The same for several, one after the other, checked at the end.
  [[nodiscard]] Section with(std::span<const Section> changes) const;
  /// This map as another schema declares it.
  [[nodiscard]] Section as(const Schema& schema) const;

  /// All keys of the map in file order.
  [[nodiscard]] std::vector<std::string> keys() const;

  /// Place of a key for messages: "configs/x.yaml:12: mass.to_MeV"; list entries count from 0, as
  /// in "experiments[1].options". "name[2]" is the third entry of the list under "name"; an empty
  /// key stands for the section itself. An absent key has the line of the section.
  [[nodiscard]] std::string where(std::string_view key) const;
  /// Throws this section's class of error at where(key).
  [[noreturn]] void fail(std::string_view key, const std::string& what,
                         const std::string& expected = {}, const std::string& hint = {}) const;

 private:
  Section(std::shared_ptr<const YamlMap> map, std::shared_ptr<const Schema> schema);
  [[nodiscard]] const Key& declaration(std::string_view key,
                                       std::initializer_list<Key::Type> types) const;
  template <class Value, class Read>
  [[nodiscard]] Value value(std::string_view key, std::initializer_list<Key::Type> types,
                            Read&& read) const;

  std::shared_ptr<const YamlMap> map_;
  std::shared_ptr<const Schema> schema_;
  const Kind* kind_;  ///< of the schema; null where it has no kinds
};

}  // namespace nudipole::config
