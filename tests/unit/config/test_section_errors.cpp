#include "nudipole/config/section.hpp"

#include "support/throws_like.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

// The values and files that are refused; for keys see test_section_keys.cpp.
using nudipole::ConfigError;
using nudipole::DataError;
using nudipole::ErrorKind;
using nudipole::config::IntegerRange;
using nudipole::config::Key;
using nudipole::config::Range;
using nudipole::config::Schema;
using nudipole::config::Section;
using nudipole::test::check_message;
using nudipole::test::check_throws;

namespace {

/// A schema that looks at nothing.
Schema open_schema() { return {.others = std::make_shared<const Key>(Key::anything("<key>", ""))}; }

/// Reading a text that holds these keys.
std::function<void()> reading(const std::string& text, std::vector<Key> keys) {
  return [=] { (void)Section::parse(text, "run.yaml", Schema{.keys = keys}); };
}

/// Reading a text as YAML.
std::function<void()> reading(const std::string& text) {
  return [=] { (void)Section::parse(text, "run.yaml", open_schema()); };
}

/// Message parts of a number "a" in a text whose second line holds it.
void check_number(const std::string& value, std::initializer_list<std::string> parts) {
  check_throws<ConfigError>(
      reading("# comment\na: " + value + "\n", {Key::number("a", "", Range::positive())}), parts);
}

}  // namespace

TEST_CASE("a long value is cut between letters") {
  // 59 bytes and a letter of two: the 60th byte is its half.
  check_number(std::string(59, 'x') + "\u00e9y", {"'" + std::string(59, 'x') + "...' is not"});
  check_number(std::string(58, 'x') + "\u00e9y",
               {"'" + std::string(58, 'x') + "\u00e9...' is not"});
}

TEST_CASE("what is no number is refused with place, range and remedy") {
  const std::string unit_hint = "the unit belongs into the name of the key";
  check_number("ten", {"run.yaml:2: a: 'ten' is not a number; expected a number > 0"});
  check_number("10 MeV", {"run.yaml:2: a: '10 MeV' is not a number", unit_hint});
  check_number("10MeV", {"'10MeV' is not a number", unit_hint});
  check_number("90%", {"'90%' is not a number", unit_hint});
  check_number("1,5", {"'1,5' is not a number", "write the decimal point as '.'"});
  check_number("3]", {"'3]' is not a number"});
  check_number("1 2", {"'1 2' is not a number"});
  check_number("+-1", {"'+-1' is not a number"});
  check_number("++1", {"'++1' is not a number"});
  check_number("1_000", {"'1_000' is not a number"});
  check_number("true", {"'true' is not a number"});
  check_number("1e400", {"'1e400' is too large or too small"});
  check_number("'10'", {"run.yaml:2: a: got text ('10' in quotes); expected a number > 0",
                        "remove the quotes"});
  check_number("\"10\"", {"got text"});
  check_number("|\n  10", {"got text"});
  check_number("[1]", {"run.yaml:2: a: got a list; expected a number > 0"});
  check_number("{b: 1}", {"run.yaml:2: a: got a map; expected a number > 0"});
  check_number("", {"run.yaml:2: a: got no value; expected a number > 0",
                    "give it a value, or remove the key"});
  check_number("~", {"got no value"});
  check_number("!ton 3", {"the YAML tag '!ton' has no meaning here", "remove the tag"});
  check_number("0", {"run.yaml:2: a: 0 is out of range; expected a number > 0"});
  check_number(std::string(100, 'x'), {"'" + std::string(60, 'x') + "...' is not a number"});
}

TEST_CASE("NaN and infinity are refused in every spelling") {
  for (const char* word : {".nan", ".NaN", ".NAN", "nan", "-nan", ".inf", "-.inf", "+.inf", ".Inf",
                           "inf", "-inf", "infinity", "INF"}) {
    check_throws<ConfigError>(
        reading(std::string{"a: "} + word, {Key::number("a", "").or_else(1.0)}),
        {"run.yaml:1: a: '", word, "' is not finite; expected a number"});
  }
}

TEST_CASE("what is no whole number is refused") {
  const auto read = [](const std::string& value) {
    return reading("a: " + value, {Key::integer("a", "", IntegerRange::between(1, 2))});
  };
  check_message<ConfigError>(
      read("3.5"),
      "run.yaml:1: a: '3.5' is not a whole number; expected a whole number "
      ">= 1 and <= 2; write it in digits, without decimal point or exponent");
  check_throws<ConfigError>(read("1e3"), {"'1e3' is not a whole number"});
  check_throws<ConfigError>(read("2.0"), {"'2.0' is not a whole number"});
  check_throws<ConfigError>(read("two"), {"'two' is not a whole number"});
  check_throws<ConfigError>(read("2 s"), {"'2 s' is not a whole number", "the unit belongs"});
  check_throws<ConfigError>(read("'2'"), {"got text ('2' in quotes)"});
  check_throws<ConfigError>(read("[2]"), {"got a list; expected a whole number"});
  check_throws<ConfigError>(read("9223372036854775808"), {"too large for a whole number"});
  check_throws<ConfigError>(read("3"),
                            {"3 is out of range; expected a whole number >= 1 and <= 2"});
}

