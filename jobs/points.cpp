#include "commands.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/inference/thresholds.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/result.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  FormatOption format;
  bool failed = false;
};

/// The couplings of a hypothesis; with several each under its name.
std::vector<std::string> coupling_columns(const labelled::Dataset& data) {
  const std::string quantity = "coupling_mu_B";
  if (!data.has_axis("parameter")) return {quantity};
  std::vector<std::string> columns;
  for (const auto& name : std::get<std::vector<std::string>>(data.axis("parameter").values)) {
    columns.push_back(quantity + "." + name);
  }
  return columns;
}

/// By chi2. The saturated statistic has the bins less the fitted parameters as degrees of freedom;
/// not a number for a part of it.
double asymptotic_critical_value(const io::ResultFile& file, const campaign::ToyOutcome& outcome,
                                 double level) {
  std::int64_t degrees = campaign::given_parameters(file.dataset);
  if (campaign::toy_method(file.dataset) == campaign::ToyMethod::goodness_of_fit) {
    const auto known = file.attributes.find(run::attribute::degrees_of_freedom);
    if (outcome.test != "joint" || known == file.attributes.end()) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    const bool is_best_fit = outcome.mass_MeV > 0.0;
    degrees = std::get<std::int64_t>(known->second) -
              (is_best_fit ? std::ssize(outcome.couplings_mu_B) : 0);
  }
  return inference::delta_chi2_threshold(level, static_cast<int>(degrees),
                                         inference::Thresholds::exact);
}

/// Toys that failed, for `nudipole toys --mass-MeV M --coupling-mu-B D --toy K`.
TableWriter failed_table(const labelled::Dataset& data) {
  std::vector<std::string> columns = coupling_columns(data);
  columns.insert(columns.begin(), "mass_MeV");
  columns.emplace_back("toy");
  TableWriter table{columns};
  for (const campaign::FailedToy& one : campaign::failed_toys(data)) {
    std::vector<TableWriter::Cell> row{one.mass_MeV};
    row.insert(row.end(), one.couplings_mu_B.begin(), one.couplings_mu_B.end());
    row.emplace_back(one.number);
    table.add_row(row);
  }
  return table;
}

int points(const Options& options) {
  const io::ResultFile result = run::read_run(options.file);
  if (run::text_of(result.attributes, run::attribute::campaign) != campaign::toys_kind) {
    throw ConfigError("the file holds no toys",
                      {.where = options.file, .hint = "make some with nudipole toys"});
  }
  const labelled::Dataset& data = result.dataset;
  if (options.failed) {
    options.format.print(failed_table(data));
    return 0;
  }
  std::vector<campaign::ToyOutcome> outcomes = campaign::toy_outcomes(data);
  std::ranges::stable_sort(outcomes, {}, [](const campaign::ToyOutcome& one) {
    return std::pair{one.mass_MeV, one.couplings_mu_B};
  });
  const auto& levels = std::get<std::vector<double>>(data.axis("confidence").values);
  const std::string method{to_string(campaign::toy_method(data))};
  std::vector<std::string> columns = coupling_columns(data);
  columns.insert(columns.begin(), "mass_MeV");
  columns.insert(
      columns.end(),
      {"toys", "failed", "q_observed", "p_value", "p_error", "critical_value", "critical_error",
       "confidence", "asymptotic_critical_value", "test", "method", "p_point", "p_background"});
  TableWriter table{columns};
  for (const campaign::ToyOutcome& one : outcomes) {
    for (std::size_t level = 0; level < levels.size(); ++level) {
      std::vector<TableWriter::Cell> row{one.mass_MeV};
      row.insert(row.end(), one.couplings_mu_B.begin(), one.couplings_mu_B.end());
      row.insert(row.end(), {one.toys, one.failed, one.q_observed, one.p_value, one.p_error,
                             one.critical[level].value, one.critical[level].error, levels[level],
                             asymptotic_critical_value(result, one, levels[level]), one.test,
                             one.is_asymptotic ? std::string{"asymptotic"} : method,
                             one.with_signal.value(), 1.0 - one.without_signal.value()});
      table.add_row(row);
    }
  }
  options.format.print(table);
  return 0;
}

}  // namespace

void add_points(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "points", "Prints what toys say at each point: p values and critical values");
  command->add_option("file", options->file, "result file of nudipole toys (HDF5)")->required();
  command->add_flag(
      "--failed", options->failed,
      "list the toys with a fit that is not a verified minimum instead: all where q is "
      "kept (keep: q), else the first of each piece of the toys of a point");
  options->format.add_to(*command);
  command->footer(
      "p_value is the share of toys with a statistic of at least q_observed; of cls it is CL_s = "
      "p_point/(1 - p_background),\nof coverage the share of toys whose limit lies below the "
      "coupling. asymptotic_critical_value is chi2 with one degree\nof freedom for each coupling "
      "that is given, and one for the mass with free_mass; of goodness_of_fit with the bins\nless "
      "what is fitted.\n"
      "Example: nudipole points fc.h5 --format table");
  command->callback([&run, options] { run = [options] { return points(*options); }; });
}

}  // namespace nudipole::jobs
