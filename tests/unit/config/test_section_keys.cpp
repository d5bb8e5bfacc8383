#include "nudipole/config/section.hpp"

#include "support/throws_like.hpp"

#include <string>

// Unknown, missing and repeated keys.
using nudipole::ConfigError;
using nudipole::config::Section;
using nudipole::test::check_message;
using nudipole::test::check_throws;

namespace {

Section parse(const std::string& text) { return Section::parse(text, "run.yaml"); }

}  // namespace

TEST_CASE("an unknown key is refused with a suggestion") {
  const Section root = parse("title: x\nmass:\n  from_GeV: 1\n  to_MeV: 2\nflavor: mu\n");
  const Section mass = root.section("mass");
  (void)mass.number_or("from_MeV", 1.0);
  (void)mass.number("to_MeV");
  check_message<ConfigError>([&] { mass.finish(); },
                             "run.yaml:3: mass.from_GeV: unknown key 'from_GeV'; expected one of "
                             "'from_MeV', 'to_MeV'; did you mean 'from_MeV'?");
  (void)root.text("title");
  (void)root.has("flavour");
  check_throws<ConfigError>([&] { root.finish(); }, {"run.yaml:5: flavor: unknown key 'flavor'",
                                                     "did you mean 'flavour'?"});
}

TEST_CASE("all unknown keys are named") {
  const Section root = parse("a: 1\nfoo: 2\nbar: 3\nqux: 4\n");
  check_message<ConfigError>(
      [&] {
        (void)root.number("a");
        root.finish();
      },
      "run.yaml:2: foo: unknown key 'foo'; expected one of 'a'; also "
      "unknown: 'bar' in line 3, 'qux' in line 4");
  check_throws<ConfigError>([] { parse("a: 1").finish(); }, {"unknown key 'a'; expected no keys"});
}

TEST_CASE("an absent key is suggested before one that is there") {
  const Section root = parse("lo_keV: 1\nla_keV: 2\n");
  (void)root.number("lo_keV");
  (void)root.number_or("lb_keV", 2.0);
  check_throws<ConfigError>([&] { root.finish(); }, {"did you mean 'lb_keV'?"});
}

TEST_CASE("a merge key is explained") {
  const Section root = parse("a: &x {b: 1}\nc:\n  <<: *x\n");
  check_throws<ConfigError>([&] { root.section("c").finish(); },
                            {"run.yaml:3: c.<<: unknown key '<<'", "merge keys are not supported"});
}

TEST_CASE("a missing key points to its misspelling") {
  const Section root = parse("title: x\nmass:\n  points: 3\n  from_GeV: 1\n");
  const Section mass = root.section("mass");
  check_message<ConfigError>([&] { (void)mass.number("from_MeV"); },
                             "run.yaml:2: mass.from_MeV: the key is required and missing; is "
                             "'from_GeV' in line 4 meant to be 'from_MeV'?");
  check_message<ConfigError>([&] { (void)root.text("flavour"); },
                             "run.yaml:1: flavour: the key is required and missing");
  // A key that was asked for already is not a misspelling of another.
  (void)mass.number("from_GeV");
  check_message<ConfigError>([&] { (void)mass.number("from_MeV"); },
                             "run.yaml:2: mass.from_MeV: the key is required and missing");
}

TEST_CASE("every reader reports a missing key") {
  const Section root = parse("z: 1\n");
  const std::string missing = "run.yaml:1: k: the key is required and missing";
  check_message<ConfigError>([&] { (void)root.number("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.integer("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.text("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.choice("k", {"a"}); }, missing);
  check_message<ConfigError>([&] { (void)root.flag("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.numbers("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.texts("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.section("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.sections("k"); }, missing);
  check_message<ConfigError>([&] { (void)root.sections_or_names("k", "name"); }, missing);
}

TEST_CASE("a key that appears twice is refused where it appears again") {
  check_message<ConfigError>([] { (void)parse("a: 1\nb: 2\na: 1\n"); },
                             "run.yaml:3: a: the key appears twice, first in line 1; remove one of "
                             "them");
  const Section root = parse("m:\n  x: 1\n  x: 2\nl: [{y: 1, y: 1}]\n");
  check_throws<ConfigError>([&] { (void)root.section("m"); },
                            {"run.yaml:3: m.x: the key appears twice, first in line 2"});
  check_throws<ConfigError>([&] { (void)root.sections("l"); },
                            {"run.yaml:4: l[0].y: the key appears twice"});
}

TEST_CASE("a key with a line end does not break the message in two") {
  const Section root = parse("\"a\\nb\": 1\n");
  CHECK(root.where("a\nb") == "run.yaml:1: a b");
  check_throws<ConfigError>([&] { root.finish(); }, {"run.yaml:1: a b: unknown key 'a b'"});
}

TEST_CASE("keys are names") {
  check_throws<ConfigError>([] { (void)parse("? [1, 2]\n: 3\n"); },
                            {"run.yaml:1: a key is a list; expected a name"});
  check_throws<ConfigError>([] { (void)parse("a: 1\n~: 3\n"); },
                            {"run.yaml:2: a key is no value; expected a name"});
}
