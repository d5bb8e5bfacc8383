#include "support/detector_folder.hpp"

#include "support/catch2.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace nudipole::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* experiment_yaml = R"(format: 1
title: A made-up detector
reference: none
overlaps:
  other_toy: it counts the same events
flux:
  kind: pion_decay_at_rest
  protons_on_target: 2.0e23
  neutrinos_per_proton: 0.09
  distance_m: 25
target:
  mass_kg: 30
  atoms: {Cs: 1, I: 1}
signals:
  electron_recoils: true
  cevns_terms: full
energy:
  unit: PE
  edges: [4, 8, 12, 20, 40]
response:
  nucleus:
    quenching: {kind: polynomial, coefficients_per_MeV: [0.08]}
  electron:
    quenching: {kind: none}
  smearing: {kind: sharp, yield_per_keVee: 13}
  efficiencies: []
backgrounds:
  ambient: {kind: table, table: bins.csv, column: ambient, events: 60}
nuisances:
  toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}
  toy_ambient: {kind: normalisation, width: 0.05, scales: [ambient]}
data: {kind: poisson, table: bins.csv, column: n}
options:
  mass:
    what: how much of it there is
    default: single
    choices:
      single: {target.mass_kg: 30}
      double: {target.mass_kg: 60}
  electrons:
    what: count recoils on electrons
    default: "on"
    choices:
      "on": {signals.electron_recoils: true}
      "off": {signals.electron_recoils: false}
  data:
    what: the statistic
    default: poisson
    choices:
      poisson: {data.column: n}
      gaussian: {data: {kind: gaussian, table: bins.csv, column: n, error: error}}
)";

constexpr const char* bins_csv = R"(# counts of the made-up detector
energy_lo [PE],energy_hi [PE],n [counts],error [counts],ambient [counts]
4,8,150,12.5,40
8,12,104,10.5,30
12,20,125,11.5,20
20,40,90,10,10
)";

}  // namespace

DetectorFolder::DetectorFolder()
    : root_(fs::temp_directory_path() / ("nudipole_toy_" + std::to_string(::getpid()))) {
  fs::remove_all(root_);
  write("nuclides.csv",
        "nuclide [text],z [-],n [-],atomic_mass [u],rp [fm],rn [fm]\n"
        "Cs133,55,78,132.9,4.8,5.0\n"
        "I127,53,74,126.9,4.75,4.95\n");
  write("isotopes/cs.csv", "nuclide [text],abundance [-]\nCs133,1\n");
  write("isotopes/i.csv", "nuclide [text],abundance [-]\nI127,1\n");
  write("elements/cs.csv", "t_min [keV],z_eff [-]\n0,23\n1,44\n");
  write("elements/i.csv", "t_min [keV],z_eff [-]\n0,23\n1.1,43\n");
  write("toy/experiment.yaml", experiment_yaml);
  write("toy/bins.csv", bins_csv);
}

DetectorFolder::~DetectorFolder() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void DetectorFolder::write(const std::string& name, const std::string& text) const {
  fs::create_directories((root_ / name).parent_path());
  std::ofstream file{root_ / name, std::ios::binary};
  file << text;
  REQUIRE(file.good());
}

std::string DetectorFolder::read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream{root_ / name, std::ios::binary}.rdbuf();
  return text.str();
}

void DetectorFolder::replace(const std::string& name, const std::string& from,
                             const std::string& to) const {
  std::string text = read(name);
  const std::size_t place = text.find(from);
  INFO("looking for '" << from << "' in " << name);
  REQUIRE(place != std::string::npos);
  REQUIRE(text.find(from, place + 1) == std::string::npos);
  write(name, text.replace(place, from.size(), to));
}

void DetectorFolder::copy_toy(const std::string& name) const {
  fs::copy(root_ / "toy", root_ / name, fs::copy_options::recursive);
  write(name + "/bins.csv", read("toy/bins.csv") + "# as " + name + " has measured it\n");
}

experiment::Experiment DetectorFolder::load(
    const std::map<std::string, std::string>& options) const {
  experiment::DataFolder data{root_};
  return experiment::Experiment::load(data, {.name = "toy", .options = options});
}

}  // namespace nudipole::test
