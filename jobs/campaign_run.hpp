#pragma once

#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/run/progress.hpp"
#include "shared_options.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace CLI {
class Option;
}

namespace nudipole::jobs {

/// Options of the subcommands that run a campaign, alone or under mpirun.
struct CampaignOptions {
  ConfigOption config;
  std::string output;
  CLI::Option* output_option = nullptr;
  std::string shard = "0/1";
  std::optional<double> max_time_s;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

  void add_to(CLI::App& command);
};

/// What of a finished campaign has failed, for people and for `run.allowed_failed_fraction`.
struct Failures {
  std::size_t failed;
  std::size_t total;
  std::string noun;
};

/// What is special about a subcommand.
struct CampaignCommand {
  std::function<std::unique_ptr<campaign::Campaign>(std::shared_ptr<const campaign::Setup>)> make;
  std::function<Failures(const run::ResultTable&)> failures;
};

/// Fits of a scan.
Failures failed_fits(const run::ResultTable& table);

/// Runs the campaign of a configuration on all ranks: reads, goes on where the file stopped, saves,
/// stops when asked to. \return the exit code of this rank
int run_campaign_command(const CampaignOptions& options, const CampaignCommand& command);

}  // namespace nudipole::jobs
