#include "commands.hpp"
#include "nudipole/core/units.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

/// How a Lagrangian defines d: L = (d/2) Nbar sigma_{mu nu} nu F^{mu nu} + h.c. (LLX eq. 1), as
/// everywhere in this program, or without the 1/2 (arXiv:1803.03262). The same physics has half the
/// number there.
constexpr double half_per_whole = 2.0;

struct Options {
  std::optional<double> mu_B;
  std::optional<double> per_GeV;
  std::string convention = "half";
  FormatOption format;
};

int convert(const Options& options) {
  const double factor = options.convention == "half" ? 1.0 : half_per_whole;
  const DipoleCoupling d = options.mu_B ? DipoleCoupling::from_mu_B(factor * *options.mu_B)
                                        : DipoleCoupling::from_per_GeV(factor * *options.per_GeV);
  TableWriter table{{"convention", "lagrangian", "coupling_mu_B", "coupling_per_GeV"}};
  table.add_row({"half", "(d/2) Nbar sigma_{mu nu} nu F^{mu nu}", d.mu_B(), d.per_GeV()});
  table.add_row({"whole", "d Nbar sigma_{mu nu} nu F^{mu nu}", d.mu_B() / half_per_whole,
                 d.per_GeV() / half_per_whole});
  options.format.print(table);
  return 0;
}

}  // namespace

void add_convert(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "convert", "Converts a coupling between Bohr magnetons and 1/GeV, in both conventions");
  CLI::Option* mu_B = command->add_option("--coupling-mu-B", options->mu_B, "d [mu_B]");
  mu_B->check(non_negative_number());
  CLI::Option* per_GeV = command->add_option("--coupling-per-GeV", options->per_GeV, "d [1/GeV]");
  per_GeV->check(non_negative_number())->excludes(mu_B);
  command
      ->add_option("--convention", options->convention,
                   "Lagrangian that defines the given d: `half`, (d/2) Nbar sigma nu F, which this "
                   "program uses, or `whole`, d Nbar sigma nu F")
      ->check(CLI::IsMember({"half", "whole"}))
      ->capture_default_str();
  options->format.add_to(*command);
  command->footer("Example: nudipole convert --coupling-per-GeV 1e-6 --convention whole");
  command->callback([&run, options] {
    if (!options->mu_B && !options->per_GeV) {
      throw CLI::RequiredError("--coupling-mu-B or --coupling-per-GeV");
    }
    run = [options] { return convert(*options); };
  });
}

}  // namespace nudipole::jobs
