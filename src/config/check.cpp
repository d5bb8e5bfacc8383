#include "check.hpp"

#include "message_text.hpp"
#include "unit_suffix.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace nudipole::config {
namespace {

constexpr const char* kind_key = "kind";

/// The word of a condition's key, as written or by default; nothing when it is absent or no text.
std::optional<std::string> word_of(const YamlMap& map, const std::vector<const Key*>& keys,
                                   const std::string& name) {
  if (const YamlValue* value = map.find(name)) {
    return value->node.IsScalar() ? value->node.Scalar() : std::string{};
  }
  for (const Key* key : keys) {
    if (key->name != name) continue;
    if (const auto* word = std::get_if<std::string>(&key->fallback)) return *word;
  }
  return std::nullopt;
}

/// "'target' (with 'mass_kg', 'atoms')": what has to be written for a key that is missing.
std::string with_contents(const std::string& path, const Key& key) {
  if (key.type != Key::Type::section) return quoted(path);
  std::vector<std::string> inside;
  const Schema& schema = *key.inside;
  const bool by_default = !schema.default_kind.empty();
  if (!schema.kinds.empty() && !by_default) inside.emplace_back(kind_key);
  for (const Key* below :
       schema.keys_of(by_default ? &schema.kind(schema.default_kind) : nullptr)) {
    if (below->need == Key::Need::required) inside.push_back(below->name);
  }
  return quoted(path) + (inside.empty() ? "" : " (with " + quoted_list(inside) + ")");
}

/// Walks a tree and notes all that is wrong with it.
class Checker {
 public:
  void check_map(const YamlMap& map, const Schema& schema);
  void report(ErrorKind kind) const;

 private:
  struct Missing {
    std::string where;
    std::string name;  ///< path and contents
    std::string hint;
  };
  struct Problem {
    std::string what;
    ErrorDetails details;
  };
  /// The absent keys that the undeclared ones of a map may be meant as.
  using Guesses = std::map<std::string, const Key*>;

  template <class Action>
  void note(Action&& action);
  void check_value(const YamlValue& value, const Key& key);
  void check_entries(const YamlValue& value, const Key& key);
  /// \return the undeclared keys that were told as the misspelling of a missing one
  std::vector<std::string> check_keys(const YamlMap& map, const std::vector<const Key*>& keys,
                                      const Guesses& guesses);
  void note_missing(const YamlMap& map, const Key& key, const std::string& written);
  void note_conflict(const YamlMap& map, const std::string& name, const std::string& other);
  void note_unknown(const YamlMap& map, const YamlEntry& entry,
                    const std::vector<std::string>& known, const Guesses& guesses);

  std::vector<Missing> missing_{};
  std::vector<Problem> problems_{};
};

template <class Action>
void Checker::note(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    problems_.push_back({error.problem(), error.details()});
  }
}

void Checker::check_entries(const YamlValue& value, const Key& key) {
  using Type = Key::Type;
  const char* const of_what = key.type == Type::numbers    ? "numbers"
                              : key.type == Type::integers ? "whole numbers"
                              : key.type == Type::texts    ? "texts"
                              : key.name_key.empty()       ? "maps"
                                                           : "names or maps";
  const std::vector<YamlValue> entries = read_list(value, of_what);
  if (entries.size() < key.least_entries) {
    value.fail(entries.empty() ? "the list is empty"
                               : "the list is of length " + std::to_string(entries.size()),
               "at least " + (key.least_entries == 1   ? std::string{"one"}
                              : key.least_entries == 2 ? std::string{"two"}
                                                       : std::to_string(key.least_entries)));
  }
  std::optional<double> before;
  for (const YamlValue& entry : entries) {
    note([&] {
      if (key.type == Type::texts) {
        (void)read_text(entry);
      } else if (key.type == Type::sections) {
        check_map(read_entry(entry, key.name_key), *key.inside);
      } else {
        const double number = key.type == Type::numbers
                                  ? read_number(entry, key.range)
                                  : static_cast<double>(read_integer(entry, key.whole));
        if (key.order == Key::Order::ascending && before && number <= *before) {
          entry.fail("the values do not grow", "strictly ascending numbers");
        }
        before = number;
      }
    });
  }
}

void Checker::check_value(const YamlValue& value, const Key& key) {
  using Type = Key::Type;
  switch (key.type) {
    case Type::number: (void)read_number(value, key.range); return;
    case Type::integer: (void)read_integer(value, key.whole); return;
    case Type::flag: (void)read_flag(value); return;
    case Type::text: (void)read_text(value); return;
    case Type::choice: (void)read_choice(value, key.words()); return;
    case Type::section:
      if (key.in_its_place && value.node.IsScalar()) return check_value(value, *key.in_its_place);
      return check_map(YamlMap{value}, *key.inside);
    case Type::anything: return;
    case Type::numbers:
    case Type::integers:
    case Type::texts:
    case Type::sections: check_entries(value, key);
  }
}

void Checker::note_missing(const YamlMap& map, const Key& key, const std::string& written) {
  std::string hint;
  if (!written.empty()) {
    hint = "is " + quoted(written) + " in line " + std::to_string(map.find(written)->line) +
           " meant to be " + quoted(key.name) + "?";
    if (same_in_another_unit(written, key.name)) hint += " convert the number";
  }
  const std::string path = map.self().path.empty() ? key.name : map.self().path + "." + key.name;
  missing_.push_back({map.where(key.name), with_contents(path, key), hint});
}

