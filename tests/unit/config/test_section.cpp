#include "nudipole/config/section.hpp"

#include "support/throws_like.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <unistd.h>

// The values that a section accepts; what it refuses is in test_section_errors.cpp.
using nudipole::config::IntegerRange;
using nudipole::config::Key;
using nudipole::config::Range;
using nudipole::config::Schema;
using nudipole::config::Section;
using nudipole::config::Words;
using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

namespace {

enum class Spacing { logarithmic, linear };
const Words<Spacing> spacings{{Spacing::logarithmic, "log"}, {Spacing::linear, "linear"}};

Section parse(const std::string& text, std::vector<Key> keys) {
  return Section::parse(text, "run.yaml", {.keys = std::move(keys)});
}

const std::string run_config = R"(format: 1
title: d_mu from COHERENT CsI 2022
experiments:            # folder names
  - coherent_csi_2022
  - {name: dresden_ii, options: {quenching: fef}}
flavour: mu
mass:     {from_MeV: 0.01, to_MeV: 50, points: 60, spacing: log}
limits:
  confidence: [0.90, 9.5e-1]
  names: [one, "two words", 3]
run:      {checkpoint_every_s: 30}
)";

Schema run_schema() {
  const Schema experiment{
      .keys = {Key::text("name", ""),
               Key::entries("options", "", Key::text("<option>", "")).optional()}};
  return {
      .keys = {Key::integer("format", ""), Key::text("title", ""),
               Key::sections_or_names("experiments", "", "name", experiment),
               Key::choice("flavour", "", {{"e"}, {"mu"}, {"tau"}}),
               Key::section("mass", "",
                            {.keys = {Key::number("from_MeV", "", Range::positive()),
                                      Key::number("to_MeV", ""),
                                      Key::integer("points", "", IntegerRange::positive()),
                                      Key::choice("spacing", "", spacings).or_else("linear")}}),
               Key::section(
                   "limits", "",
                   {.keys = {Key::numbers("confidence", "", Range::strictly_between(0.0, 1.0)),
                             Key::texts("names", "")}}),
               Key::section("run", "", {.keys = {Key::number("checkpoint_every_s", "")}}),
               Key::section("fit", "", {.keys = {Key::number("tolerance", "").or_else(1.0e-10)}})
                   .optional()}};
}

Section read_run_config() { return Section::parse(run_config, "run.yaml", run_schema()); }

}  // namespace

TEST_CASE("a run configuration is read") {
  const Section root = read_run_config();
  CHECK(root.keys() == Texts{"format", "title", "experiments", "flavour", "mass", "limits", "run"});
  CHECK(root.integer("format") == 1);
  CHECK(root.text("title") == "d_mu from COHERENT CsI 2022");
  CHECK(root.text("flavour") == "mu");

  const Section mass = root.section("mass");
  CHECK(mass.number("from_MeV") == 0.01);
  CHECK(mass.number("to_MeV") == 50.0);
  CHECK(mass.integer("points") == 60);
  CHECK(mass.one_of("spacing", spacings) == Spacing::logarithmic);

  const auto limits = root.section_if("limits");
  REQUIRE(limits.has_value());
  CHECK(limits->numbers("confidence") == Numbers{0.90, 0.95});
  CHECK(limits->texts("names") == Texts{"one", "two words", "3"});

  const auto experiments = root.sections("experiments");
  REQUIRE(experiments.size() == 2);
  CHECK(experiments[0].text("name") == "coherent_csi_2022");
  CHECK_FALSE(experiments[0].section_if("options").has_value());
  CHECK(experiments[1].text("name") == "dresden_ii");
  CHECK(experiments[1].section("options").text("quenching") == "fef");

  CHECK(root.has("run"));
  CHECK_FALSE(root.has("fit"));
  CHECK_FALSE(root.section_if("fit").has_value());
  CHECK(root.section("fit").number("tolerance") == 1.0e-10);  // empty: all at their defaults
  CHECK(root.section("fit").where("tolerance") == "run.yaml:1: fit.tolerance");
}

TEST_CASE("absent keys take their defaults") {
  const Section root = parse(
      "{}",
      {Key::number("number", "", Range::positive()).or_else(-2.5),
       Key::integer("integer", "").or_else(std::int64_t{7}), Key::text("text", "").or_else("none"),
       Key::choice("choice", "", spacings).or_else("linear"), Key::flag("flag", "").or_else(true),
       Key::numbers("numbers", "").or_else(Numbers{0.9}), Key::sections("maps", "", {}).optional(),
       Key::number("none", "").optional()});
  CHECK(root.number("number") == -2.5);
  CHECK(root.number_if("number") == -2.5);
  CHECK(root.integer("integer") == 7);
  CHECK(root.text("text") == "none");
  CHECK(root.one_of("choice", spacings) == Spacing::linear);
  CHECK(root.flag("flag"));
  CHECK(root.numbers("numbers") == Numbers{0.9});
  CHECK(root.sections("maps").empty());
  CHECK_FALSE(root.number_if("none").has_value());
}

