// Every configuration that comes with the program, and every data folder: what it uses is cited.
// What that is comes from the files that are read and from what the experiments are, not from the
// rules.
#include "nudipole/campaign/run_config.hpp"
#include "nudipole/experiment/citations.hpp"

#include "support/catch2.hpp"
#include "support/paths.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace nudipole;
using campaign::RunConfig;
using experiment::Citation;
using experiment::DataFolder;
using experiment::Experiment;
using experiment::Selection;
namespace fs = std::filesystem;

namespace {

/// Shared tables and what they must be cited for; nothing: a table of facts that need no reference
/// of their own.
const std::map<std::string, std::vector<std::string>>& shared_tables() {
  static const std::map<std::string, std::vector<std::string>> uses{
      {"nuclides.csv", {"atomic masses"}},
      {"radii_alternatives.csv", {"radi"}},
      {"isotopes/cs.csv", {}},  // one stable isotope
      {"isotopes/i.csv", {}},
      {"isotopes/ar.csv", {}},  // taken as argon-40
      {"isotopes/ge.csv", {"isotopic composition of Ge"}},
      {"isotopes/xe.csv", {"isotopic composition of Xe"}},
      {"isotopes/h.csv", {"isotopic composition of H"}},
      {"isotopes/c.csv", {"isotopic composition of C"}},
      {"elements/cs.csv", {"ionisable electrons of Cs and I"}},
      {"elements/i.csv", {"ionisable electrons of Cs and I"}},
      {"elements/ge.csv", {"binding energies of electrons"}},
      {"elements/xe.csv", {"binding energies of electrons"}},
      {"elements/h.csv", {"binding energies of electrons"}},
      {"elements/c.csv", {"binding energies of electrons"}},
      {"elements/xe_rrpa.csv", {"binding energies of electrons"}},
      {"elements/xe_rrpa_ratio.csv", {"scattering on bound electrons"}},
      {"fluxes/reactor_vogel_mueller.csv",
       {"reactor spectra below 2 MeV", "reactor spectra above 2 MeV"}},
      {"fluxes/reactor_huber.csv", {"reactor spectra above 2 MeV"}},
      {"fluxes/reactor_kopeikin.csv", {"reactor spectra above 2 MeV"}},
      {"fluxes/reactor_kopeikin_2012.csv", {"reactor spectra below 2 MeV"}},
      {"fluxes/reactor_polynomials.csv", {"reactor spectra above"}},
      {"fluxes/reactor_capture.csv", {"neutron capture in reactors"}},
      {"fluxes/solar_8b.csv", {"8B spectrum"}},
      {"fluxes/solar_8b_oscillation.csv", {"flavours of 8B neutrinos"}},
      {"fluxes/solar_flux.csv", {"flux"}},
      {"fluxes/solar_lines.csv", {"flavours of solar neutrinos"}},
      {"fluxes/solar_pp.csv", {"pp spectrum", "flavours of solar neutrinos"}},
      {"fluxes/solar_13n.csv", {"13N spectrum", "flavours of solar neutrinos"}},
      {"fluxes/solar_15o.csv", {"15O spectrum", "flavours of solar neutrinos"}},
      {"fluxes/solar_17f.csv", {"17F spectrum", "flavours of solar neutrinos"}}};
  return uses;
}

const std::vector<std::string> on_nuclei{"coherent scattering on nuclei", "Helm form factor",
                                         "radi"};
const std::vector<std::string> on_electrons{"scattering on electrons"};

/// What experiments whose names begin so are made of, besides their tables.
const std::vector<std::pair<std::string, std::vector<std::vector<std::string>>>>& families() {
  static const std::vector<std::pair<std::string, std::vector<std::vector<std::string>>>> all{
      {"coherent_", {on_nuclei, {"pion decay at rest"}}},
      {"dresden_ii", {on_nuclei, on_electrons, {"reactor spectra"}}},
      {"conus_plus", {on_nuclei, on_electrons, {"reactor spectra", "quenching by Lindhard"}}},
      {"borexino", {on_electrons, {"fluxes of the Sun's sources"}}},
      {"lz_er", {on_electrons, {"fluxes of the Sun's sources"}}},
      {"xenonnt_er", {on_electrons, {"fluxes of the Sun's sources"}}},
      {"pandax4t_er", {on_electrons, {"fluxes of the Sun's sources"}}},
      {"xenonnt_8b", {on_nuclei, {"8B flux"}}},
      {"xenonnt_s2only", {on_nuclei, {"8B flux"}}},
      {"pandax4t_8b", {on_nuclei, {"8B flux"}}},
      {"xenon1t_8b", {on_nuclei, {"8B flux"}}}};
  return all;
}

/// What a configuration's own lines ask for.
const std::map<std::pair<std::string, std::string>, std::string>& methods() {
  static const std::map<std::pair<std::string, std::string>, std::string> all{
      {{"toys.method", "feldman_cousins"}, "ordering in the likelihood ratio"},
      {{"toys.method", "cls"}, "CL_s"},
      {{"toys.method", "goodness_of_fit"}, "random numbers of toys"},
      {{"toys.method", "coverage"}, "random numbers of toys"},
      {{"toys.method", "significance"}, "significance"},
      {{"data.kind", "asimov"}, "Asimov data"},
      {{"limits.expected", "true"}, "Asimov"}};
  return all;
}

/// The uses that are cited for one experiment.
class Cited {
 public:
  Cited(const std::vector<Citation>& citations, const std::string& experiment) {
    for (const Citation& citation : citations) {
      for (const experiment::Use& use : citation.uses) {
        if (use.experiment == experiment) uses_.insert(use.what);
      }
    }
  }
  void has(const std::string& fragment) const {
    INFO("it should be cited for: " << fragment);
    CHECK(std::ranges::any_of(
        uses_, [&](const std::string& use) { return use.find(fragment) != std::string::npos; }));
  }