void Checker::note_conflict(const YamlMap& map, const std::string& name, const std::string& other) {
  const auto same = [&](const Problem& problem) {
    return problem.details.where == map.where(other);
  };
  if (std::ranges::any_of(problems_, same)) return;  // told from the other side
  const auto unit = split_unit(name);
  const auto other_unit = split_unit(other);
  const bool two_units = unit && other_unit && unit->unit != other_unit->unit;
  problems_.push_back(
      {quoted(name) + " and " + quoted(other) + " cannot both be given",
       {.where = map.where(name),
        .expected = two_units ? "one unit for all" : "",
        .hint = two_units ? "rename the key, and convert its number" : "keep one of them"}});
}

void Checker::note_unknown(const YamlMap& map, const YamlEntry& entry,
                           const std::vector<std::string>& known, const Guesses& guesses) {
  std::string hint;
  const auto guess = guesses.find(entry.key);
  if (entry.key == "<<") {
    hint = "YAML merge keys are not supported: write the keys out";
  } else if (guess == guesses.end()) {
    hint = did_you_mean(entry.key, known);
  } else if (same_in_another_unit(entry.key, guess->second->name)) {
    hint = "is " + quoted(entry.key) + " meant to be " + quoted(guess->second->name) +
           "? convert the number";
  } else {
    hint = "did you mean " + quoted(guess->second->name) + "?";
  }
  problems_.push_back({"unknown key " + quoted(entry.key),
                       {.where = map.where(entry.key),
                        .expected = known.empty() ? "no keys here" : "one of " + quoted_list(known),
                        .hint = hint}});
}

std::vector<std::string> Checker::check_keys(const YamlMap& map,
                                             const std::vector<const Key*>& keys,
                                             const Guesses& guesses) {
  std::vector<std::string> told;
  const auto meant = [&](const std::string& name) {
    return map.find(name) != nullptr || std::ranges::any_of(guesses, [&](const auto& guess) {
             return guess.second->name == name;
           });
  };
  for (const Key* key : keys) {
    const auto other = std::ranges::find_if(key->without, meant);
    if (const YamlValue* value = map.find(key->name)) {
      if (other != key->without.end()) note_conflict(map, key->name, *other);
      note([&] { check_value(*value, *key); });
      continue;
    }
    const std::optional<std::string> word = word_of(map, keys, key->with.key);
    const std::vector<std::string>& words = key->with.words;
    const bool holds = word && (words.empty() || std::ranges::find(words, *word) != words.end());
    const bool needed = holds || key->need == Key::Need::required;
    if (!needed || other != key->without.end()) continue;
    const auto written = std::ranges::find(guesses, key, &Guesses::value_type::second);
    note_missing(map, *key, written == guesses.end() ? "" : written->first);
    if (written != guesses.end()) told.push_back(written->first);
  }
  return told;
}

void Checker::check_map(const YamlMap& map, const Schema& schema) {
  const std::vector<const Key*> keys = schema.keys_of(kind_of(map, schema));
  std::vector<std::string> known;
  if (!schema.kinds.empty()) known.emplace_back(kind_key);
  for (const Key* key : keys) known.push_back(key->name);

  std::vector<const YamlEntry*> undeclared;
  Guesses guesses;
  for (const YamlEntry& entry : map.entries()) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    if (schema.others) {
      note([&] { check_value(entry.value, *schema.others); });
      continue;
    }
    undeclared.push_back(&entry);
    // A key that is absent is more likely meant than one that is there already.
    std::vector<std::string> absent;
    for (const std::string& name : known) {
      if (map.find(name) == nullptr) absent.push_back(name);
    }
    const auto in_another_unit = std::ranges::find_if(
        absent, [&](const std::string& name) { return same_in_another_unit(entry.key, name); });
    const std::optional<std::string> match =
        in_another_unit != absent.end() ? *in_another_unit : closest_match(entry.key, absent);
    const auto key = std::ranges::find_if(keys, [&](const Key* k) { return k->name == match; });
    if (key != keys.end()) guesses.emplace(entry.key, *key);
  }
  const std::vector<std::string> told = check_keys(map, keys, guesses);
  for (const YamlEntry* entry : undeclared) {
    if (std::ranges::find(told, entry->key) == told.end()) {
      note_unknown(map, *entry, known, guesses);
    }
  }
}

void Checker::report(ErrorKind kind) const {
  std::vector<std::string> more;
  for (const Problem& problem : problems_) {
    more.push_back(Error{kind, problem.what, problem.details}.what());
  }
  Problem first;
  if (!missing_.empty()) {
    first = {"the key is required and missing", {.where = missing_.front().where}};
    std::vector<std::string> names;
    std::vector<std::string> hints;
    for (const Missing& missing : missing_) {
      if (&missing != &missing_.front()) names.push_back(missing.name);
      if (!missing.hint.empty()) hints.push_back(missing.hint);
    }
    if (!names.empty()) first.what += ", as well as " + join(names);
    first.details.hint = join(hints, "; ");
  } else if (!problems_.empty()) {
    first = problems_.front();
    more.erase(more.begin());
  } else {
    return;
  }
  if (!more.empty()) {
    first.details.hint += (first.details.hint.empty() ? "also: " : "; also: ") + join(more, "; ");
  }
  throw_error(kind, first.what, first.details);
}

}  // namespace

const Kind* kind_of(const YamlMap& map, const Schema& schema) {
  if (schema.kinds.empty()) return nullptr;
  if (const YamlValue* value = map.find(kind_key)) {
    return &schema.kind(read_choice(*value, schema.kind_words()));
  }
  if (!schema.default_kind.empty()) return &schema.kind(schema.default_kind);
  map.fail(kind_key, "the key is required and missing",
           "one of " + quoted_list(schema.kind_words()), "");
}

void check(const YamlMap& map, const Schema& schema) {
  Checker checker;
  checker.check_map(map, schema);
  checker.report(map.self().kind);
}

}  // namespace nudipole::config
