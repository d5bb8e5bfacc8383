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
using nudipole::config::Range;
using nudipole::config::Section;
using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

namespace {

Section parse(const std::string& text) { return Section::parse(text, "run.yaml"); }

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

}  // namespace

TEST_CASE("a run configuration is read and found complete") {
  const Section root = parse(run_config);
  CHECK(root.keys() == Texts{"format", "title", "experiments", "flavour", "mass", "limits", "run"});
  CHECK(root.integer("format") == 1);
  CHECK(root.text("title") == "d_mu from COHERENT CsI 2022");
  CHECK(root.choice("flavour", {"e", "mu", "tau", "universal"}) == "mu");

  const Section mass = root.section("mass");
  CHECK(mass.number("from_MeV", Range::positive()) == 0.01);
  CHECK(mass.number("to_MeV") == 50.0);
  CHECK(mass.integer("points", IntegerRange::positive()) == 60);
  CHECK(mass.choice_or("spacing", "linear", {"log", "linear"}) == "log");
  CHECK_NOTHROW(mass.finish());

  const auto limits = root.section_if("limits");
  REQUIRE(limits.has_value());
  CHECK(limits->numbers("confidence", Range::strictly_between(0.0, 1.0)) == Numbers{0.90, 0.95});
  CHECK(limits->texts("names") == Texts{"one", "two words", "3"});
  CHECK_NOTHROW(limits->finish());

  const auto experiments = root.sections_or_names("experiments", "name");
  REQUIRE(experiments.size() == 2);
  CHECK(experiments[0].text("name") == "coherent_csi_2022");
  CHECK_FALSE(experiments[0].section_if("options").has_value());
  CHECK_NOTHROW(experiments[0].finish());
  CHECK(experiments[1].text("name") == "dresden_ii");
  const Section options = experiments[1].section("options");
  CHECK(options.text("quenching") == "fef");
  CHECK_NOTHROW(options.finish());
  CHECK_NOTHROW(experiments[1].finish());

  CHECK(root.has("run"));
  CHECK_FALSE(root.has("fit"));
  CHECK_NOTHROW(root.finish());
}

TEST_CASE("absent keys take their fallback") {
  const Section root = parse("a: 1\n");
  CHECK(root.number_or("number", -2.5, Range::positive()) == -2.5);
  CHECK(root.integer_or("integer", 7) == 7);
  CHECK(root.text_or("text", "none") == "none");
  CHECK(root.choice_or("choice", "auto", {"x"}) == "auto");
  CHECK(root.flag_or("flag", true));
  CHECK_FALSE(root.section_if("section").has_value());
  CHECK(root.number_or("a", 5.0) == 1.0);
  CHECK(root.integer_or("a", 5) == 1);
  CHECK(root.text_or("a", "none") == "1");
}

TEST_CASE("all ways to write a number") {
  const Section root =
      parse("a: 1e-10\nb: 50\nc: +3\nd: -0.5\ne: .5\nf: 1.E+3\nh: 1.0e-7 # mu_B\n");
  CHECK(root.number("a") == 1.0e-10);
  CHECK(root.number("b") == 50.0);
  CHECK(root.number("c") == 3.0);
  CHECK(root.number("d") == -0.5);
  CHECK(root.number("e") == 0.5);
  CHECK(root.number("f") == 1000.0);
  CHECK(root.number("h") == 1.0e-7);
  CHECK(parse("n: -9223372036854775808").integer("n") == std::numeric_limits<std::int64_t>::min());
  CHECK(parse("n: +12").integer("n") == 12);
}

TEST_CASE("flags have three spellings each") {
  for (const char* word : {"true", "on", "yes"}) {
    CHECK(parse(std::string{"a: "} + word).flag("a"));
  }
  for (const char* word : {"false", "off", "no"}) {
    CHECK_FALSE(parse(std::string{"a: "} + word).flag("a"));
    CHECK_FALSE(parse(std::string{"a: "} + word).flag_or("a", true));
  }
}

TEST_CASE("texts may be quoted, folded or look like something else") {
  const Section root = parse("a: '10 MeV'\nb: 2022\nc: true\nd: \"\"\ne: >-\n  two\n  lines\n");
  CHECK(root.text("a") == "10 MeV");
  CHECK(root.text("b") == "2022");
  CHECK(root.text("c") == "true");
  CHECK(root.text("d").empty());
  CHECK(root.text("e") == "two lines");
  CHECK(parse("a: 'mu'").choice("a", {"e", "mu"}) == "mu");
}

TEST_CASE("lists may be empty, of blocks or of maps") {
  const Section root = parse("a: []\nb:\n  - 1\n  - 2\nc:\n  - x: 1\n    y: 2\n  - x: 3\nd: []\n");
  CHECK(root.numbers("a").empty());
  CHECK(root.texts("a").empty());
  CHECK(root.numbers("b") == Numbers{1.0, 2.0});
  const auto maps = root.sections("c");
  REQUIRE(maps.size() == 2);
  CHECK(maps[0].keys() == Texts{"x", "y"});
  CHECK(maps[1].integer("x") == 3);
  CHECK(root.sections("d").empty());
  CHECK(root.sections_or_names("d", "name").empty());
}

TEST_CASE("anchors, byte-order mark, CRLF, end mark and missing last line end are accepted") {
  const Section root = parse(
      "\xEF\xBB\xBF"
      "a: &x {lo: 1}\r\nb: *x\r\n...\r\n");
  CHECK(root.section("a").number("lo") == 1.0);
  CHECK(root.section("b").number("lo") == 1.0);
  CHECK(root.where("b") == "run.yaml:2: b");
  CHECK(parse("%YAML 1.2\n---\na: 2").number("a") == 2.0);
}

TEST_CASE("a quote may span lines and a comment may hold one") {
  const Section root = parse("a: 'x\n  y'  # it's\nb: \"isn't\" # \"\n");
  CHECK(root.text("a") == "x y");
  CHECK(root.text("b") == "isn't");
}

TEST_CASE("a place is file, line and path") {
  const Section root = parse(run_config);
  CHECK(root.where("flavour") == "run.yaml:6: flavour");
  CHECK(root.where("") == "run.yaml:1");
  CHECK(root.where("fit") == "run.yaml:1: fit");
  CHECK(root.section("mass").where("to_MeV") == "run.yaml:7: mass.to_MeV");
  CHECK(root.section("mass").where("absent") == "run.yaml:7: mass.absent");
  CHECK(root.section("limits").where("") == "run.yaml:8: limits");
  CHECK(root.section("limits").where("confidence") == "run.yaml:9: limits.confidence");
  const auto experiments = root.sections_or_names("experiments", "name");
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

TEST_CASE("copies share what was declared") {
  const Section root = parse("a: 1\nb: 2\n");
  const Section copy = root;
  CHECK(copy.number("a") == 1.0);
  CHECK(root.has("b"));
  CHECK_NOTHROW(root.finish());
  CHECK_NOTHROW(copy.finish());
}

TEST_CASE("a section is loaded from a file and named by its path") {
  const auto path = std::filesystem::temp_directory_path() /
                    ("nudipole_section_" + std::to_string(::getpid()) + ".yaml");
  std::ofstream{path} << run_config;
  CHECK(Section::load(path).where("flavour") == path.string() + ":6: flavour");
  std::filesystem::remove(path);
}
