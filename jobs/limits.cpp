#include "commands.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/run/result.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  std::optional<double> confidence;
  std::optional<int> dof;
  std::optional<std::string> experiment;
  FormatOption format;
};

/// Indices of an axis that a request selects: one value, or all without a request.
template <class T>
std::vector<std::size_t> select(const std::vector<T>& available, const std::optional<T>& wanted,
                                const Options& options, const std::string& name) {
  std::vector<std::size_t> indices;
  std::vector<std::string> list;
  for (std::size_t i = 0; i < available.size(); ++i) {
    constexpr double tolerance = 1.0e-12;
    if (!wanted || std::abs(static_cast<double>(available[i] - *wanted)) < tolerance) {
      indices.push_back(i);
    }
    list.push_back(shortest_text(static_cast<double>(available[i])));
  }
  if (indices.empty()) {
    throw ConfigError("the file has no limits for this " + name,
                      {.where = options.file + ": --" + name,
                       .expected = "one of: " + join(list),
                       .hint = "add it to 'limits' in the configuration and scan again"});
  }
  return indices;
}

/// Entries of the axis `experiment` that a request selects: without one the joint limits.
std::vector<std::string> sources_of(const labelled::Dataset& data, const Options& options) {
  if (!options.experiment) return {"joint"};
  const auto& entries = std::get<std::vector<std::string>>(data.axis("experiment").values);
  if (entries.size() == 1) {
    throw ConfigError("the file has no limits of single experiments",
                      {.where = options.file + ": --experiment",
                       .hint = "set 'each_experiment: true' under 'limits' in the configuration "
                               "and scan again"});
  }
  if (*options.experiment == "all") return entries;
  if (std::ranges::find(entries, *options.experiment) != entries.end()) {
    return {*options.experiment};
  }
  throw ConfigError("the file has no experiment '" + *options.experiment + "'",
                    {.where = options.file + ": --experiment",
                     .expected = "one of: all, " + join(entries),
                     .hint = config::did_you_mean(*options.experiment, entries)});
}

/// One of the limits that a file has at each mass, experiment, confidence and dof.
struct Kept {
  std::string name;                ///< of the coupling
  std::string others;              ///< what the other couplings do
  std::vector<std::size_t> place;  ///< indices between experiment and confidence
};

std::vector<Kept> kept_couplings(const labelled::Dataset& data) {
  if (!data.has_axis("parameter")) return {{"", "", {}}};
  std::vector<Kept> kept;
  const auto& names = std::get<std::vector<std::string>>(data.axis("parameter").values);
  const auto& others = std::get<std::vector<std::string>>(data.axis("others").values);
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t o = 0; o < others.size(); ++o) kept.push_back({names[a], others[o], {a, o}});
  }
  return kept;
}

int limits(const Options& options) {
  const labelled::Dataset data = run::read_run(options.file).dataset;
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  const auto& confidences = std::get<std::vector<double>>(data.axis("confidence").values);
  const auto& dofs = std::get<std::vector<std::int32_t>>(data.axis("dof").values);
  const auto chosen_confidences = select(confidences, options.confidence, options, "confidence");
  const auto chosen_dofs = select(dofs, options.dof, options, "dof");

  std::vector<std::string> columns{"mass_MeV",  "confidence", "dof",
                                   "d_per_GeV", "d_mu_B",     "status"};
  if (options.experiment) columns.insert(columns.begin(), "experiment");
  const std::vector<Kept> kept = kept_couplings(data);
  if (kept.size() > 1) columns.insert(columns.end(), {"coupling", "others"});
  TableWriter table{columns};
  for (const std::string& source : sources_of(data, options)) {
    const std::size_t e = position_of(data.axis("experiment"), source);
    for (const Kept& coupling : kept) {
      for (const std::size_t c : chosen_confidences) {
        for (const std::size_t n : chosen_dofs) {
          for (std::size_t m = 0; m < masses.size(); ++m) {
            std::vector<std::size_t> place{e};
            place.insert(place.end(), coupling.place.begin(), coupling.place.end());
            place.insert(place.end(), {c, n});
            const std::size_t at = data.offset(data.field("limit"), place);
            const DipoleCoupling d =
                DipoleCoupling::from_mu_B(data.slice<double>("limit", {m})[at]);
            const auto status = static_cast<inference::LimitStatus>(
                data.slice<std::int8_t>("limit_status", {m})[at]);
            std::vector<TableWriter::Cell> row{
                masses[m],   confidences[c], std::int64_t{dofs[n]},
                d.per_GeV(), d.mu_B(),       std::string{to_string(status)}};
            if (options.experiment) row.insert(row.begin(), source);
            if (kept.size() > 1) row.insert(row.end(), {coupling.name, coupling.others});
            table.add_row(std::move(row));
          }
        }
      }
    }
  }
  options.format.print(table);
  return 0;
}

}  // namespace

void add_limits(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("limits", "Prints the upper limits that a result file holds");
  command->add_option("file", options->file, "result file (HDF5)")->required();
  command->add_option("--confidence", options->confidence, "only this confidence level, e.g. .90");
  command->add_option("--dof", options->dof, "only this number of degrees of freedom");
  command->add_option("--experiment", options->experiment,
                      "limits of this experiment by itself, or `all` for every one and the joint "
                      "limits; adds the column experiment");
  options->format.add_to(*command);
  command->footer(
      "Example: nudipole limits csi2022_mu.h5 --confidence .90 --dof 1\n"
      "         nudipole limits combined_mu.h5 --experiment all");
  command->callback([&run, options] { run = [options] { return limits(*options); }; });
}

}  // namespace nudipole::jobs
