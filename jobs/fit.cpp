#include "commands.hpp"
#include "coupling_option.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/campaign/signal_strength.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/covariance.hpp"
#include "nudipole/inference/goodness_of_fit.hpp"
#include "nudipole/inference/profile.hpp"
#include "shared_options.hpp"
#include "toy_values.hpp"

#include <CLI/CLI.hpp>

#include <limits>
#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

struct Options {
  ConfigOption config;
  FormatOption format;
  MassOption mass;
  CouplingOption coupling;
  bool signal_strength = false;
  bool covariance = false;
  std::string toys;  ///< a file of them
};

const std::string none;

/// The table of a fit: value, and where it is a parameter its pull, its error, and the error of its
/// pull.
class FitTable {
 public:
  void add(const std::string& quantity, TableWriter::Cell value) {
    table_.add_row({quantity, std::move(value), none, none, none});
  }
  /// \param pull_error  not a number where the fit has no covariance
  void add(const likelihood::Nuisance& nuisance, double pull, double pull_error) {
    table_.add_row(
        {nuisance.name, nuisance.value(pull), pull, nuisance.width * pull_error, pull_error});
  }
  void add_goodness(double minus_two_log_l, std::int64_t degrees_of_freedom) {
    add("degrees_of_freedom", degrees_of_freedom);
    add("p_value", inference::asymptotic_p_value(minus_two_log_l, degrees_of_freedom));
  }
  void add(const PValueByToys& found) {
    table_.add_row({found.quantity, found.p_value, none, found.error, none});
    add(found.quantity + "_count", found.toys);
  }
  [[nodiscard]] const TableWriter& writer() const { return table_; }

 private:
  TableWriter table_{{"quantity", "value", "pull", "error", "pull_error"}};
};

/// Rows that every fit has.
void add_fit_rows(FitTable& table, const inference::ProfilePoint& point) {
  table.add("minus_two_log_l", point.minus_two_log_l);
  table.add("fit_status", std::string{to_string(point.status)});
  table.add("fit_evaluations", std::int64_t{point.evaluations});
}

/// Warns of a fit that is not a verified minimum. \return the exit code
int conclude(const inference::ProfilePoint& point) {
  if (fit::is_converged(point.status)) return exit_done;
  say("the fit did not converge: its numbers are the best that were found");
  return exit_failed_fits;
}

int fit_strength(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const likelihood::Joint& joint = *setup->likelihood().joint;
  constexpr double delta_chi2 = 1.0;  // one standard deviation
  const inference::SignalStrength strength = campaign::fit_signal_strength(*setup, delta_chi2);
  FitTable table;
  table.add("signal_strength", strength.best);
  table.add("signal_strength_lower", strength.lower);
  table.add("signal_strength_upper", strength.upper);
  table.add("delta_chi2", delta_chi2);
  const double events = strength.standard_model_events;
  table.add("signal_events", strength.best * events);
  table.add("standard_model_events", events);
  table.add("standard_model_minus_two_log_l", strength.standard_model.minus_two_log_l);
  add_fit_rows(table, strength.best_fit);
  for (std::size_t k = 0; k < joint.nuisances().size(); ++k) {
    table.add(joint.nuisances()[k], strength.best_fit.pulls[k],
              std::numeric_limits<double>::quiet_NaN());
  }
  table.add_goodness(strength.best_fit.minus_two_log_l, inference::degrees_of_freedom(joint, 1));
  options.format.print(table.writer());
  return conclude(strength.best_fit);
}

/// A fit of the portal at one mass.
struct PortalFit {
  std::shared_ptr<const campaign::Setup> setup;
  prediction::Signals signals;
  inference::Profile profile;
  inference::ProfilePoint point;
  inference::PoiState coupling;  ///< whether the fit has found it

  [[nodiscard]] const likelihood::Joint& joint() const { return *setup->likelihood().joint; }
  [[nodiscard]] inference::Covariance covariance() const {
    return inference::covariance({joint(), signals, *setup->likelihood().observation}, point,
                                 coupling);
  }
};

PortalFit fit_portal(const Options& options) {
  auto setup = options.config.load();
  prediction::Signals signals = setup->signals(*options.mass.mass_MeV);
  inference::Profile profile = setup->profile(signals);
  inference::ProfilePoint point = options.coupling.fit(*setup, profile);
  const bool fitted = !options.coupling.is_given() && !options.coupling.limit;
  return {std::move(setup), std::move(signals), std::move(profile), std::move(point),
          fitted ? inference::PoiState::fitted : inference::PoiState::given};
}

/// Errors of the parameters of a fit; not a number where they do not exist, which is said.
std::vector<double> errors_of(const PortalFit& fit) {
  const std::size_t count = fit.point.poi.size() + fit.point.pulls.size();
  std::vector<double> errors(count, std::numeric_limits<double>::quiet_NaN());
  try {
    const inference::Covariance covariance = fit.covariance();
    for (std::size_t i = 0; i < count; ++i) errors[i] = covariance.error(i);
  } catch (const NumericalError& error) {
    say(message_of(error));
  }
  return errors;
}

void add_significance(const PortalFit& fit, FitTable& table) {
  const std::vector<double> no_signal(fit.point.poi.size());
  const double without = fit.profile.at(no_signal).minus_two_log_l;
  table.add("standard_model_minus_two_log_l", without);
  if (no_signal.size() > 1) return;  // another distribution than that of one parameter >= 0
  const inference::Significance found =
      inference::asymptotic_significance(without - fit.point.minus_two_log_l);
  table.add("significance_sigma", found.sigma);
  table.add("significance_p_value", found.p_value);
}

