// Everything that can be wrong in an experiment.yaml: a DataError in one line that names file, line
// and key, and says what was expected.
#include "nudipole/experiment/experiment.hpp"

#include "support/detector_folder.hpp"
#include "support/mistake.hpp"
#include "support/throws_like.hpp"

#include <string>

using namespace nudipole;
using test::Mistake;

namespace {

void check_mistake(const Mistake& mistake) {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", mistake.from, mistake.to);
  test::check_told<DataError>(mistake, "toy/experiment.yaml:", [&] { (void)tree.load(); });
}

}  // namespace

TEST_CASE("Unknown kinds in experiment.yaml are refused with the known ones") {
  static constexpr Mistake mistakes[]{
      {"kind: pion_decay_at_rest", "kind: pion_decay", {{":7: flux.kind", "pion_decay_at_rest"}}},
      {"quenching: {kind: none}",
       "quenching: {kind: none2}",
       {{":24: response.electron.quenching.kind", "'none'", "'polynomial'"}}},
      {"{kind: sharp", "{kind: shrap", {{":25: response.smearing.kind", "did you mean 'sharp'?"}}},
      {"{kind: table, table",
       "{kind: tables, table",
       {{":28: backgrounds.ambient.kind", "factorised", "did you mean 'table'?"}}},
      {"{kind: normalisation, width: 0.1,",
       "{kind: normalization, width: 0.1,",
       {{":30: nuisances.toy_signal.kind", "did you mean 'normalisation'?"}}},
      {"data: {kind: poisson",
       "data: {kind: poison",
       {{":32: data.kind", "gaussian", "did you mean 'poisson'?"}}},
      {"cevns_terms: full", "cevns_terms: all", {{":16: signals.cevns_terms", "leading"}}},
  };
  for (const Mistake& mistake : mistakes) check_mistake(mistake);
}

TEST_CASE("Unknown keys in experiment.yaml are refused wherever they stand") {
  static constexpr Mistake mistakes[]{
      {"reference: none", "reference: none\nauthor: nobody", {{":4: author", "unknown key"}}},
      {"distance_m: 25", "distance_m: 25\n  angle: 3", {{":11: flux.angle", "unknown key"}}},
      {"mass_kg: 30\n",
       "mass_kg: 30\n  radius: kdk\n",
       {{":13: target.radius", "did you mean 'radii'?"}}},
      {"unit: PE", "unit: PE\n  spacing: log", {{":19: energy.spacing", "unknown key"}}},
      {"cevns_terms: full", "cevns_terms: full\n  magnetic: true", {{":17: signals.magnetic"}}},
      {"column: n}\noptions", "column: n, error: error}\noptions", {{":32: data.error"}}},
      {"column: ambient, events: 60}",
       "column: ambient, events: 60, flor: 1}",
       {{":28: backgrounds.ambient.flor", "did you mean 'floor'?"}}},
      {"width: 0.1, scales", "width: 0.1, limit: 3, scales", {{":30: nuisances.toy_signal.limit"}}},
      {"efficiencies: []", "efficiencies: []\n  threshold: 3", {{":27: response.threshold"}}},
  };
  for (const Mistake& mistake : mistakes) check_mistake(mistake);
}

TEST_CASE("Missing keys in experiment.yaml are named") {
  static constexpr Mistake mistakes[]{
      {"format: 1\n", "", {{"format", "missing"}}},
      {"distance_m: 25",
       "distance: 25",
       {{"flux.distance_m", "missing", "'distance' in line 10 meant to be 'distance_m'"}}},
      {"width: 0.05, ", "", {{":31: nuisances.toy_ambient.width", "missing"}}},
      {"  unit: PE\n", "", {{"energy.unit", "missing"}}},
  };
  for (const Mistake& mistake : mistakes) check_mistake(mistake);
}

TEST_CASE("Values of experiment.yaml are checked") {
  static constexpr Mistake mistakes[]{
      {"format: 1", "format: 2", {{":1: format", "2 is out of range", "1"}}},
      {"distance_m: 25", "distance_m: -25", {{":10: flux.distance_m", "-25", "> 0"}}},
      {"distance_m: 25", "distance_m: 25 m", {{":10: flux.distance_m"}}},
      {"protons_on_target: 2.0e23", "protons_on_target: .nan", {{":8: flux.protons_on_target"}}},
      {"{Cs: 1, I: 1}", "{}", {{"target.atoms", "no atoms"}}},
      {"{Cs: 1, I: 1}", "{Cs: 0, I: 1}", {{":13: target.atoms.Cs", "> 0"}}},
      {"[4, 8, 12, 20, 40]",
       "[4, 8, 8, 20, 40]",
       {{":19: energy.edges", "do not grow", "energy.edges[2]", "do not grow"}}},
      {"[4, 8, 12, 20, 40]", "[4]", {{":19: energy.edges", "at least two"}}},
      {"width: 0.05", "width: 0", {{":31: nuisances.toy_ambient.width", "> 0"}}},
      {"events: 60", "events: -60", {{":28: backgrounds.ambient.events", "> 0"}}},
      {"yield_per_keVee: 13", "yield_per_keVee: 0", {{":25: response.smearing.yield_per_keVee"}}},
  };
  for (const Mistake& mistake : mistakes) check_mistake(mistake);
}

TEST_CASE("A nuisance that scales a name that does not exist is refused") {
  check_mistake({"scales: [ambient]",
                 "scales: [ambiant]",
                 {{":31: nuisances.toy_ambient.scales", "nothing is called 'ambiant'",
                   "signal or a background's name", "did you mean 'ambient'?"}}});
  check_mistake({"scales: [signal]",
                 "scales: [cevns]",
                 {{":30: nuisances.toy_signal.scales", "nothing is called 'cevns'"}}});
}

TEST_CASE("Broken YAML and doubled keys are data errors with their line") {
  check_mistake({"mass_kg: 30\n", "mass_kg: 30\n  mass_kg: 31\n", {{":13", "mass_kg", "twice"}}});
  check_mistake({"atoms: {Cs: 1, I: 1}", "atoms: {Cs: 1, I: 1", {{}}});
}

TEST_CASE("An arrival class that the source needs must be in the time section") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "backgrounds:\n",
               "time:\n  edges_us: [0, 6]\n  arrival: {table: arrival.csv, classes: [prompt]}\n"
               "backgrounds:\n");
  tree.write("toy/arrival.csv", "time_lo [us],time_hi [us],prompt [1/bin]\n0,6,1\n");
  test::check_throws<DataError>([&] { (void)tree.load(); },
                                {"experiment.yaml:29: time.arrival", "'delayed'"});
}

TEST_CASE("Edges that no recoil reaches are a data error") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "[4, 8, 12, 20, 40]", "[4000, 8000]");
  CHECK_THROWS_AS(tree.load(), DataError);
}
