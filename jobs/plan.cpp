#include "commands.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/run/checkpoint.hpp"
#include "nudipole/run/forecast.hpp"
#include "nudipole/run/levels.hpp"
#include "nudipole/run/order.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <memory>
#include <set>

namespace nudipole::jobs {
namespace {

using Clock = std::chrono::steady_clock;

/// Rank 0's time for a task: to receive, unpack and store a result and to send the next task.
/// Measured with Open MPI 4.1 in shared memory: 10 to 100 us; the upper end, for networks.
constexpr double dispatch_s = 100e-6;
/// Ranks whose wall time is within this factor of the shortest do not need any more ranks.
constexpr double close_to_shortest = 1.05;
/// Unless more are asked for.
constexpr std::size_t most_ranks_to_try = 65536;
constexpr double bytes_per_MB = 1e6;

struct Options {
  ConfigOption config;
  FormatOption format;
  std::size_t ranks = 1;
  std::size_t shards = 1;
  double budget_s = 10.0;
  std::size_t most_masses = 9;
  std::string output;
};

/// One line of the table.
struct Row {
  std::size_t ranks;
  run::Forecast forecast;  ///< core_s and tasks over all shards, wall_s of the longest
};

double peak_memory_MB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024.0 / bytes_per_MB;  // Linux counts in KiB
}

/// Tasks of a campaign, level by level. A level begins when the one before is done.
using TasksOfLevels = std::vector<std::vector<campaign::Task>>;

TasksOfLevels tasks_of(const campaign::Campaign& campaign, const run::Levels& levels) {
  const std::vector<campaign::Task> all = campaign.missing(levels.dataset);
  if (levels.added.size() == 1) return {all};
  TasksOfLevels tasks;
  for (const std::vector<double>& added : levels.added) {
    auto& own = tasks.emplace_back();
    std::ranges::copy_if(all, std::back_inserter(own), [&](const campaign::Task& task) {
      return std::ranges::binary_search(added, task.coordinate);
    });
  }
  return tasks;
}

/// Those of a shard: every n-th, or where places are placed between those it begins with.
TasksOfLevels tasks_of(const TasksOfLevels& all, const campaign::Campaign& campaign,
                       const campaign::Shard& shard) {
  TasksOfLevels own(all.size());
  if (all.size() == 1) {
    for (const std::size_t i : shard.members(all[0].size())) own[0].push_back(all[0][i]);
    return own;
  }
  const labelled::Dataset begin = campaign.begin(shard);
  const auto& places = std::get<std::vector<double>>(begin.axis(campaign.partition_axis()).values);
  if (places.empty()) return own;
  for (std::size_t level = 0; level < all.size(); ++level) {
    std::ranges::copy_if(
        all[level], std::back_inserter(own[level]), [&](const campaign::Task& task) {
          return task.coordinate >= places.front() && task.coordinate <= places.back();
        });
  }
  return own;
}

/// All shards at the same time, each on `ranks` ranks.
Row forecast(const run::CostModel& cost, const std::vector<TasksOfLevels>& shards,
             std::size_t ranks, double start_s) {
  Row row{.ranks = ranks, .forecast = {}};
  const std::size_t workers = std::max<std::size_t>(1, ranks - 1);
  for (const TasksOfLevels& levels : shards) {
    double wall_s = start_s;
    for (const std::vector<campaign::Task>& tasks : levels) {
      if (tasks.empty()) continue;
      const run::Forecast part =
          run::simulate(cost, run::in_order(tasks, cost, workers), ranks, dispatch_s);
      row.forecast.tasks += part.tasks;
      row.forecast.core_s += part.core_s;
      wall_s += part.wall_s;
    }
    row.forecast.wall_s = std::max(row.forecast.wall_s, wall_s);
  }
  return row;
}

/// Powers of two up to the number asked for, that number, and beyond it up to a rank a fit, which
/// shows where more ranks stop helping.
std::set<std::size_t> ranks_to_try(std::size_t asked, std::size_t fits) {
  std::set<std::size_t> ranks{asked};
  const std::size_t most = std::max(asked, std::min(2 * fits, most_ranks_to_try));
  for (std::size_t n = 1; n <= most; n *= 2) ranks.insert(n);
  return ranks;
}

std::int64_t milliseconds(double seconds) { return std::llround(1e3 * seconds); }

/// Leaves the plan in the result file, from which the scan goes on.
void store(const Options& options, const campaign::Setup& setup, const campaign::Campaign& campaign,
           const Row& row) {
  if (options.shards != 1) {
    throw ConfigError("a plan for several shards cannot be stored",
                      {.where = "--output", .hint = "leave --output or --shards away"});
  }
  const campaign::Shard whole;
  run::Checkpoint checkpoint{
      options.output, run::identity_of(setup, campaign, whole), campaign.begin(whole),
      [&campaign](labelled::Dataset earlier) { return campaign.continued(std::move(earlier)); }};
  checkpoint.note(run::attribute::planned_core_ms, milliseconds(row.forecast.core_s));
  checkpoint.note(run::attribute::planned_wall_ms, milliseconds(row.forecast.wall_s));
  checkpoint.note(run::attribute::planned_ranks, static_cast<std::int64_t>(row.ranks));
  checkpoint.save();
}

int plan(const Options& options) {
  const Clock::time_point start = Clock::now();
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const auto campaign = campaign::make_campaign(setup);
  const double start_s = std::chrono::duration<double>(Clock::now() - start).count();
  const run::Levels levels = run::foresee_levels(*campaign, 0.5 * options.budget_s);
  const std::vector<campaign::Task> tasks = campaign->missing(levels.dataset);
  const run::CostModel cost =
      run::measure_cost(*campaign, tasks, options.budget_s, options.most_masses);
  const TasksOfLevels by_level = tasks_of(*campaign, levels);
  std::vector<TasksOfLevels> shards;
  for (std::size_t index = 0; index < options.shards; ++index) {
    shards.push_back(tasks_of(by_level, *campaign, {index, options.shards}));
  }
  const double memory_MB = peak_memory_MB();
  const auto file_MB =
      static_cast<double>(io::stored_size({.attributes = {}, .dataset = levels.dataset})) /
      bytes_per_MB;

  std::vector<Row> rows;
  const std::size_t fits = tasks.size() * campaign->items() / options.shards + 1;
  for (const std::size_t ranks : ranks_to_try(options.ranks, fits)) {
    rows.push_back(forecast(cost, shards, ranks, start_s));
  }
  const double shortest_s = std::ranges::min(rows, {}, [](const Row& row) {
                              return row.forecast.wall_s;
                            }).forecast.wall_s;
  const auto enough = std::ranges::find_if(
      rows, [&](const Row& row) { return row.forecast.wall_s <= close_to_shortest * shortest_s; });
  const auto asked = std::ranges::find(rows, options.ranks, &Row::ranks);
  const double useful_s = rows.front().forecast.core_s;  // on one rank no mass is cut

  TableWriter table{{"ranks", "shards", "units", "core_s", "wall_s", "efficiency",
                     "memory_per_rank_MB", "file_MB", "remark"}};
  for (auto row = rows.begin(); row != rows.end() && row <= std::max(asked, enough); ++row) {
    std::string remark = row == asked ? "asked for" : "";
    if (row == enough) remark += (remark.empty() ? "" : "; ") + std::string{"more do not help"};
    const double paid_s = row->forecast.wall_s * static_cast<double>(row->ranks * options.shards);
    table.add_row({static_cast<std::int64_t>(row->ranks), static_cast<std::int64_t>(options.shards),
                   static_cast<std::int64_t>(row->forecast.tasks), row->forecast.core_s,
                   row->forecast.wall_s, useful_s / paid_s, memory_MB, file_MB, remark});
  }
  if (!options.output.empty()) store(options, *setup, *campaign, *asked);
  say("measured " + std::to_string(cost.places_measured()) + " of " + std::to_string(tasks.size()) +
      " " + std::string{campaign->place_noun()} +
      " on this processor; wall time includes reading the data, not the start of MPI, memory not "
      "that of MPI (10 to 20 MB a rank)");
  if (levels.added.size() > 1 || levels.extent == run::Levels::Extent::at_least) {
    say("the scan places its " + std::string{campaign->place_noun()} +
        " itself: " + (levels.extent == run::Levels::Extent::all ? "" : "at least ") +
        std::to_string(tasks.size()) + " in " + std::to_string(levels.added.size()) +
        " levels, by limits that were found for this plan");
  }
  options.format.print(table);
  return exit_done;
}

}  // namespace

void add_plan(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "plan", "Predicts time, memory and file size of a scan for any number of ranks");
  options->config.add_to(*command);
  options->format.add_to(*command);
  command->add_option("--ranks", options->ranks, "ranks (of each shard)")
      ->required()
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--shards", options->shards, "shards that run at the same time")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      ->add_option("--budget-s", options->budget_s, "begin no further measurement after this time")
      ->check(positive_number())
      ->capture_default_str();
  command->add_option("--masses", options->most_masses, "masses to measure at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option(
      "-o,--output", options->output,
      "also store the plan in this result file, with which scan goes on; status shows "
      "planned and actual time");
  command->footer(
      "Some masses are measured here, those between are interpolated, and the queue is played for "
      "each number of\nranks. The line `more do not help` is within 5 % of the shortest wall "
      "time.\n"
      "Example: nudipole plan configs/csi2022_mu.yaml --ranks 64");
  command->callback([&run, options] { run = [options] { return plan(*options); }; });
}

}  // namespace nudipole::jobs