TEST_CASE("a single value and a list are not taken for each other") {
  check_message<ConfigError>(
      reading("one: 0.9\n", {Key::numbers("one", "")}),
      "run.yaml:1: one: got a single value ('0.9'); expected a list of numbers; write a list in "
      "square brackets, [a, b], or with a dash before each entry");
  const auto refused = [](const std::string& value, const Key& key, const std::string& part) {
    check_throws<ConfigError>(reading("# comment\na: " + value + "\n", {key}),
                              {"run.yaml:2: a: " + part});
  };
  const std::string one = "got a single value ('x'); expected ";
  refused("x", Key::texts("a", ""), one + "a list of texts");
  refused("x", Key::integers("a", "", IntegerRange::any()), one + "a list of whole numbers");
  refused("x", Key::sections("a", "", {}), one + "a list of maps");
  refused("x", Key::sections_or_names("a", "", "name", {}), one + "a list of names or maps");
  refused("x", Key::section("a", "", {}), one + "a map");
  refused("[x]", Key::text("a", ""), "got a list; expected a single text");
  refused("[x]", Key::choice("a", "", {{"x"}}), "got a list; expected one of 'x'");
  refused("[x]", Key::flag("a", ""), "got a list");
  refused("[x]", Key::section("a", "", {}), "got a list; expected a map");
  refused("{b: 1}", Key::texts("a", ""), "got a map");
  refused("", Key::numbers("a", ""), "got no value");
  refused("", Key::text("a", "").optional(), "got no value");
  refused("", Key::section("a", "", {}).optional(), "got no value; expected a map");
}

TEST_CASE("a bad entry of a list is named by its index and line") {
  check_throws<ConfigError>(reading("a: [1,\n 2 MeV, 3]\n", {Key::numbers("a", "")}),
                            {"run.yaml:2: a[1]: '2 MeV' is not a number"});
  check_throws<ConfigError>(reading("a: [1,,2]\n", {Key::numbers("a", "")}),
                            {"run.yaml:1: a[1]: got no value"});
  check_throws<ConfigError>(reading("a: [1.5, -1]", {Key::numbers("a", "", Range::positive())}),
                            {"run.yaml:1: a[1]: -1 is out of range; expected a number > 0"});
  check_throws<ConfigError>(
      reading("a: [1, 3.5]", {Key::integers("a", "", IntegerRange::positive())}),
      {"run.yaml:1: a[1]: '3.5' is not a whole number"});
  check_throws<ConfigError>(reading("a: [x, [y]]", {Key::texts("a", "")}),
                            {"run.yaml:1: a[1]: got a list; expected a single text"});
  const Schema inside{.keys = {Key::number("k", "")}};
  check_throws<ConfigError>(reading("c:\n  - k: 1\n  - 5\n", {Key::sections("c", "", inside)}),
                            {"run.yaml:3: c[1]: got a single value ('5'); expected a map"});
  check_throws<ConfigError>(
      reading("e: [z, [y]]",
              {Key::sections_or_names("e", "", "name", {.keys = {Key::text("name", "")}})}),
      {"run.yaml:1: e[1]: got a list; expected a name, or a map with the key 'name'"});
}

TEST_CASE("lists that are too short or do not grow are refused") {
  const Key edges = Key::numbers("a", "").at_least(2).ascending();
  check_message<ConfigError>(reading("a: []", {edges}),
                             "run.yaml:1: a: the list is empty; expected at least two");
  check_message<ConfigError>(reading("a: [3]", {edges}),
                             "run.yaml:1: a: the list is of length 1; expected at least two");
  check_message<ConfigError>(
      reading("a: [1, 3,\n 3]", {edges}),
      "run.yaml:2: a[2]: the values do not grow; expected strictly ascending numbers");
  CHECK_NOTHROW(reading("a: [-1, 3]", {edges})());
}

TEST_CASE("an unknown choice lists the choices and a suggestion") {
  const Key spacing = Key::choice("spacing", "", {{"log"}, {"linear"}}).or_else("log");
  check_message<ConfigError>(
      reading("spacing: lgo", {spacing}),
      "run.yaml:1: spacing: 'lgo' is not known; expected one of 'log', 'linear'; did you mean "
      "'log'?");
  check_message<ConfigError>(
      reading("spacing: cubic", {spacing}),
      "run.yaml:1: spacing: 'cubic' is not known; expected one of 'log', 'linear'");
  check_throws<ConfigError>(reading("spacing: Log", {spacing}),
                            {"'Log' is not known", "did you mean 'log'?"});
}

