#include "nudipole/config/section.hpp"

#include "support/throws_like.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

// Unknown, missing, repeated and conflicting keys.
using nudipole::ConfigError;
using nudipole::Error;
using nudipole::config::Key;
using nudipole::config::Range;
using nudipole::config::Schema;
using nudipole::config::Section;
using nudipole::test::check_message;
using nudipole::test::check_throws;

namespace {

Section parse(const std::string& text, std::vector<Key> keys) {
  return Section::parse(text, "run.yaml", {.keys = std::move(keys)});
}

std::function<void()> reading(const std::string& text, std::vector<Key> keys) {
  return [=] { (void)parse(text, keys); };
}

std::vector<Key> optional_numbers(const std::vector<std::string>& names) {
  std::vector<Key> keys;
  for (const std::string& name : names) keys.push_back(Key::number(name, "").optional());
  return keys;
}

/// mass: {from_MeV, to_MeV, points} or {values_MeV}
std::vector<Key> grid() {
  return {Key::numbers("values_MeV", "").optional(),
          Key::number("from_MeV", "").unless({"values_MeV"}),
          Key::number("to_MeV", "").unless({"values_MeV"}),
          Key::integer("points", "").unless({"values_MeV"})};
}

/// quenching: {kind: none} or {kind: lindhard, k}, none by default.
Key quenching() {
  return Key::section(
      "quenching", "",
      {.kinds = {{"none", ""}, {"lindhard", "", {Key::number("k", "", Range::positive())}}},
       .default_kind = "none"});
}

}  // namespace

TEST_CASE("a single value may stand in the place of a map where it is declared") {
  const Key mu = Key::section("mu", "", {.keys = {Key::number("from_mu_B", "")}})
                     .or_value(Key::number("mu", "ratio", Range::non_negative()))
                     .optional();
  const Section ratio = parse("mu: 2\n", {mu});
  CHECK_FALSE(ratio.is_map("mu"));
  CHECK(ratio.number("mu") == 2.0);
  const Section map = parse("mu: {from_mu_B: 3}\n", {mu});
  CHECK(map.is_map("mu"));
  CHECK(map.section("mu").number("from_mu_B") == 3.0);
  CHECK_FALSE(parse("{}\n", {mu}).is_map("mu"));
  CHECK_THROWS_AS((void)ratio.text("mu"), Error);
  check_throws<ConfigError>(reading("mu: -2\n", {mu}), {"run.yaml:1: mu", ">= 0"});
  check_throws<ConfigError>(reading("mu: {from: 3}\n", {mu}), {"run.yaml:1: mu.from"});
  check_throws<ConfigError>(reading("mu: [1]\n", {mu}), {"run.yaml:1: mu", "a map"});
}

TEST_CASE("an unknown key is refused with a suggestion") {
  check_message<ConfigError>(
      reading("from_GeV: 1\nfrom_MeV: 2\n", optional_numbers({"from_MeV", "to_MeV"})),
      "run.yaml:1: from_GeV: unknown key 'from_GeV'; expected one of 'from_MeV', 'to_MeV'; did you "
      "mean 'from_MeV'?");
  check_throws<ConfigError>(reading("flavor: 1\n", optional_numbers({"title", "flavour"})),
                            {"run.yaml:1: flavor: unknown key", "did you mean 'flavour'?"});
  check_throws<ConfigError>(
      reading("lo_keV: 1\nla_keV: 2\n", optional_numbers({"lo_keV", "lb_keV"})),
      {"did you mean 'lb_keV'?"});  // absent: meant before one that is there
  check_throws<ConfigError>(reading("a: 1", {}), {"unknown key 'a'; expected no keys here"});
}

