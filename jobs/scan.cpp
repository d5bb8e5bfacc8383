#include "campaign_run.hpp"
#include "commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace nudipole::jobs {

void add_scan(CLI::App& program, Action& run) {
  auto options = std::make_shared<CampaignOptions>();
  CLI::App* command = program.add_subcommand(
      "scan", "Scans masses and couplings, alone or under mpirun; goes on where a file stopped");
  options->add_to(*command);
  options->output_option->required();
  command->footer("Example: mpirun -n 4 nudipole scan configs/csi2022_mu.yaml -o csi2022_mu.h5");
  command->callback([&run, options] {
    run = [options] {
      return run_campaign_command(*options, {.make = campaign::make_scan, .failures = failed_fits});
    };
  });
}

}  // namespace nudipole::jobs
