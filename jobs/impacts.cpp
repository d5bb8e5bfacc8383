#include "nudipole/campaign/impacts.hpp"

#include "commands.hpp"
#include "coupling_option.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace nudipole::jobs {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double per_cent = 100.0;

struct Options {
  ConfigOption config;
  FormatOption format;
  MassOption mass;
  double confidence = 0.90;
  int dof = 1;
  std::optional<std::string> along;
  std::size_t groups = 6;
};

struct Row {
  std::string kind;
  std::string name;
  campaign::HeldLimit down;  ///< of an experiment: without it
  campaign::HeldLimit up;
  campaign::HeldLimit held;
};

std::vector<Row> rows_of(const campaign::Impacts& impacts) {
  const campaign::HeldLimit nothing{nan, {nan, inference::LimitStatus::not_done}};
  std::vector<Row> rows;
  for (const campaign::NuisanceImpact& impact : impacts.nuisances) {
    rows.push_back({"nuisance", impact.name, impact.down, impact.up, impact.held});
  }
  for (const campaign::ExperimentImpact& impact : impacts.experiments) {
    rows.push_back({"experiment", impact.name, {nan, impact.without}, nothing, nothing});
  }
  for (const campaign::BinImpact& impact : impacts.bins) {
    rows.push_back(
        {"bins", impact.experiment + ": " + impact.bins, {nan, impact.without}, nothing, nothing});
  }
  // What leaves no limit at all moves it most; fmax passes over what was not asked.
  const auto size = [&](const Row& row) {
    double largest = 0.0;
    for (const campaign::HeldLimit* one : {&row.down, &row.up, &row.held}) {
      const bool lost =
          !has_value(one->limit.status) && one->limit.status != inference::LimitStatus::not_done;
      if (lost) return std::numeric_limits<double>::infinity();
      largest = std::fmax(largest, std::abs(one->limit.poi - impacts.nominal.poi));
    }
    return largest;
  };
  std::ranges::stable_sort(rows, std::ranges::greater{}, size);
  return rows;
}

int impacts(const Options& options) {
  const auto setup = options.config.load();
  const campaign::Impacts found = find_impacts(
      *setup, *options.mass.mass_MeV, options.confidence, options.dof,
      options.along ? std::optional{campaign::BinGroups{*options.along, options.groups}}
                    : std::nullopt);
  if (!has_value(found.nominal.status)) {
    throw ConfigError("there is no limit at " + shortest_text(*options.mass.mass_MeV) +
                          " MeV that could change: " + std::string{to_string(found.nominal.status)},
                      {.where = "--mass-MeV",
                       .hint = "nudipole limits of a scan shows the masses that have one"});
  }
  TableWriter table{{"kind", "name", "shift_down_percent", "shift_up_percent", "shift_held_percent",
                     "pull_down", "pull_up", "pull_held", "limit_down_mu_B", "limit_up_mu_B",
                     "limit_held_mu_B", "limit_mu_B", "mass_MeV", "confidence", "dof"}};
  bool failed = false;
  const auto shift = [&](const campaign::HeldLimit& one) {
    failed = failed || one.limit.status == inference::LimitStatus::failed;
    return per_cent * (one.limit.poi / found.nominal.poi - 1.0);
  };
  for (const Row& row : rows_of(found)) {
    table.add_row({row.kind, row.name, shift(row.down), shift(row.up), shift(row.held),
                   row.down.pull, row.up.pull, row.held.pull, row.down.limit.poi, row.up.limit.poi,
                   row.held.limit.poi, found.nominal.poi, *options.mass.mass_MeV,
                   options.confidence, std::int64_t{options.dof}});
  }
  options.format.print(table);
  if (!failed) return exit_done;
  say("some limits were not found: a fit on the way did not converge");
  return exit_failed_fits;
}

}  // namespace

void add_impacts(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "impacts",
      "Shows how every nuisance, experiment and group of bins moves the limit at one mass");
  options->config.add_to(*command);
  options->format.add_to(*command);
  options->mass.add_to(*command)->required();
  command->add_option("--confidence", options->confidence, "confidence level of the limit")
      ->check(CLI::Range(1.0e-6, 1.0 - 1.0e-6))
      ->capture_default_str();
  command->add_option("--dof", options->dof, "degrees of freedom of its Delta chi2")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  CLI::Option* const along = command->add_option(
      "--along", options->along, "also leave out groups of bins that lie together along this axis");
  command->add_option("--groups", options->groups, "how many groups there are")
      ->check(CLI::Range(1, 1000))
      ->needs(along)
      ->capture_default_str();
  command->footer(
      "down, up: the nuisance held at -1 and +1 standard deviation of its prior (its bound where "
      "that is\nnearer); held: at its value of the best fit. Of an experiment or of bins, down is "
      "the limit without them.\nThe largest change comes first.\n"
      "Example: nudipole impacts configs/csi2022_mu.yaml --mass-MeV 10 > impacts.csv");
  command->callback([&run, options] { run = [options] { return impacts(*options); }; });
}

}  // namespace nudipole::jobs
