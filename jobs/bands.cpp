#include "commands.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/run/result.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdint>
#include <memory>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  FormatOption format;
};

/// Share of experiments with a lower limit.
double quantile_of(double sigma) { return 0.5 * std::erfc(-sigma / std::sqrt(2.0)); }

int bands(const Options& options) {
  const labelled::Dataset data = run::read_run(options.file).dataset;
  const std::vector<campaign::ExpectedLimit> limits = campaign::expected_limits(data);
  if (limits.empty()) {
    throw ConfigError("the file holds no expected limits",
                      {.where = options.file,
                       .hint = "set 'expected: true' under 'limits' in the configuration"});
  }
  TableWriter table{
      {"mass_MeV", "quantile", "d_per_GeV", "d_mu_B", "kind", "confidence", "sigma", "dof"}};
  for (const campaign::ExpectedLimit& limit : limits) {
    const DipoleCoupling coupling = DipoleCoupling::from_mu_B(limit.coupling_mu_B);
    table.add_row({limit.mass_MeV, quantile_of(limit.sigma), coupling.per_GeV(), coupling.mu_B(),
                   limit.kind == campaign::ExpectedLimit::Kind::toys ? "toys" : "asimov",
                   limit.confidence, limit.sigma, std::int64_t{limit.dof}});
  }
  options.format.print(table);
  return 0;
}

}  // namespace

void add_bands(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "bands", "Prints the limits to expect without signal: median, 1 and 2 sigma");
  command->add_option("file", options->file, "result file of nudipole scan or toys (HDF5)")
      ->required();
  options->format.add_to(*command);
  command->footer(
      "They are in files whose configuration says `limits: {expected: true}`, and in all of cls:\n"
      "those of `nudipole scan` by the Asimov data set, of `nudipole toys` also by toys.\n"
      "quantile: the share of experiments with a lower limit. kind: asimov (formulae of large "
      "samples) or toys.\n"
      "Example: nudipole bands fc.h5");
  command->callback([&run, options] { run = [options] { return bands(*options); }; });
}

}  // namespace nudipole::jobs