TEST_CASE("a key in another unit is recognised, and its number is to be converted") {
  for (const auto& [written, declared] :
       {std::pair{"distance_cm", "distance_m"}, std::pair{"mass_ton", "mass_kg"},
        std::pair{"values_GeV", "values_MeV"}, std::pair{"flux_per_m2_s", "flux_per_cm2_s"}}) {
    const std::string meant =
        std::string{"'"} + written + "' meant to be '" + declared + "'? convert the number";
    check_throws<ConfigError>(
        reading(std::string{written} + ": 1", optional_numbers({"distance", "mass", declared})),
        {std::string{"is "} + meant});
    check_throws<ConfigError>(
        reading("# comment\n" + std::string{written} + ": 1", {Key::number(declared, "")}),
        {std::string{"run.yaml:2: "} + declared + ": the key is required and missing",
         std::string{"is '"} + written + "' in line 2 meant to be '" + declared +
             "'? convert the number"});
  }
  // The list in another unit stands for the grid: no other key of it is missing.
  check_message<ConfigError>(
      reading("values_GeV: [1]", grid()),
      "run.yaml:1: values_GeV: unknown key 'values_GeV'; expected one of 'values_MeV', 'from_MeV', "
      "'to_MeV', 'points'; is 'values_GeV' meant to be 'values_MeV'? convert the number");
}

TEST_CASE("all that is wrong is told at once") {
  check_message<ConfigError>(
      reading("a: 1\nfoo: 2\nb: x\n", {Key::number("a", ""), Key::number("b", "")}),
      "run.yaml:3: b: 'x' is not a number; expected a number; also: run.yaml:2: foo: unknown key "
      "'foo'; expected one of 'a', 'b'");
}

TEST_CASE("all missing keys are told at once, with what belongs inside them") {
  const Schema target{.keys = {Key::number("mass_kg", ""), Key::text("radii", "").optional(),
                               Key::section("atoms", "", {})}};
  const std::vector<Key> keys{Key::text("title", ""), Key::section("target", "", target),
                              Key::section("mass", "", {.keys = grid()})};
  check_message<ConfigError>(
      reading("title: x\nmass: {points: 3}\n", keys),
      "run.yaml:1: target: the key is required and missing, as well as 'mass.from_MeV', "
      "'mass.to_MeV'");
  check_message<ConfigError>(
      reading("mass: {points: 3, from_GeV: 1, to_MeV: 2}\n", keys),
      "run.yaml:1: title: the key is required and missing, as well as 'target' (with 'mass_kg', "
      "'atoms'), 'mass.from_MeV'; is 'from_GeV' in line 1 meant to be 'from_MeV'? convert the "
      "number");
}

TEST_CASE("keys that exclude each other, or need each other") {
  CHECK_NOTHROW(reading("values_MeV: [1]", grid())());
  CHECK_NOTHROW(reading("{from_MeV: 1, to_MeV: 2, points: 3}", grid())());
  check_message<ConfigError>(
      reading("{values_MeV: [1], points: 3}", grid()),
      "run.yaml:1: points: 'points' and 'values_MeV' cannot both be given; keep one of them");
  check_throws<ConfigError>(
      reading("{a_per_GeV: 1, b_mu_B: 3}",
              {Key::number("b_mu_B", "").unless({"a_per_GeV"}), Key::number("a_per_GeV", "")}),
      {"cannot both be given; expected one unit for all; rename the key, and convert"});
  const std::vector<Key> tail{Key::choice("tail", "", {{"none"}, {"polynomial"}}).or_else("none"),
                              Key::number("end", "").required_with("tail", {"polynomial"})};
  CHECK_NOTHROW(reading("{}", tail)());
  CHECK_NOTHROW(reading("tail: none", tail)());
  CHECK_NOTHROW(reading("{tail: polynomial, end: 2}", tail)());
  check_throws<ConfigError>(reading("tail: polynomial", tail), {"end: the key is required"});
}

TEST_CASE("the kind of a map decides what else it holds") {
  CHECK(parse("{}", {quenching().optional()}).keys().empty());
  CHECK(parse("quenching: {}", {quenching()}).section("quenching").kind() == "none");
  const Section lindhard = parse("quenching: {kind: lindhard, k: 0.157}", {quenching()});
  CHECK(lindhard.section("quenching").kind() == "lindhard");
  CHECK(lindhard.section("quenching").number("k") == 0.157);
  check_throws<ConfigError>(reading("quenching: {k: 1}", {quenching()}),
                            {"quenching.k: unknown key 'k'; expected one of 'kind'"});
  check_throws<ConfigError>(reading("quenching: {kind: lindhard}", {quenching()}),
                            {"quenching.k: the key is required and missing"});
  check_throws<ConfigError>(
      reading("quenching: {kind: linhard, k: 1}", {quenching()}),
      {"quenching.kind: 'linhard' is not known; expected one of 'none', 'lindhard'",
       "'lindhard'?"});
  Schema required = *quenching().inside;
  required.default_kind.clear();
  check_throws<ConfigError>(reading("quenching: {k: 1}", {Key::section("quenching", "", required)}),
                            {"quenching.kind: the key is required and missing; expected one of"});
}