TEST_CASE("all ways to write a number") {
  const auto number = [](const std::string& text) {
    return parse("a: " + text, {Key::number("a", "")}).number("a");
  };
  CHECK(number("1e-10") == 1.0e-10);
  CHECK(number("50") == 50.0);
  CHECK(number("+3") == 3.0);
  CHECK(number("-0.5") == -0.5);
  CHECK(number(".5") == 0.5);
  CHECK(number("1.E+3") == 1000.0);
  CHECK(number("1.0e-7 # mu_B") == 1.0e-7);
  const auto integer = [](const std::string& text) {
    return parse("n: " + text, {Key::integer("n", "")}).integer("n");
  };
  CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(integer("+12") == 12);
  CHECK(parse("n: [1, 3]", {Key::integers("n", "", IntegerRange::any())}).integers("n") ==
        std::vector<std::int64_t>{1, 3});
}

TEST_CASE("flags have three spellings each") {
  const auto flag = [](const std::string& word) {
    return parse("a: " + word, {Key::flag("a", "").or_else(word.size() % 2 == 0)}).flag("a");
  };
  for (const char* word : {"true", "on", "yes"}) CHECK(flag(word));
  for (const char* word : {"false", "off", "no"}) CHECK_FALSE(flag(word));
}

TEST_CASE("texts may be quoted, folded or look like something else") {
  const auto text = [](const std::string& yaml) {
    return parse("a: " + yaml, {Key::text("a", "")}).text("a");
  };
  CHECK(text("'10 MeV'") == "10 MeV");
  CHECK(text("2022") == "2022");
  CHECK(text("true") == "true");
  CHECK(text("\"\"").empty());
  CHECK(text(">-\n  two\n  lines\n") == "two lines");
  CHECK(parse("a: 'log'", {Key::choice("a", "", spacings)}).text("a") == "log");
}

TEST_CASE("lists may be empty, of blocks or of maps") {
  const Schema map{.keys = {Key::integer("x", ""), Key::integer("y", "").optional()}};
  const Section root =
      parse("a: []\nb:\n  - 1\n  - 2\nc:\n  - x: 1\n    y: 2\n  - x: 3\nd: []\ne: []\n",
            {Key::numbers("a", ""), Key::numbers("b", ""), Key::sections("c", "", map),
             Key::sections_or_names("d", "", "x", map), Key::texts("e", "")});
  CHECK(root.numbers("a").empty());
  CHECK(root.texts("e").empty());
  CHECK(root.numbers("b") == Numbers{1.0, 2.0});
  const auto maps = root.sections("c");
  REQUIRE(maps.size() == 2);
  CHECK(maps[0].keys() == Texts{"x", "y"});
  CHECK(maps[1].integer("x") == 3);
  CHECK(root.sections("d").empty());
}

TEST_CASE("anchors, byte-order mark, CRLF, end mark and missing last line end are accepted") {
  const Schema map{.keys = {Key::number("lo", "")}};
  const Section root = parse(
      "\xEF\xBB\xBF"
      "a: &x {lo: 1}\r\nb: *x\r\n...\r\n",
      {Key::section("a", "", map), Key::section("b", "", map)});
  CHECK(root.section("a").number("lo") == 1.0);
  CHECK(root.section("b").number("lo") == 1.0);
  CHECK(root.where("b") == "run.yaml:2: b");
  CHECK(parse("%YAML 1.2\n---\na: 2", {Key::number("a", "")}).number("a") == 2.0);
}

TEST_CASE("a quote may span lines and a comment may hold one") {
  const Section root =
      parse("a: 'x\n  y'  # it's\nb: \"isn't\" # \"\n", {Key::text("a", ""), Key::text("b", "")});
  CHECK(root.text("a") == "x y");
  CHECK(root.text("b") == "isn't");
}

TEST_CASE("a place is file, line and path") {
  const Section root = read_run_config();
  CHECK(root.where("flavour") == "run.yaml:6: flavour");
  CHECK(root.where("") == "run.yaml:1");
  CHECK(root.where("fit") == "run.yaml:1: fit");
  CHECK(root.section("mass").where("to_MeV") == "run.yaml:7: mass.to_MeV");
  CHECK(root.section("mass").where("absent") == "run.yaml:7: mass.absent");
  CHECK(root.section("limits").where("") == "run.yaml:8: limits");
  CHECK(root.section("limits").where("confidence") == "run.yaml:9: limits.confidence");
  const auto experiments = root.sections("experiments");
  CHECK(experiments[0].where("name") == "run.yaml:4: experiments[0].name");
  CHECK(experiments[0].where("options") == "run.yaml:4: experiments[0].options");
  CHECK(experiments[1].where("options") == "run.yaml:5: experiments[1].options");
  CHECK(experiments[1].section("options").where("quenching") ==
        "run.yaml:5: experiments[1].options.quenching");
  // Entries of a list of values have their own lines.
  CHECK(root.where("experiments[1]") == "run.yaml:5: experiments[1]");
  CHECK(root.where("experiments[7]") == "run.yaml:3: experiments[7]");
  CHECK(root.where("experiments[x]") == "run.yaml:3: experiments[x]");
  CHECK(root.where("absent[0]") == "run.yaml:1: absent[0]");
}

TEST_CASE("a section is loaded from a file and named by its path") {
  const auto path = std::filesystem::temp_directory_path() /
                    ("nudipole_section_" + std::to_string(::getpid()) + ".yaml");
  std::ofstream{path} << run_config;
  CHECK(Section::load(path, run_schema()).where("flavour") == path.string() + ":6: flavour");
  std::filesystem::remove(path);
}
