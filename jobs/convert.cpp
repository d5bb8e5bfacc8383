#include "commands.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/flavour.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/sterile_decay.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nudipole::jobs {
namespace {

/// How a Lagrangian defines d: L = (d/2) Nbar sigma_{mu nu} nu F^{mu nu} + h.c. (LLX eq. 1), as
/// everywhere in this program, or without the 1/2 (arXiv:1803.03262). The same physics has half the
/// number there.
constexpr double half_per_whole = 2.0;

struct Options {
  std::optional<double> mu_B;
  std::optional<double> per_GeV;
  std::string convention = "half";
  std::optional<double> mass_MeV;
  std::optional<double> energy_MeV;
  double path_cm = default_decay_path_cm;
  bool universal = false;
  bool majorana = false;
  FormatOption format;
};

/// How N decays, which no convention changes. The columns that can be told.
std::vector<std::pair<std::string, double>> decay_columns(const Options& options,
                                                          const DipoleCoupling& d) {
  if (!options.mass_MeV) return {};
  const double mass_MeV = *options.mass_MeV;
  const auto nature =
      options.majorana ? physics::SterileNature::majorana : physics::SterileNature::dirac;
  const double squares_mu_B2 =
      (options.universal ? double{flavour_count} : 1.0) * d.squared_mu_B2();
  std::vector<std::pair<std::string, double>> columns{
      {"width_MeV", physics::decay_width_MeV(mass_MeV, squares_mu_B2, nature)},
      {"c_tau_m",
       physics::proper_decay_length_cm(mass_MeV, squares_mu_B2, nature) / units::cm_per_m}};
  if (!options.energy_MeV) return columns;
  if (*options.energy_MeV < mass_MeV) {
    throw ConfigError(
        "an N of this mass has more energy than " + shortest_text(*options.energy_MeV) + " MeV",
        {.where = "--energy-MeV", .expected = "at least --mass-MeV"});
  }
  const double length_cm =
      physics::decay_length_cm(*options.energy_MeV, mass_MeV, squares_mu_B2, nature);
  columns.emplace_back("decay_length_m", length_cm / units::cm_per_m);
  columns.emplace_back("decay_probability", physics::decay_probability(options.path_cm, length_cm));
  return columns;
}

int convert(const Options& options) {
  const double factor = options.convention == "half" ? 1.0 : half_per_whole;
  const DipoleCoupling d = options.mu_B ? DipoleCoupling::from_mu_B(factor * *options.mu_B)
                                        : DipoleCoupling::from_per_GeV(factor * *options.per_GeV);
  const auto decay = decay_columns(options, d);
  std::vector<std::string> columns{"convention", "lagrangian", "coupling_mu_B", "coupling_per_GeV"};
  for (const auto& [name, value] : decay) columns.push_back(name);
  TableWriter table{columns};
  const auto add_row = [&](const char* convention, const char* lagrangian, double share) {
    std::vector<TableWriter::Cell> cells{std::string{convention}, std::string{lagrangian},
                                         share * d.mu_B(), share * d.per_GeV()};
    for (const auto& [name, value] : decay) cells.emplace_back(value);
    table.add_row(std::move(cells));
  };
  add_row("half", "(d/2) Nbar sigma_{mu nu} nu F^{mu nu}", 1.0);
  add_row("whole", "d Nbar sigma_{mu nu} nu F^{mu nu}", 1.0 / half_per_whole);
  options.format.print(table);
  return 0;
}

}  // namespace

void add_convert(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "convert", "Converts a coupling between Bohr magnetons and 1/GeV, in both conventions");
  CLI::Option* mu_B = command->add_option("--coupling-mu-B", options->mu_B, "d [mu_B]");
  mu_B->check(non_negative_number());
  CLI::Option* per_GeV = command->add_option("--coupling-per-GeV", options->per_GeV, "d [1/GeV]");
  per_GeV->check(non_negative_number())->excludes(mu_B);
  command
      ->add_option("--convention", options->convention,
                   "Lagrangian that defines the given d: `half`, (d/2) Nbar sigma nu F, which this "
                   "program uses, or `whole`, d Nbar sigma nu F")
      ->check(CLI::IsMember({"half", "whole"}))
      ->capture_default_str();
  CLI::Option* mass = command->add_option("--mass-MeV", options->mass_MeV,
                                          "mass of N [MeV]: adds its width and c tau");
  mass->check(non_negative_number());
  CLI::Option* energy =
      command->add_option("--energy-MeV", options->energy_MeV,
                          "total energy of N [MeV], that of the neutrino less the recoil: adds the "
                          "mean path before the decay, and the probability to decay");
  energy->check(positive_number())->needs(mass);
  command->add_option("--path-cm", options->path_cm, "path [cm] of that probability")
      ->check(non_negative_number())
      ->needs(energy)
      ->capture_default_str();
  command
      ->add_flag("--universal", options->universal,
                 "d is that of all flavours: N decays into three, three times as fast")
      ->needs(mass);
  command
      ->add_flag("--majorana", options->majorana, "N is its own antiparticle: decays twice as fast")
      ->needs(mass);
  options->format.add_to(*command);
  command->footer(
      "Example: nudipole convert --coupling-per-GeV 1e-6 --convention whole\n"
      "         nudipole convert --coupling-mu-B 1e-8 --mass-MeV 40 --energy-MeV 52.8\n"
      "N -> nu gamma: Gamma = d^2 m^3/(16 pi) with the d of `half`, d^2 m^3/(4 pi) with that of\n"
      "`whole`; decay length p/(m Gamma), p^2 = E^2 - m^2.");
  command->callback([&run, options] {
    if (!options->mu_B && !options->per_GeV) {
      throw CLI::RequiredError("--coupling-mu-B or --coupling-per-GeV");
    }
    run = [options] { return convert(*options); };
  });
}

}  // namespace nudipole::jobs
