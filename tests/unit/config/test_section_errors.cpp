#include "nudipole/config/section.hpp"

#include "support/throws_like.hpp"

#include <initializer_list>
#include <string>

// The values and files that are refused; for keys see test_section_keys.cpp.
using nudipole::ConfigError;
using nudipole::DataError;
using nudipole::ErrorKind;
using nudipole::config::IntegerRange;
using nudipole::config::Range;
using nudipole::config::Section;
using nudipole::test::check_message;
using nudipole::test::check_throws;

namespace {

Section parse(const std::string& text) { return Section::parse(text, "run.yaml"); }

/// Message parts of reading the number "a" in a text whose second line holds it.
void check_number(const std::string& value, std::initializer_list<std::string> parts) {
  const Section root = parse("# comment\na: " + value + "\n");
  check_throws<ConfigError>([&] { (void)root.number("a", Range::positive()); }, parts);
}

}  // namespace

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
    const Section root = parse(std::string{"a: "} + word);
    check_throws<ConfigError>([&] { (void)root.number("a"); },
                              {"run.yaml:1: a: '", word, "' is not finite; expected a number"});
    check_throws<ConfigError>([&] { (void)root.number_or("a", 1.0); }, {"not finite"});
  }
}

TEST_CASE("what is no whole number is refused") {
  const auto read = [](const std::string& value) {
    return [value] { (void)parse("a: " + value).integer("a", IntegerRange::between(1, 2)); };
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
  const Section root = parse("one: 0.9\nmany: [0.9, 0.95]\nmap: {a: 1}\nnone:\n");
  check_message<ConfigError>(
      [&] { (void)root.numbers("one"); },
      "run.yaml:1: one: got a single value ('0.9'); expected a list of numbers; write a list in "
      "square brackets, [a, b], or with a dash before each entry");
  check_throws<ConfigError>([&] { (void)root.texts("one"); }, {"expected a list of texts"});
  check_throws<ConfigError>([&] { (void)root.texts("map"); }, {"run.yaml:3: map: got a map"});
  check_throws<ConfigError>([&] { (void)root.sections("one"); }, {"expected a list of maps"});
  check_throws<ConfigError>([&] { (void)root.sections_or_names("one", "name"); },
                            {"expected a list of names or maps"});
  check_throws<ConfigError>([&] { (void)root.numbers("none"); },
                            {"run.yaml:4: none: got no value"});
  check_throws<ConfigError>([&] { (void)root.text("many"); },
                            {"run.yaml:2: many: got a list; expected a single text"});
  check_throws<ConfigError>([&] { (void)root.choice("many", {"a"}); },
                            {"run.yaml:2: many: got a list; expected one of 'a'"});
  check_throws<ConfigError>([&] { (void)root.flag("many"); }, {"run.yaml:2: many: got a list"});
  check_throws<ConfigError>([&] { (void)root.section("one"); },
                            {"run.yaml:1: one: got a single value ('0.9'); expected a map"});
  check_throws<ConfigError>([&] { (void)root.section_if("many"); }, {"got a list; expected a map"});
  check_throws<ConfigError>([&] { (void)root.section_if("none"); },
                            {"run.yaml:4: none: got no value; expected a map"});
  check_throws<ConfigError>([&] { (void)root.text("none"); }, {"got no value"});
}

TEST_CASE("a bad entry of a list is named by its index and line") {
  const Section root =
      parse("a: [1,\n 2 MeV, 3]\nb: [x, [y]]\nc:\n  - k: 1\n  - 5\nd: [1,,2]\ne: [z, [y], ~]\n");
  check_throws<ConfigError>([&] { (void)root.numbers("a"); },
                            {"run.yaml:2: a[1]: '2 MeV' is not a number"});
  check_throws<ConfigError>([&] { (void)root.texts("b"); },
                            {"run.yaml:3: b[1]: got a list; expected a single text"});
  check_throws<ConfigError>([&] { (void)root.sections("c"); },
                            {"run.yaml:6: c[1]: got a single value ('5'); expected a map"});
  check_throws<ConfigError>([&] { (void)root.numbers("d"); }, {"run.yaml:7: d[1]: got no value"});
  check_throws<ConfigError>([&] { (void)root.sections_or_names("e", "name"); },
                            {"run.yaml:8: e[1]: got a list; expected a name, or a map with the key "
                             "'name'"});
  check_throws<ConfigError>([] { (void)parse("a: [1.5, -1]").numbers("a", Range::positive()); },
                            {"run.yaml:1: a[1]: -1 is out of range; expected a number > 0"});
}

TEST_CASE("an unknown choice lists the choices and a suggestion") {
  check_message<ConfigError>(
      [] {
        (void)parse("spacing: lgo").choice("spacing", {"log", "linear"});
      },
      "run.yaml:1: spacing: 'lgo' is not known; expected one of 'log', 'linear'; did you mean "
      "'log'?");
  check_message<ConfigError>(
      [] {
        (void)parse("spacing: cubic").choice_or("spacing", "log", {"log", "linear"});
      },
      "run.yaml:1: spacing: 'cubic' is not known; expected one of 'log', 'linear'");
  check_throws<ConfigError>([] { (void)parse("a: Log").choice("a", {"log"}); },
                            {"'Log' is not known", "did you mean 'log'?"});
}

TEST_CASE("only the six words are flags") {
  for (const char* word : {"1", "0", "y", "maybe"}) {
    const std::string text = std::string{"a: "} + word;
    check_throws<ConfigError>([&] { (void)parse(text).flag("a"); },
                              {"is neither true nor false; expected true or false"});
  }
  check_throws<ConfigError>([] { (void)parse("a: True").flag("a"); }, {"did you mean 'true'?"});
  check_throws<ConfigError>([] { (void)parse("a: 'true'").flag("a"); }, {"got text", "quotes"});
  check_throws<ConfigError>([] { (void)parse("a:").flag_or("a", true); }, {"got no value"});
}

TEST_CASE("what is not one map is refused") {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
    check_throws<ConfigError>([&] { (void)parse(text); },
                              {"run.yaml: the file is empty; expected lines 'key: value'"});
  }
  check_throws<ConfigError>([] { (void)parse("- a\n- b\n"); },
                            {"run.yaml:1: got a list; expected a map of keys and values"});
  check_throws<ConfigError>([] { (void)parse("a:1\n"); },
                            {"run.yaml:1: got a single value ('a:1')", "blank after the colon"});
  for (const char* text : {"# c\na: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n", "a: 1\n\n---\n"}) {
    check_throws<ConfigError>([&] { (void)parse(text); },
                              {"run.yaml:3: a second YAML document starts here; expected one map"});
  }
}