int fit(const Options& options) {
  const PortalFit fit = fit_portal(options);
  const inference::ProfilePoint& point = fit.point;
  const campaign::RunConfig& config = fit.setup->config();
  const std::vector<double> errors = errors_of(fit);

  FitTable table;
  table.add("mass_MeV", *options.mass.mass_MeV);
  for (std::size_t a = 0; a < point.poi.size(); ++a) {
    const DipoleCoupling coupling = DipoleCoupling::from_square(point.poi[a]);
    table.add(coupling_label(config, a, "coupling_mu_B"), coupling.mu_B());
    table.add(coupling_label(config, a, "coupling_per_GeV"), coupling.per_GeV());
  }
  add_fit_rows(table, point);
  const std::vector<double>& parts = point.parts;
  for (std::size_t i = 0; i < fit.setup->experiments().size(); ++i) {
    table.add("contribution." + fit.setup->experiments()[i].name(), parts[i]);
  }
  table.add("contribution.priors", parts.back());
  const auto& nuisances = fit.joint().nuisances();
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    table.add(nuisances[k], point.pulls[k], errors[point.poi.size() + k]);
  }
  const bool fitted = fit.coupling == inference::PoiState::fitted && !fit.profile.is_closed();
  table.add_goodness(point.minus_two_log_l,
                     inference::degrees_of_freedom(fit.joint(), fitted ? point.poi.size() : 0));
  if (fitted) {
    for (std::size_t a = 0; a < point.poi.size(); ++a) {
      table.add(coupling_label(config, a, "squared_coupling_mu_B2"), point.poi[a]);
      table.add(coupling_label(config, a, "squared_coupling_error_mu_B2"), errors[a]);
    }
    add_significance(fit, table);
  }
  if (!options.toys.empty()) {
    const TestedFit tested{.mass_MeV = *options.mass.mass_MeV, .point = point, .is_best = fitted};
    for (const PValueByToys& by_toys : p_values_by_toys(options.toys, *fit.setup, tested)) {
      table.add(by_toys);
    }
  }
  options.format.print(table.writer());
  if (fit.profile.is_closed()) {
    say("no N of this mass can be produced: the fit is that of the Standard Model");
  }
  return conclude(point);
}

/// Every pair of parameters that the fit has found, in the units of their values.
int print_covariance(const Options& options) {
  const PortalFit fit = fit_portal(options);
  const inference::Covariance covariance = fit.covariance();
  const std::size_t pois = fit.point.poi.size();
  const auto& nuisances = fit.joint().nuisances();
  const auto name = [&](std::size_t i) {
    return i < pois ? coupling_label(fit.setup->config(), i, "squared_coupling_mu_B2")
                    : nuisances[i - pois].name;
  };
  const auto unit = [&](std::size_t i) { return i < pois ? 1.0 : nuisances[i - pois].width; };
  TableWriter table{{"parameter", "other_parameter", "covariance", "correlation"}};
  for (const std::size_t i : covariance.free) {
    for (const std::size_t j : covariance.free) {
      const double product =
          covariance.matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      table.add_row({name(i), name(j), unit(i) * unit(j) * product, covariance.correlation(i, j)});
    }
  }
  options.format.print(table);
  return conclude(fit.point);
}

}  // namespace

void add_fit(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "fit", "Profiles the nuisances at one mass, at one coupling or at the best one");
  options->config.add_to(*command);
  options->format.add_to(*command);
  options->mass.add_to(*command);
  options->coupling.add_to(*command);
  CLI::Option* const strength =
      command->add_flag("--signal-strength", options->signal_strength,
                        "fit the strength of the Standard Model signal instead of the portal");
  for (const char* name :
       {"--mass-MeV", "--coupling-mu-B", "--coupling-per-GeV", "--best", "--limit"}) {
    strength->excludes(name);
  }
  command
      ->add_flag("--covariance", options->covariance,
                 "print covariance and correlation of the fitted parameters instead; those held, "
                 "or at a bound, have none")
      ->excludes(strength);
  command
      ->add_option(
          "--toys", options->toys,
          "also the p values that a file of `nudipole toys` of the same likelihood has for "
          "this fit, with their Monte-Carlo errors")
      ->excludes("--covariance")
      ->excludes(strength);
  command->footer(
      "error, pull_error: one standard deviation after the fit, from the second derivatives of "
      "-2 ln L; 0 for\nwhat is fixed or at a bound. p_value: of -2 ln L as chi2; "
      "significance_sigma: of the best fit against\nd = 0 at this mass. Both asymptotic;\n--toys "
      "has those that need no "
      "large samples.\n"
      "Example: nudipole fit configs/csi2022_mu.yaml --mass-MeV 10 --coupling-mu-B 2e-9\n"
      "         nudipole fit configs/csi2022_mu.yaml --mass-MeV 10 --limit --covariance\n"
      "         nudipole fit configs/xenonnt2024_tau.yaml --signal-strength");
  command->callback([&run, options] {
    if (!options->mass.mass_MeV && !options->signal_strength) {
      throw CLI::RequiredError("--mass-MeV (or --signal-strength)");
    }
    run = [options] {
      if (options->signal_strength) return fit_strength(*options);
      return options->covariance ? print_covariance(*options) : fit(*options);
    };
  });
}

}  // namespace nudipole::jobs
