#include "nudipole/config/section.hpp"

#include "support/catch2.hpp"

using nudipole::config::Key;
using nudipole::config::Schema;
using nudipole::config::Section;

TEST_CASE("A word is found by its path in a file of any schema") {
  const Schema inside{
      .keys = {Key::text("name", "").or_else("default"), Key::number("mass_kg", "").optional()},
      .kinds = {{"table", "", {Key::text("file", "")}}, {"line", "", {}}},
      .default_kind = "line"};
  const Schema schema{.keys = {Key::section("part", "", inside), Key::flag("on", "").optional(),
                               Key::flag("off", "").or_else(false),
                               Key::text("plain", "").optional(),
                               Key::entries("free", "", Key::text("<name>", "")).optional()}};
  const Section section = Section::parse(
      "part: {kind: table, file: a.csv, mass_kg: 2}\non: true\nfree: {a: b}\n", "x.yaml", schema);
  CHECK(section.word("part.kind") == "table");
  CHECK(section.word("part.file") == "a.csv");
  CHECK(section.word("part.name") == "default");
  CHECK(section.word("free.a") == "b");
  CHECK(section.word("on") == "true");
  CHECK(section.word("off") == "false");
  // Something else than a word.
  CHECK(section.word("part") == "");
  CHECK(section.word("part.mass_kg") == "");
  // Not there: not written, no such key, a path through a word, another kind's key.
  for (const char* path : {"plain", "other", "part.other", "part.file.x", "free.c", "on.x", ""}) {
    INFO(path);
    CHECK_FALSE(section.word(path));
  }
  const Section line = Section::parse("part: {}\n", "x.yaml", schema);
  CHECK(line.word("part.kind") == "line");
  CHECK_FALSE(line.word("part.file"));
}
