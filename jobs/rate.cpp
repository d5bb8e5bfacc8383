#include "commands.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/campaign/coupling.hpp"
#include "nudipole/campaign/run_config.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/experiment/beam_on_target.hpp"
#include "nudipole/prediction/recoil_rate.hpp"
#include "nudipole/run/input.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

using prediction::Scattering;

struct Options {
  std::string config;
  std::vector<std::string> experiments;
  std::optional<std::string> target;
  std::vector<std::string> processes;
  std::vector<std::string> flavours;
  std::vector<double> masses_MeV{1.0};
  std::vector<double> couplings_mu_B;
  std::vector<double> couplings_per_GeV;
  double from_keV = 1.0e-3;
  std::optional<double> to_keV;
  int points = 200;
  std::optional<double> exposure_days;
  DataOption data;
  FormatOption format;
};

const std::vector<std::string>& all_processes() {
  static const std::vector<std::string> names{"cevns", "eves", "dipole_nucleus", "dipole_electron"};
  return names;
}

/// The couplings that were asked for [mu_B].
std::vector<double> couplings_mu_B(const Options& options) {
  std::vector<double> all = options.couplings_mu_B;
  for (const double value : options.couplings_per_GeV) {
    all.push_back(DipoleCoupling::from_per_GeV(value).mu_B());
  }
  constexpr double usual_mu_B = 1.0e-9;
  return all.empty() ? std::vector{usual_mu_B} : all;
}

Scattering scattering_of(const std::string& process) {
  return process == "eves" || process == "dipole_electron" ? Scattering::electron
                                                           : Scattering::nucleus;
}

/// What to print rates of.
struct Request {
  std::vector<experiment::Selection> selections;
  std::vector<campaign::Coupling> couplings;
};

Request read_request(const Options& options, const experiment::DataFolder& data) {
  Request request;
  if (!options.config.empty()) {
    const campaign::RunConfig config =
        campaign::RunConfig::load(run::find_config(options.config, data));
    request.selections = config.experiments;
    request.couplings = config.couplings;
  }
  for (const std::string& name : options.experiments) {
    request.selections.push_back({.name = name, .where = "--experiment"});
  }
  if (!options.flavours.empty()) request.couplings.clear();
  for (const std::string& flavour : options.flavours) {
    request.couplings.push_back(campaign::coupling_of(*parse_portal_flavour(flavour), {}));
  }
  if (request.couplings.empty()) {
    request.couplings = {campaign::coupling_of(PortalFlavour::universal, {})};
  }
  return request;
}

/// Rates of one experiment's neutrinos on one target.
class Rates {
 public:
  Rates(const experiment::Selection& selection, const Options& options,
        experiment::DataFolder& data)
      : selection_(&selection),
        options_(&options),
        beam_(experiment::load_beam_on_target(data, selection, options.target)),
        rate_(beam_.source, beam_.material),
        days_(options.exposure_days ? options.exposure_days : beam_.exposure_days) {
    if (days_) return;
    throw ConfigError(
        "the flux of " + selection.name + " is that of an exposure without a duration",
        {.where = "--exposure-days",
         .expected = "the days in which its protons came",
         .hint = "1.76e23 protons took COHERENT 308 days in 2015-2017"});
  }

  /// Processes that were asked for and exist for this target.
  [[nodiscard]] std::vector<std::string> processes() const {
    std::vector<std::string> names =
        options_->processes.empty() ? all_processes() : options_->processes;
    if (!rate_.has_electrons()) {
      const auto on_electrons = [](const std::string& name) {
        return scattering_of(name) == Scattering::electron;
      };
      if (std::erase_if(names, on_electrons) > 0) {
        say("no rates on electrons: data/elements has no table of the free electrons of " +
            beam_.formula);
      }
    }
    return names;
  }

  void add(const std::string& process, const std::vector<campaign::Coupling>& couplings,
           TableWriter& table) const {
    if (process == "cevns" || process == "eves") {
      add_rows(table, process, "all", 0.0, 0.0, [&](double recoil_MeV) {
        return process == "cevns" ? rate_.coherent(recoil_MeV, beam_.coherent_terms)
                                  : rate_.elastic_on_electrons(recoil_MeV);
      });
      return;
    }
    for (const campaign::Coupling& coupling : couplings) {
      for (const double mass_MeV : options_->masses_MeV) {
        for (const double coupling_mu_B : couplings_mu_B(*options_)) {
          const double x = DipoleCoupling::from_mu_B(coupling_mu_B).squared_mu_B2();
          add_rows(table, process, coupling.name, mass_MeV, coupling_mu_B, [&](double recoil_MeV) {
            return x * portal(scattering_of(process), recoil_MeV, mass_MeV, coupling);
          });
        }
      }
    }
  }

