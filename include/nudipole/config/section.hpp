#pragma once

#include "nudipole/config/range.hpp"
#include "nudipole/core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nudipole::config {

class YamlMap;

/// Strict view of one map of a YAML file.
///
/// Asking for a key declares it. finish() throws for keys that nobody declared, so that a
/// misspelt or misplaced key never passes in silence. Values are never converted from another kind:
/// a quoted text is not a number, a single value is not a list, NaN and infinity are not numbers,
/// and a key without a value is an error.
///
/// All errors are of the class the file was loaded with (ConfigError or DataError) and read
/// "file:line: path.to.key: what; expected ...; hint" in one line.
///
/// Copies are cheap and share the record of declared keys. A section that is asked for twice is
/// two views with a record each; whoever obtains a section finishes it.
class Section {
 public:
  /// Reads a file that holds one YAML map.
  /// \param kind class of all errors of this section and its descendants
  /// \throws for a file that cannot be read, is not valid YAML, is empty, holds several documents
  ///         or something else than a map, or has a key twice
  static Section load(const std::filesystem::path& file, ErrorKind kind = ErrorKind::config);
  /// The same for a text; `source_name` takes the place of the file name in messages.
  static Section parse(const std::string& text, const std::string& source_name,
                       ErrorKind kind = ErrorKind::config);

  /// True when the key is there, with or without a value. Declares the key.
  [[nodiscard]] bool has(std::string_view key) const;

  /// A finite number in `range`; the whole value must be the number ("10 MeV" is an error).
  [[nodiscard]] double number(std::string_view key, Range range = Range::any()) const;
  /// The same, or `fallback` (not checked) when the key is absent.
  [[nodiscard]] double number_or(std::string_view key, double fallback,
                                 Range range = Range::any()) const;

  /// A whole number in `range`, written in digits ("3.0" and "1e3" are errors).
  [[nodiscard]] std::int64_t integer(std::string_view key,
                                     IntegerRange range = IntegerRange::any()) const;
  /// The same, or `fallback` (not checked) when the key is absent.
  [[nodiscard]] std::int64_t integer_or(std::string_view key, std::int64_t fallback,
                                        IntegerRange range = IntegerRange::any()) const;

  /// A text, quoted or not; may be empty only in quotes.
  [[nodiscard]] std::string text(std::string_view key) const;
  /// The same, or `fallback` when the key is absent.
  [[nodiscard]] std::string text_or(std::string_view key, const std::string& fallback) const;

  /// One of the given words.
  [[nodiscard]] std::string choice(std::string_view key,
                                   const std::vector<std::string>& choices) const;
  /// The same, or `fallback` (not checked) when the key is absent.
  [[nodiscard]] std::string choice_or(std::string_view key, const std::string& fallback,
                                      const std::vector<std::string>& choices) const;

  /// true, on or yes; false, off or no. Nothing else, and not in quotes.
  [[nodiscard]] bool flag(std::string_view key) const;
  /// The same, or `fallback` when the key is absent.
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const;

  /// A list of finite numbers, each in `range`; may be empty.
  [[nodiscard]] std::vector<double> numbers(std::string_view key, Range range = Range::any()) const;
  /// A list of texts; may be empty.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;

  /// The map under `key`.
  [[nodiscard]] Section section(std::string_view key) const;
  /// The map under `key`; nothing when the key is absent.
  [[nodiscard]] std::optional<Section> section_if(std::string_view key) const;
  /// A list of maps, in file order; may be empty.
  [[nodiscard]] std::vector<Section> sections(std::string_view key) const;
  /// A list whose entries are maps, or single values that stand for {name_key: value}.
  [[nodiscard]] std::vector<Section> sections_or_names(std::string_view key,
                                                       std::string_view name_key) const;

  /// This map with values of `changes` set: its keys are dotted paths below this map, such as
  /// "target.radii". Nothing counts as asked for in the new section.
  [[nodiscard]] Section with(const Section& changes) const;

  /// All keys of the map in file order. Declares nothing.
  [[nodiscard]] std::vector<std::string> keys() const;

  /// Place of a key for messages: "configs/x.yaml:12: mass.to_MeV"; list entries count from 0, as
  /// in "experiments[1].options". "name[2]" is the third entry of the list under "name"; an empty
  /// key stands for the section itself. An absent key has the line of the section.
  [[nodiscard]] std::string where(std::string_view key) const;
  /// Throws this section's class of error at where(key).
  [[noreturn]] void fail(std::string_view key, const std::string& what,
                         const std::string& expected = {}, const std::string& hint = {}) const;

  /// Throws when the map has a key that was never asked for, with a suggestion. Does not look into
  /// nested sections.
  void finish() const;

 private:
  explicit Section(std::shared_ptr<YamlMap> map) : map_(std::move(map)) {}

  std::shared_ptr<YamlMap> map_;
};

}  // namespace nudipole::config