 private:
  std::set<std::string> uses_;
};

void check_citations(const DataFolder& tree, const Selection& selection, const Pairs& lines) {
  INFO(selection.name);
  DataFolder data = tree.unread();
  const Experiment loaded = Experiment::load(data, selection);
  const std::vector<Citation> citations = experiment::list_citations(tree, {selection}, lines);
  const Cited cited{citations, selection.name};

  // Rules of its own, not the stand-in of folders without.
  CHECK(std::ranges::count(citations, selection.name, &Citation::key) == 0);
  CHECK(citations.front().key != "nudipole");
  for (const char* use : {"this program", "dipole upscattering"}) cited.has(use);

  for (const experiment::FileDigest& file : data.files_read()) {
    if (file.name.starts_with(selection.name + "/")) continue;
    INFO(file.name << " needs a line in this test");
    const auto known = shared_tables().find(file.name);
    REQUIRE(known != shared_tables().end());
    for (const std::string& use : known->second) cited.has(use);
  }

  const auto family = std::ranges::find_if(
      families(), [&](const auto& one) { return selection.name.starts_with(one.first); });
  REQUIRE(family != families().end());
  for (const auto& uses : family->second) {
    for (const std::string& use : uses) cited.has(use);
  }

  if (loaded.ratio_bound() != nullptr) {
    cited.has("bound from a published flux limit");
    return;
  }
  for (const char* use : {"minimiser", "limits by profile likelihood"}) cited.has(use);
  const likelihood::Sampling sampling = loaded.term().statistic().sampling();
  if (std::holds_alternative<likelihood::PoissonSampling>(sampling)) cited.has("Poisson deviance");
  for (const auto& [line, use] : methods()) {
    if (std::ranges::find(lines, line) != lines.end()) cited.has(use);
  }
}

}  // namespace

TEST_CASE("What every shipped configuration uses is cited") {
  const DataFolder tree{test::data_dir()};
  std::set<std::string> toy_methods;
  int count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator{test::config_dir()}) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path().filename().string());
    const RunConfig config = RunConfig::load(entry.path());
    const Pairs lines = config.canonical();
    for (const auto& [key, value] : lines) {
      if (key != "toys.method") continue;
      REQUIRE(methods().contains({key, value}));
      toy_methods.insert(value);
    }
    for (const Selection& selection : config.experiments) {
      check_citations(tree, selection, lines);
    }
    ++count;
  }
  CHECK(count > 40);
  CHECK(toy_methods.size() >= 4);
}

TEST_CASE("Methods that no shipped configuration uses are cited, too") {
  const DataFolder tree{test::data_dir()};
  for (const auto& [line, use] : methods()) {
    check_citations(tree, {.name = "coherent_csi_2022"}, {line});
  }
}

TEST_CASE("What every data folder uses is cited, with every choice of its options") {
  const DataFolder tree{test::data_dir()};
  const Pairs lines{{"fit.algorithm", "auto"}};
  for (const std::string& name : tree.experiments()) {
    check_citations(tree, {.name = name}, lines);
    DataFolder data = tree.unread();
    for (const auto& option : Experiment::summarise(data, {.name = name}).options) {
      for (const std::string& choice : option.choices) {
        if (choice == option.default_choice) continue;
        INFO(option.name << ": " << choice);
        check_citations(tree, {.name = name, .options = {{option.name, choice}}}, lines);
      }
    }
  }
}