TEST_CASE("entries of free names are checked each") {
  const Key atoms = Key::entries("atoms", "", Key::number("<element>", "", Range::positive()));
  const Section section = parse("atoms: {Cs: 1, I: 2}", {atoms}).section("atoms");
  CHECK(section.keys() == std::vector<std::string>{"Cs", "I"});
  CHECK(section.number("I") == 2.0);
  check_throws<ConfigError>(reading("atoms: {Cs: 1, I: -2}", {atoms}),
                            {"run.yaml:1: atoms.I: -2 is out of range"});
}

TEST_CASE("a merge key is explained") {
  check_throws<ConfigError>(reading("c:\n  <<: {b: 1}\n", {Key::section("c", "", {})}),
                            {"run.yaml:2: c.<<: unknown key '<<'", "merge keys are not supported"});
}

TEST_CASE("a key that appears twice is refused where it appears again") {
  const std::vector<Key> keys = optional_numbers({"a", "b"});
  check_message<ConfigError>(reading("a: 1\nb: 2\na: 1\n", keys),
                             "run.yaml:3: a: the key appears twice, first in line 1; remove one of "
                             "them");
  const Schema inside{.keys = optional_numbers({"x"})};
  check_throws<ConfigError>(reading("m:\n  x: 1\n  x: 2\n", {Key::section("m", "", inside)}),
                            {"run.yaml:3: m.x: the key appears twice, first in line 2"});
  check_throws<ConfigError>(reading("l: [{x: 1, x: 1}]\n", {Key::sections("l", "", inside)}),
                            {"run.yaml:1: l[0].x: the key appears twice"});
}

TEST_CASE("a key with a line end does not break the message in two") {
  check_throws<ConfigError>(reading("\"a\\nb\": 1\n", {}), {"run.yaml:1: a b: unknown key 'a b'"});
}

TEST_CASE("keys are names") {
  check_throws<ConfigError>(reading("? [1, 2]\n: 3\n", {}),
                            {"run.yaml:1: a key is a list; expected a name"});
  check_throws<ConfigError>(reading("a: 1\n~: 3\n", optional_numbers({"a"})),
                            {"run.yaml:2: a key is no value; expected a name"});
}

TEST_CASE("reading what is not declared is a mistake of the program") {
  const Section root = parse("{a: 1}", {Key::number("a", ""), Key::text("b", "").optional()});
  const auto check = [&](const std::function<void()>& action, const std::string& part) {
    try {
      action();
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == nudipole::ErrorKind::unexpected);
      CHECK(std::string{error.what()}.find(part) != std::string::npos);
    }
  };
  check([&] { (void)root.number("c"); }, "no schema declares");
  check([&] { (void)root.has("c"); }, "no schema declares");
  check([&] { (void)root.integer("a"); }, "another type than declared; expected a number");
  check([&] { (void)root.kind(); }, "no kinds");
  // What makes an optional key necessary is the reader's business; then the file is at fault.
  check_message<ConfigError>([&] { (void)root.text("b"); },
                             "run.yaml:1: b: the key is required and missing");
}

TEST_CASE("changes by dotted path are checked as the file is") {
  const std::vector<Key> keys{
      Key::section("target", "", {.keys = {Key::number("mass_kg", "", Range::positive())}}),
      Key::entries("change", "", Key::anything("<path>", "")).optional()};
  const Section root = parse("target: {mass_kg: 1}\nchange: {target.mass_kg: 2}", keys);
  CHECK(root.with(root.section("change")).section("target").number("mass_kg") == 2.0);
  CHECK(root.section("target").number("mass_kg") == 1.0);
  const Section bad = parse("target: {mass_kg: 1}\nchange: {target.mass_kg: -2}", keys);
  check_throws<ConfigError>([&] { (void)bad.with(bad.section("change")); },
                            {"target.mass_kg: -2 is out of range"});
}
