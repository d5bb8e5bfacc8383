#include "nudipole/experiment/citations.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

using namespace nudipole;
using experiment::Citation;
using experiment::DataFolder;
using experiment::Use;

namespace {

constexpr const char* bib =
    "% a comment with @misc inside\n@misc{a, title = {A {B}}}\n\n"
    "@article{b,\n  year = {1}\n}\n@misc{c}\n";

void write_rules(const test::DetectorFolder& tree, const std::string& common,
                 const std::string& own) {
  tree.write("references.bib", bib);
  tree.write("citations.yaml", "format: 1\ncitations:\n" + common);
  tree.write("toy/citations.yaml", "format: 1\ncitations:\n" + own);
}

std::vector<Citation> list(const test::DetectorFolder& tree,
                           const std::map<std::string, std::string>& options = {}) {
  return experiment::list_citations(DataFolder{tree.root()}, {{.name = "toy", .options = options}},
                                    {{"fit.algorithm", "auto"}});
}

std::vector<std::string> keys(const std::vector<Citation>& citations) {
  std::vector<std::string> keys;
  for (const Citation& citation : citations) keys.push_back(citation.key);
  return keys;
}

}  // namespace

TEST_CASE("Citations of an experiment come first, each once with all its uses") {
  const test::DetectorFolder tree;
  write_rules(tree, "  - {what: program, cite: [a, b]}\n", "  - {what: data, cite: [b]}\n");
  const std::vector<Citation> citations = list(tree);
  REQUIRE(keys(citations) == std::vector<std::string>{"b", "a"});
  CHECK(citations[0].uses == std::vector<Use>{{"toy", "data"}, {"toy", "program"}});
  CHECK(citations[0].bibtex == "@article{b,\n  year = {1}\n}");
  CHECK(citations[1].bibtex == "@misc{a, title = {A {B}}}");
}

TEST_CASE("A rule holds where all its conditions do") {
  const std::pair<const char*, bool> cases[] = {
      {"{flux.kind: pion_decay_at_rest}", true},
      {"{flux.kind: reactor}", false},
      {"{flux.above_2MeV: huber}", false},  // a key of another kind
      {"{file: elements/cs.csv}", true},
      {"{file: elements/}", true},
      {"{file: elements/ge.csv}", false},
      {"{file: toy/bins.csv}", true},
      {"{has: target.atoms.Cs}", true},
      {"{has: target.atoms.Ge}", false},
      {"{config.fit.algorithm: auto}", true},
      {"{config.fit.algorithm: mma}", false},
      {"{data.kind: poisson}", true},
      {"{data.kind: poisson, flux.kind: reactor}", false}};
  for (const auto& [when, holds] : cases) {
    INFO(when);
    const test::DetectorFolder tree;
    write_rules(tree, std::string{"  - {what: it, cite: [a], when: "} + when + "}\n",
                "  - {what: data, cite: [c]}\n");
    CHECK(list(tree).size() == (holds ? 2 : 1));
  }
}

TEST_CASE("Conditions are about the file with its options applied") {
  const test::DetectorFolder tree;
  write_rules(tree, "  - {what: it, cite: [a], when: {data.kind: gaussian}}\n",
              "  - {what: data, cite: [c]}\n");
  CHECK(keys(list(tree)) == std::vector<std::string>{"c"});
  CHECK(keys(list(tree, {{"data", "gaussian"}})) == std::vector<std::string>{"c", "a"});
}

TEST_CASE("Mistakes in rules and references name their place, in rules that do not hold as well") {
  const test::DetectorFolder tree;
  const auto refuses = [&](std::initializer_list<std::string> parts) {
    test::check_throws<DataError>([&] { (void)list(tree); }, parts);
  };
  refuses({"citations.yaml", "no such file"});
  write_rules(tree, "  - {what: it, cite: [d], when: {flux.kind: reactor}}\n",
              "  - {what: data, cite: [c]}\n");
  refuses({"citations.yaml:3", "cite[0]", "'d'"});
  tree.write("citations.yaml", "format: 1\ncitations:\n  - {what: it, cite: []}\n");
  refuses({"citations.yaml", "cite"});
  tree.write("citations.yaml", "format: 1\ncitations:\n  - {what: it, cite: [a]}\n");
  tree.write("references.bib", "@misc{a, title = {open}\n");
  refuses({"references.bib:1", "does not end"});
  tree.write("references.bib", "\n@misc{ , x}\n");
  refuses({"references.bib:2", "no key"});
}

TEST_CASE("An experiment without rules of its own is cited by its reference") {
  const test::DetectorFolder tree;
  tree.write("references.bib", bib);
  tree.write("citations.yaml", "format: 1\ncitations:\n  - {what: it, cite: [a]}\n");
  const std::vector<Citation> citations = list(tree);
  REQUIRE(keys(citations) == std::vector<std::string>{"toy", "a"});
  CHECK(citations[0].bibtex == "@misc{toy,\n  title = {A made-up detector},\n  note = {none}\n}");
}

TEST_CASE("A folder's own references go before those of the tree") {
  const test::DetectorFolder tree;
  write_rules(tree, "  - {what: it, cite: [a]}\n", "  - {what: data, cite: [e, a]}\n");
  tree.write("toy/references.bib", "@misc{e}\n@misc{a, own}\n");
  const std::vector<Citation> citations = list(tree);
  REQUIRE(keys(citations) == std::vector<std::string>{"e", "a"});
  CHECK(citations[1].bibtex == "@misc{a, own}");
}
