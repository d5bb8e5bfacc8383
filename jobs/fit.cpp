#include "commands.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/campaign/signal_strength.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

struct Options {
  ConfigOption config;
  FormatOption format;
  std::optional<double> mass_MeV;
  std::optional<double> coupling_mu_B;
  bool signal_strength = false;
};

const std::string none;

/// Rows that every fit has.
void add_fit_rows(TableWriter& table, const inference::ProfilePoint& point) {
  table.add_row({"minus_two_log_l", point.minus_two_log_l, none});
  table.add_row({"fit_status", std::string{to_string(point.status)}, none});
  table.add_row({"fit_evaluations", std::int64_t{point.evaluations}, none});
}

void add_nuisances(TableWriter& table, const likelihood::Joint& joint,
                   const inference::ProfilePoint& point) {
  const auto& nuisances = joint.nuisances();
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    table.add_row({nuisances[k].name, nuisances[k].value(point.pulls[k]), point.pulls[k]});
  }
}

/// Warns of a fit that is not a verified minimum. \return the exit code
int conclude(const inference::ProfilePoint& point) {
  if (fit::is_converged(point.status)) return exit_done;
  say("the fit did not converge: its numbers are the best that were found");
  return exit_failed_fits;
}

int fit_strength(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  constexpr double delta_chi2 = 1.0;  // one standard deviation
  const inference::SignalStrength strength = campaign::fit_signal_strength(*setup, delta_chi2);
  TableWriter table{{"quantity", "value", "pull"}};
  table.add_row({"signal_strength", strength.best, none});
  table.add_row({"signal_strength_lower", strength.lower, none});
  table.add_row({"signal_strength_upper", strength.upper, none});
  table.add_row({"delta_chi2", delta_chi2, none});
  const double events = strength.standard_model_events;
  table.add_row({"signal_events", strength.best * events, none});
  table.add_row({"standard_model_events", events, none});
  table.add_row({"standard_model_minus_two_log_l", strength.standard_model.minus_two_log_l, none});
  add_fit_rows(table, strength.best_fit);
  add_nuisances(table, *setup->likelihood().joint, strength.best_fit);
  options.format.print(table);
  return conclude(strength.best_fit);
}

int fit(const Options& options) {
  const double mass_MeV = *options.mass_MeV;
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const likelihood::Joint& joint = *setup->likelihood().joint;
  const inference::Profile profile = setup->profile(setup->signals(mass_MeV));
  const inference::ProfilePoint point =
      options.coupling_mu_B
          ? profile.at(DipoleCoupling::from_mu_B(*options.coupling_mu_B).squared_mu_B2())
          : profile.best_fit().best;
  const DipoleCoupling coupling = DipoleCoupling::from_square(point.poi.front());

  TableWriter table{{"quantity", "value", "pull"}};
  table.add_row({"mass_MeV", mass_MeV, none});
  table.add_row({"coupling_mu_B", coupling.mu_B(), none});
  table.add_row({"coupling_per_GeV", coupling.per_GeV(), none});
  add_fit_rows(table, point);
  const std::vector<double> parts = profile.contributions(point);
  for (std::size_t i = 0; i < setup->experiments().size(); ++i) {
    table.add_row({"contribution." + setup->experiments()[i].name(), parts[i], none});
  }
  table.add_row({"contribution.priors", parts.back(), none});
  add_nuisances(table, joint, point);
  options.format.print(table);
  if (profile.is_closed()) {
    say("no N of this mass can be produced: the fit is that of the Standard Model");
  }
  return conclude(point);
}

}  // namespace

void add_fit(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "fit", "Profiles the nuisances at one mass, at one coupling or at the best one");
  options->config.add_to(*command);
  options->format.add_to(*command);
  command->add_option("--mass-MeV", options->mass_MeV, "mass of the sterile neutrino [MeV]")
      ->check(positive_number());
  command
      ->add_flag("--signal-strength", options->signal_strength,
                 "fit the strength of the Standard Model signal instead of the portal")
      ->excludes("--mass-MeV");
  command
      ->add_option("--coupling-mu-B", options->coupling_mu_B,
                   "coupling d [mu_B]; without it the best fit over d >= 0")
      ->excludes("--signal-strength")
      ->check(non_negative_number());
  command->footer(
      "Example: nudipole fit configs/csi2022_mu.yaml --mass-MeV 10 --coupling-mu-B 2e-9\n"
      "         nudipole fit configs/xenonnt2024_tau.yaml --signal-strength");
  command->callback([&run, options] {
    if (!options->mass_MeV && !options->signal_strength) {
      throw CLI::RequiredError("--mass-MeV (or --signal-strength)");
    }
    run = [options] { return options->signal_strength ? fit_strength(*options) : fit(*options); };
  });
}

}  // namespace nudipole::jobs
