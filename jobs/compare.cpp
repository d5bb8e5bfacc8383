#include "commands.hpp"
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/run/input.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  DataOption data;
  std::vector<double> masses_MeV;
  FormatOption format;
};

/// A configuration with one option changed.
struct Change {
  std::string name;
  campaign::RunConfig config;
};

/// The configuration as it is, then with every other choice of every option in turn.
std::vector<Change> changes(const campaign::RunConfig& config, experiment::DataFolder& data) {
  std::vector<Change> list{{"as configured", config}};
  for (std::size_t e = 0; e < config.experiments.size(); ++e) {
    const experiment::Selection& selection = config.experiments[e];
    const std::string owner = config.experiments.size() == 1 ? "" : selection.name + ".";
    for (const auto& option : experiment::Experiment::summarise(data, selection).options) {
      const auto chosen = selection.options.find(option.name);
      const std::string& present =
          chosen == selection.options.end() ? option.default_choice : chosen->second;
      for (const std::string& choice : option.choices) {
        if (choice == present) continue;
        Change change{owner + option.name + "=" + choice, config};
        change.config.experiments[e].options.insert_or_assign(option.name, choice);
        list.push_back(std::move(change));
      }
    }
  }
  return list;
}

struct Limit {
  double mass_MeV;
  double confidence;
  int dof;
  double d_mu_B;
  inference::LimitStatus status;
};

/// The limits of a configuration in the order of `nudipole limits`.
std::vector<Limit> find_limits(const campaign::RunConfig& config, experiment::DataFolder& data) {
  const auto setup = std::make_shared<const campaign::Setup>(config, data);
  const auto campaign = campaign::make_scan(setup);
  labelled::Dataset result = campaign->begin({});
  const auto worker = campaign->worker();
  for (std::size_t m = 0; m < config.mass_MeV.size(); ++m) {
    // The first item of a mass finds its limits; the others are the grid of couplings.
    result.apply((*worker)({.place = m, .coordinate = config.mass_MeV[m], .first = 0, .last = 1}));
  }
  const std::size_t joint = position_of(result.axis("experiment"), std::string{"joint"});
  std::vector<Limit> limits;
  for (std::size_t c = 0; c < config.limits.confidence.size(); ++c) {
    for (std::size_t n = 0; n < config.limits.dof.size(); ++n) {
      for (std::size_t m = 0; m < config.mass_MeV.size(); ++m) {
        limits.push_back({config.mass_MeV[m], config.limits.confidence[c], config.limits.dof[n],
                          result.at<double>("limit", {m, joint, c, n}),
                          static_cast<inference::LimitStatus>(
                              result.at<std::int8_t>("limit_status", {m, joint, c, n}))});
      }
    }
  }
  return limits;
}

int compare(const Options& options) {
  experiment::DataFolder data = options.data.open();
  campaign::RunConfig config = campaign::RunConfig::load(run::find_config(options.file, data));
  if (!options.masses_MeV.empty()) {
    const std::set<double> ascending{options.masses_MeV.begin(), options.masses_MeV.end()};
    config.mass_MeV = {ascending.begin(), ascending.end()};
  }
  config.limits.each_experiment = false;
  TableWriter table{{"change", "mass_MeV", "confidence", "dof", "d_mu_B", "ratio", "status"}};
  std::vector<Limit> plain;
  for (const Change& change : changes(config, data)) {
    const std::vector<Limit> limits = find_limits(change.config, data);
    if (plain.empty()) plain = limits;
    for (std::size_t i = 0; i < limits.size(); ++i) {
      const Limit& limit = limits[i];
      const bool both = has_value(limit.status) && has_value(plain[i].status);
      table.add_row(
          {change.name, limit.mass_MeV, limit.confidence, std::int64_t{limit.dof}, limit.d_mu_B,
           both ? limit.d_mu_B / plain[i].d_mu_B : std::numeric_limits<double>::quiet_NaN(),
           std::string{to_string(limit.status)}});
    }
  }
  options.format.print(table);
  return 0;
}

}  // namespace

void add_compare(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "compare", "Limits with every other choice of the experiments' options, one at a time");
  command->add_option("config", options->file, "configuration file (YAML)")->required();
  options->data.add_to(*command);
  command
      ->add_option("--mass-MeV", options->masses_MeV,
                   "masses [MeV] in place of those of the configuration")
      ->check(positive_number());
  options->format.add_to(*command);
  command->footer("Example: nudipole compare llx_dresden_switches.yaml --mass-MeV 0.1 4");
  command->callback([&run, options] { run = [options] { return compare(*options); }; });
}

}  // namespace nudipole::jobs