 private:
  [[nodiscard]] std::vector<double> recoils_keV() const {
    constexpr double largest_keV = 1.0e3;  // of electrons, unless more is asked for
    double to_keV = options_->to_keV.value_or(0.0);
    if (!options_->to_keV) {
      for (const std::string& process : processes_without_message()) {
        to_keV = std::max(
            to_keV, std::min(largest_keV, units::keV_per_MeV *
                                              rate_.largest_recoil_MeV(scattering_of(process))));
      }
    }
    if (to_keV <= options_->from_keV) {
      throw ConfigError(
          "the range of recoils is empty",
          {.where = "--from-keV", .expected = "less than " + shortest_text(to_keV) + " keV"});
    }
    std::vector<double> recoils;
    const double ratio = std::log(to_keV / options_->from_keV) / (options_->points - 1);
    for (int i = 0; i < options_->points; ++i) {
      recoils.push_back(options_->from_keV * std::exp(ratio * i));
    }
    return recoils;
  }
  [[nodiscard]] const std::vector<std::string>& processes_without_message() const {
    return options_->processes.empty() ? all_processes() : options_->processes;
  }

  [[nodiscard]] double portal(Scattering scattering, double recoil_MeV, double mass_MeV,
                              const campaign::Coupling& coupling) const {
    double sum = 0.0;
    for (const Flavour flavour : all_flavours) {
      const double ratio = coupling.ratio[index_of(flavour)];
      if (ratio == 0.0) continue;
      sum += ratio * ratio * rate_.dipole(scattering, recoil_MeV, mass_MeV, flavour);
    }
    return sum;
  }

  template <class Rate>
  void add_rows(TableWriter& table, const std::string& process, const std::string& flavour,
                double mass_MeV, double coupling_mu_B, Rate&& per_MeV) const {
    const double unit = units::MeV_per_keV / (beam_.mass_kg * *days_);
    for (const double recoil_keV : recoils_keV()) {
      table.add_row({selection_->name, beam_.formula, process, flavour, mass_MeV, coupling_mu_B,
                     recoil_keV, unit * per_MeV(units::MeV_per_keV * recoil_keV)});
    }
  }

  const experiment::Selection* selection_;
  const Options* options_;
  experiment::BeamOnTarget beam_;
  prediction::RecoilRate rate_;
  std::optional<double> days_;
};

int rate(const Options& options) {
  experiment::DataFolder data = options.data.open();
  const Request request = read_request(options, data);
  TableWriter table{{"experiment", "target", "process", "flavour", "mass_MeV", "coupling_mu_B",
                     "recoil_energy_keV", "rate_per_kg_day_keV"}};
  for (const experiment::Selection& selection : request.selections) {
    const Rates rates{selection, options, data};
    for (const std::string& process : rates.processes()) {
      rates.add(process, request.couplings, table);
    }
  }
  options.format.print(table);
  return exit_done;
}

}  // namespace

void add_rate(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "rate", "Prints recoil spectra dR/dT of a target in a neutrino beam, before any detector");
  const auto many = [command](const std::string& name, auto& value, const std::string& text) {
    return command->add_option(name, value, text)->expected(1)->take_all();
  };
  command->add_option("config", options->config,
                      "configuration file (YAML) whose experiments and flavour are taken");
  many("--experiment", options->experiments,
       "experiment whose neutrinos and target are taken; may be given more than once");
  command->add_option("--target", options->target,
                      "another target, e.g. Xe or CsI (elements of data/isotopes)");
  many("--process", options->processes, "only this process; may be given more than once")
      ->check(CLI::IsMember(all_processes()));
  many("--flavour", options->flavours,
       "flavour that couples to N; may be given more than once (default: the configuration's, else "
       "universal)")
      ->check(CLI::IsMember({"e", "mu", "tau", "universal"}));
  many("--mass-MeV", options->masses_MeV, "mass of N [MeV]; may be given more than once")
      ->check(non_negative_number())
      ->capture_default_str();
  many("--coupling-mu-B", options->couplings_mu_B,
       "coupling d [mu_B]; may be given more than once (default: 1e-9)")
      ->check(non_negative_number());
  many("--coupling-per-GeV", options->couplings_per_GeV,
       "coupling d [1/GeV]; may be given more than once")
      ->check(non_negative_number());
  command->add_option("--from-keV", options->from_keV, "least recoil energy")
      ->check(positive_number())
      ->capture_default_str();
  command
      ->add_option("--to-keV", options->to_keV,
                   "largest recoil energy (default: the largest possible, of electrons at most "
                   "1 MeV)")
      ->check(positive_number());
  command->add_option("--points", options->points, "recoil energies, in equal ratios")
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  command
      ->add_option("--exposure-days", options->exposure_days,
                   "days of the exposure, where the flux has none (protons on a target)")
      ->check(positive_number());
  options->data.add_to(*command);
  options->format.add_to(*command);
  command->footer(
      "Standard Model processes are of all flavours, with mass and coupling 0; those of the portal "
      "of\neach flavour, mass and coupling. Figure 1 of arXiv:2406.07477, one panel a command:\n"
      "Example: nudipole rate --experiment dresden_ii --flavour e --mass-MeV 1 --mass-MeV 5\n"
      "         nudipole rate --experiment coherent_csi_2022 --exposure-days 560 --flavour mu\n"
      "         nudipole rate --experiment xenon1t_8b --flavour tau --mass-MeV 1 --mass-MeV 10");
  command->callback([&run, options] {
    if (options->config.empty() && options->experiments.empty()) {
      throw CLI::RequiredError("config or --experiment");
    }
    run = [options] { return rate(*options); };
  });
}

}  // namespace nudipole::jobs