TEST_CASE("invalid YAML is refused with the line") {
  const auto check = [](const std::string& text, const std::string& place) {
    check_throws<ConfigError>(
        [&] { (void)parse(text); },
        {place + ": not valid YAML: ", "check indentation, quotes and brackets"});
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
    check_throws<ConfigError>([&] { (void)parse(text); }, {"run.yaml:"});
  }
}

TEST_CASE("a quote that is never closed is refused, not taken to the end of the file") {
  for (const char* text : {"a: 'x\nb: 3\n", "a: \"x\nb: 3\n", "a: 'x"}) {
    check_throws<ConfigError>([&] { (void)parse(text); },
                              {"not valid YAML: a quoted text is not closed"});
  }
}

TEST_CASE("the reader's own complaint has the place of the key") {
  const Section root = parse("mass: {values_MeV: [1,\n  -2]}\n");
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
  const auto parse_data = [](const std::string& text) {
    return Section::parse(text, "experiment.yaml", ErrorKind::data);
  };
  const Section root = parse_data("a: {b: x}\nl: [{c: 1}]\nn: [one]\nz: 1\n");
  check_throws<DataError>([&] { (void)root.number("k"); }, {"experiment.yaml:1: k: the key"});
  check_throws<DataError>([&] { (void)root.section("a").number("b"); }, {"experiment.yaml:1: a.b"});
  check_throws<DataError>([&] { root.sections("l")[0].finish(); }, {"l[0].c: unknown key 'c'"});
  check_throws<DataError>([&] { root.sections_or_names("n", "name")[0].finish(); }, {"n[0].name"});
  check_throws<DataError>([&] { root.finish(); }, {"experiment.yaml:4: z: unknown key"});
  check_throws<DataError>([&] { root.fail("a", "is bad"); }, {"experiment.yaml:1: a: is bad"});
  check_throws<DataError>([&] { (void)parse_data("a: ["); }, {"not valid YAML"});
  check_throws<DataError>([&] { (void)parse_data(""); }, {"empty"});
  check_throws<DataError>([&] { (void)parse_data("a: 1\na: 1"); }, {"twice"});
  check_throws<DataError>([&] { (void)parse_data("a: 1\n---\nb: 1"); }, {"second YAML document"});
  check_throws<DataError>([] { (void)Section::load("no/such.yaml", ErrorKind::data); },
                          {"no/such.yaml: no such file"});
  check_throws<ConfigError>([] { (void)Section::load("no/such.yaml"); }, {"no such file"});
  check_throws<ConfigError>([] { (void)Section::load("/"); }, {"/: is a folder"});
}
