#include "commands.hpp"
#include "messages.hpp"
#include "shared_options.hpp"
#include "void_results.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace nudipole::jobs {
namespace {

struct Options {
  ConfigOption config;
  FormatOption format;
};

/// Names of the experiments that have a nuisance.
std::string owners(const likelihood::Joint& joint, const std::string& nuisance) {
  std::vector<std::string> names;
  for (const likelihood::Term& term : joint.terms()) {
    if (std::ranges::find(term.nuisances(), nuisance, &likelihood::Nuisance::name) !=
        term.nuisances().end()) {
      names.push_back(term.name());
    }
  }
  return join(names);
}

int check(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const campaign::RunConfig& config = setup->config();
  const likelihood::Joint none{{}};
  const auto* likelihood = std::get_if<campaign::Likelihood>(&setup->constraint());
  const likelihood::Joint& joint = likelihood != nullptr ? *likelihood->joint : none;
  TableWriter table{{"key", "value"}};
  table.add_row({"title", config.title});
  for (const auto& [key, value] : config.canonical()) table.add_row({key, value});
  table.add_row({"run.checkpoint_every_s", config.checkpoint_every_s});
  table.add_row({"run.allowed_failed_fraction", config.allowed_failed_fraction});
  table.add_row({"config_sha256", config.hash()});
  const auto count = [&table](const char* key, std::size_t number) {
    table.add_row({key, static_cast<std::int64_t>(number)});
  };
  for (const likelihood::Nuisance& nuisance : joint.nuisances()) {
    table.add_row(
        {"nuisance." + nuisance.name, describe(nuisance) + "; in " + owners(joint, nuisance.name)});
  }
  std::size_t bins = 0;
  for (const likelihood::Term& term : joint.terms()) bins += term.bin_count();
  count("bins", bins);
  count("nuisances", joint.nuisances().size());
  count("masses", config.mass_MeV.size());
  count("couplings", config.points());
  count("fits", likelihood == nullptr ? 0 : config.mass_MeV.size() * (config.points() + 1));
  const std::size_t parts = config.limits.each_experiment ? setup->experiments().size() : 0;
  const std::size_t several = config.couplings.size() == 1 ? 1 : 2 * config.couplings.size();
  count("limits", several * (1 + parts) * config.mass_MeV.size() * config.limits.confidence.size() *
                      config.limits.dof.size());
  options.format.print(table);
  if (const std::string warning = warning_before(*setup); !warning.empty()) {
    say("warning: " + warning);
  }
  return 0;
}

}  // namespace

void add_check(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "check", "Validates a configuration and prints it resolved; computes nothing");
  options->config.add_to(*command);
  options->format.add_to(*command);
  command->footer("Example: nudipole check configs/csi2022_mu.yaml --format table");
  command->callback([&run, options] { run = [options] { return check(*options); }; });
}

}  // namespace nudipole::jobs