TEST_CASE("only the six words are flags") {
  for (const char* word : {"1", "0", "y", "maybe"}) {
    const std::string text = std::string{"a: "} + word;
    check_throws<ConfigError>(reading(text, {Key::flag("a", "")}),
                              {"is neither true nor false; expected true or false"});
  }
  check_throws<ConfigError>(reading("a: True", {Key::flag("a", "")}), {"did you mean 'true'?"});
  check_throws<ConfigError>(reading("a: 'true'", {Key::flag("a", "")}), {"got text", "quotes"});
  check_throws<ConfigError>(reading("a:", {Key::flag("a", "")}), {"got no value"});
}

TEST_CASE("what is not one map is refused") {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
    check_throws<ConfigError>(reading(text),
                              {"run.yaml: the file is empty; expected lines 'key: value'"});
  }
  check_throws<ConfigError>(reading("- a\n- b\n"),
                            {"run.yaml:1: got a list; expected a map of keys and values"});
  check_throws<ConfigError>(reading("a:1\n"),
                            {"run.yaml:1: got a single value ('a:1')", "blank after the colon"});
  for (const char* text : {"# c\na: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n", "a: 1\n\n---\n"}) {
    check_throws<ConfigError>(reading(text),
                              {"run.yaml:3: a second YAML document starts here; expected one map"});
  }
}

TEST_CASE("invalid YAML is refused with the line") {
  const auto check = [](const std::string& text, const std::string& place) {
    check_throws<ConfigError>(
        reading(text), {place + ": not valid YAML: ", "check indentation, quotes and brackets"});
  };
  check("a: [1, 2\nb: 3\n", "run.yaml:2");
  check("a: 1\n}\n", "run.yaml:2");
  check("a: 1\n b: 2\n", "run.yaml:2");
  check("a:\n\t- 1\n", "run.yaml:2");
  check("b: 1\na: *nope\n", "run.yaml:2");
  check("a: 1\nb\nc: 2\n", "run.yaml:3");
  check("a: {b: 1", "run.yaml:1");
}

TEST_CASE("a stray sign at the start does not end in an endless search for documents") {
  for (const char* text : {",a: 1\n", "]\na: 1\n", ",\n", "a: 1\n,b: 2\n", "- a\nb: 1\n"}) {
    check_throws<ConfigError>(reading(text), {"run.yaml:"});
  }
}

TEST_CASE("a quote that is never closed is refused, not taken to the end of the file") {
  for (const char* text : {"a: 'x\nb: 3\n", "a: \"x\nb: 3\n", "a: 'x"}) {
    check_throws<ConfigError>(reading(text), {"not valid YAML: a quoted text is not closed"});
  }
}

TEST_CASE("the reader's own complaint has the place of the key") {
  const Section root = Section::parse(
      "mass: {values_MeV: [1,\n  -2]}\n", "run.yaml",
      {.keys = {Key::section("mass", "", {.keys = {Key::numbers("values_MeV", "")}})}});
  const Section mass = root.section("mass");
  check_message<ConfigError>(
      [&] {
        mass.fail("values_MeV[1]", "the masses do not increase", "a larger one", "sort them");
      },
      "run.yaml:2: mass.values_MeV[1]: the masses do not increase; expected a larger one; sort "
      "them");
  check_message<ConfigError>([&] { mass.fail("", "is too short"); },
                             "run.yaml:1: mass: is too short");
}

TEST_CASE("files of an experiment give data errors throughout") {
  const auto refused = [](const std::string& text, const std::string& part) {
    check_throws<DataError>(
        [&] {
          (void)Section::parse(text, "experiment.yaml",
                               {.keys = {Key::section("a", "", {.keys = {Key::number("b", "")}}),
                                         Key::sections("l", "", {}).optional()}},
                               ErrorKind::data);
        },
        {part});
  };
  refused("l: []", "experiment.yaml:1: a: the key is required");
  refused("a: {b: x}", "experiment.yaml:1: a.b: 'x' is not a number");
  refused("a: {b: 1}\nl: [{c: 1}]", "l[0].c: unknown key 'c'");
  refused("a: {b: 1}\nz: 1", "experiment.yaml:2: z: unknown key");
  refused("a: [", "not valid YAML");
  refused("", "empty");
  refused("a: 1\na: 1", "twice");
  refused("a: 1\n---\nb: 1", "second YAML document");
  const Schema any = open_schema();
  check_throws<DataError>(
      [&] { Section::parse("a: 1", "x.yaml", any, ErrorKind::data).fail("a", "is bad"); },
      {"x.yaml:1: a: is bad"});
  check_throws<DataError>([&] { (void)Section::load("no/such.yaml", any, ErrorKind::data); },
                          {"no/such.yaml: no such file"});
  check_throws<ConfigError>([&] { (void)Section::load("no/such.yaml", any); }, {"no such file"});
  check_throws<ConfigError>([&] { (void)Section::load("/", any); }, {"/: is a folder"});
}
