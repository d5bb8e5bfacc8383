#include "commands.hpp"
#include "coupling_option.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/campaign/story.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/sterile_decay.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>

namespace nudipole::jobs {
namespace {

struct Options {
  ConfigOption config;
  FormatOption format;
  MassOption mass;
  CouplingOption coupling;
  std::size_t bins = 10;
  double path_cm = default_decay_path_cm;
};

/// The fit that is told about: at the coupling that was asked for, else at the 90 % limit, else
/// where there is none, or several, at the best fit.
inference::ProfilePoint chosen_fit(const Options& options,
                                   const campaign::MassLikelihood& likelihood,
                                   const inference::Profile& profile) {
  const CouplingOption& wanted = options.coupling;
  if (wanted.is_given() || wanted.best || wanted.limit) {
    return wanted.fit(likelihood.setup(), profile);
  }
  if (likelihood.coupling_count() > 1) return likelihood.best_fit();  // which of the limits?
  const inference::Limit limit = likelihood.limit(wanted.confidence, wanted.dof);
  return has_value(limit.status) ? likelihood.profile(limit.poi) : likelihood.best_fit();
}

/// The table of the story: topic, item, quantity, value.
class Story {
 public:
  void add(const std::string& topic, const std::string& item, const std::string& quantity,
           TableWriter::Cell value) {
    table_.add_row({topic, item, quantity, std::move(value)});
  }
  void add_fit(const std::string& topic, const campaign::RunConfig& config,
               const inference::ProfilePoint& fit) {
    for (std::size_t c = 0; c < fit.poi.size(); ++c) {
      const DipoleCoupling d = DipoleCoupling::from_square(fit.poi[c]);
      add(topic, "", coupling_label(config, c, "coupling_mu_B"), d.mu_B());
      add(topic, "", coupling_label(config, c, "coupling_per_GeV"), d.per_GeV());
    }
    add(topic, "", "minus_two_log_l", fit.minus_two_log_l);
    add(topic, "", "fit_status", std::string{to_string(fit.status)});
    add(topic, "", "fit_evaluations", std::int64_t{fit.evaluations});
  }
  [[nodiscard]] const TableWriter& table() const { return table_; }

