#include "commands.hpp"
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

int limits(const Options& options) {
  const scan::Dataset data = io::read_result(options.file).dataset;
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  const auto& confidences = std::get<std::vector<double>>(data.axis("confidence").values);
  const auto& dofs = std::get<std::vector<std::int32_t>>(data.axis("dof").values);
  const auto& values = data.values<double>("limit");
  const auto& codes = data.values<std::int8_t>("limit_status");
  const auto chosen_confidences = select(confidences, options.confidence, options, "confidence");
  const auto chosen_dofs = select(dofs, options.dof, options, "dof");

  io::TableWriter table{{"mass_MeV", "confidence", "dof", "d_per_GeV", "d_mu_B", "status"}};
  for (const std::size_t c : chosen_confidences) {
    for (const std::size_t n : chosen_dofs) {
      for (std::size_t m = 0; m < masses.size(); ++m) {
        const std::size_t i = (m * confidences.size() + c) * dofs.size() + n;
        const DipoleCoupling coupling = DipoleCoupling::from_mu_B(values[i]);
        table.add_row({masses[m], confidences[c], std::int64_t{dofs[n]}, coupling.per_GeV(),
                       coupling.mu_B(),
                       std::string{to_string(static_cast<inference::LimitStatus>(codes[i]))}});
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
  options->format.add_to(*command);
  command->footer("Example: nudipole limits csi2022_mu.h5 --confidence .90 --dof 1");
  command->callback([&run, options] { run = [options] { return limits(*options); }; });
}

}  // namespace nudipole::jobs
