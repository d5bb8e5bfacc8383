#include "commands.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/io/result_file.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

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
  std::string list;
  for (std::size_t i = 0; i < available.size(); ++i) {
    constexpr double tolerance = 1.0e-12;
    if (!wanted || std::abs(static_cast<double>(available[i] - *wanted)) < tolerance) {
      indices.push_back(i);
    }
    std::ostringstream text;
    text << available[i];
    list.append(list.empty() ? "" : ", ").append(text.str());
  }
  if (indices.empty()) {
    throw ConfigError("the file has no limits for this " + name,
                      {.where = options.file + ": --" + name,
                       .expected = "one of: " + list,
                       .hint = "add it to 'limits' in the configuration and scan again"});
  }
  return indices;
}

/// Limits that a file holds, with the place of the first one of each mass.
struct Source {
  std::string name;        ///< of the experiment; `joint` for all together
  std::string field;       ///< limit or experiment_limit
  std::size_t first = 0;   ///< block of [confidence][dof] of the first mass
  std::size_t stride = 1;  ///< blocks from one mass to the next
};

const Source joint{.name = "joint", .field = "limit"};

/// What --experiment asks for: one experiment, or all of them and then the joint limits.
std::vector<Source> sources_of(const labelled::Dataset& data, const Options& options) {
  if (!options.experiment) return {joint};
  if (!data.has_field("experiment_limit")) {
    throw ConfigError("the file has no limits of single experiments",
                      {.where = options.file + ": --experiment",
                       .hint = "set 'each_experiment: true' under 'limits' in the configuration "
                               "and scan again"});
  }
  const auto& names = std::get<std::vector<std::string>>(data.axis("experiment").values);
  std::vector<Source> sources;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (*options.experiment != "all" && *options.experiment != names[i]) continue;
    sources.push_back({names[i], "experiment_limit", i, names.size()});
  }
  if (*options.experiment == "all") sources.push_back(joint);
  if (!sources.empty()) return sources;
  std::string list = "all";
  for (const std::string& name : names) list += ", " + name;
  throw ConfigError("the file has no experiment '" + *options.experiment + "'",
                    {.where = options.file + ": --experiment",
                     .expected = "one of: " + list,
                     .hint = config::did_you_mean(*options.experiment, names)});
}

int limits(const Options& options) {
  const labelled::Dataset data = io::read_result(options.file).dataset;
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  const auto& confidences = std::get<std::vector<double>>(data.axis("confidence").values);
  const auto& dofs = std::get<std::vector<std::int32_t>>(data.axis("dof").values);
  const auto chosen_confidences = select(confidences, options.confidence, options, "confidence");
  const auto chosen_dofs = select(dofs, options.dof, options, "dof");

  std::vector<std::string> columns{"mass_MeV",  "confidence", "dof",
                                   "d_per_GeV", "d_mu_B",     "status"};
  if (options.experiment) columns.insert(columns.begin(), "experiment");
  TableWriter table{columns};
  for (const Source& source : sources_of(data, options)) {
    const auto& values = data.values<double>(source.field);
    const auto& codes = data.values<std::int8_t>(source.field + "_status");
    for (const std::size_t c : chosen_confidences) {
      for (const std::size_t n : chosen_dofs) {
        for (std::size_t m = 0; m < masses.size(); ++m) {
          const std::size_t block = source.first + m * source.stride;
          const std::size_t i = (block * confidences.size() + c) * dofs.size() + n;
          const DipoleCoupling coupling = DipoleCoupling::from_mu_B(values[i]);
          std::vector<TableWriter::Cell> row{
              masses[m],
              confidences[c],
              std::int64_t{dofs[n]},
              coupling.per_GeV(),
              coupling.mu_B(),
              std::string{to_string(static_cast<inference::LimitStatus>(codes[i]))}};
          if (options.experiment) row.insert(row.begin(), source.name);
          table.add_row(std::move(row));
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