 private:
  TableWriter table_{{"topic", "item", "quantity", "value"}};
};

void tell_templates(Story& story, const campaign::MassLikelihood& likelihood,
                    const campaign::Couplings& couplings) {
  const std::vector<double> none(likelihood.coupling_count());
  const Eigen::ArrayXd portal = likelihood.expected(couplings) - likelihood.expected(none);
  Eigen::Index next = 0;
  for (const likelihood::Term& term : likelihood.joint().terms()) {
    for (const likelihood::Component& component : term.components()) {
      story.add("templates", term.name() + "." + component.name, "events",
                component.events.col(0).sum());
    }
    const auto size = static_cast<Eigen::Index>(term.bin_count());
    story.add("templates", term.name() + ".portal", "events", portal.segment(next, size).sum());
    next += size;
  }
}

void tell_pulls(Story& story, const campaign::MassLikelihood& likelihood,
                const inference::ProfilePoint& best, const inference::ProfilePoint& fit) {
  for (std::size_t k = 0; k < likelihood.nuisances().size(); ++k) {
    const std::string& name = likelihood.nuisances()[k].name;
    story.add("pulls", name, "pull", fit.pulls[k]);
    story.add("pulls", name, "pull_at_best_fit", best.pulls[k]);
  }
}

void tell_rise(Story& story, const campaign::MassLikelihood& likelihood,
               const inference::ProfilePoint& best, const inference::ProfilePoint& fit,
               std::size_t bins) {
  const std::vector<double>& before = best.parts;
  const std::vector<double>& after = fit.parts;
  story.add("rise", "", "delta_chi2", fit.minus_two_log_l - best.minus_two_log_l);
  for (std::size_t t = 0; t < likelihood.joint().terms().size(); ++t) {
    story.add("rise", likelihood.joint().terms()[t].name(), "delta_chi2", after[t] - before[t]);
  }
  story.add("rise", "priors", "delta_chi2", after.back() - before.back());
  std::vector<campaign::BinRise> rises = campaign::bin_rises(likelihood, best, fit);
  rises.resize(std::min(bins, rises.size()));
  for (const campaign::BinRise& bin : rises) {
    const std::string name = bin.experiment + ".bin_" + std::to_string(bin.bin);
    story.add("bins", name, "delta_chi2", bin.rise);
    story.add("bins", name, "observed", bin.observed);
    story.add("bins", name, "expected", bin.expected);
    story.add("bins", name, "expected_at_best_fit", bin.reference);
  }
}

/// How far the most energetic N flies before N -> nu gamma, of a Dirac N.
void tell_decay(Story& story, const campaign::MassLikelihood& likelihood,
                const inference::ProfilePoint& fit, double path_cm) {
  const campaign::Setup& setup = likelihood.setup();
  const double mass_MeV = likelihood.mass_MeV();
  double squares_mu_B2 = 0.0;
  for (std::size_t c = 0; c < fit.poi.size(); ++c) {
    squares_mu_B2 += setup.config().couplings[c].squared_ratios() * fit.poi[c];
  }
  constexpr auto nature = physics::SterileNature::dirac;
  story.add("decay", "", "c_tau_m",
            physics::proper_decay_length_cm(mass_MeV, squares_mu_B2, nature) / units::cm_per_m);
  const std::vector<double> energies_MeV = setup.end_points_MeV();
  for (std::size_t i = 0; i < energies_MeV.size(); ++i) {
    if (energies_MeV[i] < mass_MeV) continue;  // makes no N
    const std::string& name = setup.experiments()[i].name();
    const double length_cm =
        physics::decay_length_cm(energies_MeV[i], mass_MeV, squares_mu_B2, nature);
    story.add("decay", name, "energy_MeV", energies_MeV[i]);
    story.add("decay", name, "decay_length_m", length_cm / units::cm_per_m);
    story.add("decay", name, "decay_probability", physics::decay_probability(path_cm, length_cm));
  }
}

int explain(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const double mass_MeV = *options.mass.mass_MeV;
  const campaign::MassLikelihood likelihood{setup, mass_MeV};
  const inference::Profile profile = setup->profile(setup->signals(mass_MeV));
  const inference::ProfilePoint best = likelihood.best_fit();
  const inference::ProfilePoint fit = chosen_fit(options, likelihood, profile);
  const campaign::Couplings couplings = campaign::Couplings::of(fit);

  Story story;
  story.add("point", "", "mass_MeV", mass_MeV);
  story.add_fit("point", setup->config(), fit);
  story.add_fit("best_fit", setup->config(), best);
  tell_templates(story, likelihood, couplings);
  story.add("start", "", "minus_two_log_l", likelihood(couplings));
  const std::vector<double> path = campaign::fit_path(likelihood, couplings);
  for (std::size_t i = 0; i < path.size(); ++i) {
    story.add("path", std::to_string(i), "minus_two_log_l", path[i]);
  }
  tell_pulls(story, likelihood, best, fit);
  tell_rise(story, likelihood, best, fit, options.bins);
  tell_decay(story, likelihood, fit, options.path_cm);
  options.format.print(story.table());
  if (likelihood.is_closed()) {
    say("no N of this mass can be produced: the fit is that of the Standard Model");
  }
  return fit::is_converged(fit.status) ? exit_done : exit_failed_fits;
}

}  // namespace

void add_explain(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "explain", "Tells how one point comes about: events, fit, pulls, what carries the limit");
  options->config.add_to(*command);
  options->format.add_to(*command);
  options->mass.add_to(*command)->required();
  options->coupling.add_to(*command);
  command->add_option("--bins", options->bins, "so many bins, those that add most to Delta chi2")
      ->capture_default_str();
  command
      ->add_option("--path-cm", options->path_cm,
                   "path in the detector [cm] within which N may decay, for decay_probability")
      ->check(non_negative_number())
      ->capture_default_str();
  command->footer(
      "Example: nudipole explain configs/csi2022_mu.yaml --mass-MeV 10 --format table\n"
      "Without a coupling it is about the 90 % limit, or the best fit where there is none, or "
      "one for\neach of several couplings.");
  command->callback([&run, options] { run = [options] { return explain(*options); }; });
}

}  // namespace nudipole::jobs
