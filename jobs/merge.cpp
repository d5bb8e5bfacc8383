#include "nudipole/run/merge.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/campaign/run_config.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/files/file_lock.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/progress.hpp"
#include "nudipole/run/result.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>

namespace nudipole::jobs {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> shards;
  std::string output;
  std::string config;
};

/// "1,3-5": a list of numbers as SLURM writes it.
std::string ranges(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    text += (text.empty() ? "" : ",") + std::to_string(numbers[i]);
    if (end - i > 1) text += (end - i > 2 ? "-" : ",") + std::to_string(numbers[end - 1]);
    i = end;
  }
  return text;
}

/// Says why there is no result, and what to do about it. \throws CheckpointError
[[noreturn]] void refuse(const run::Merged& merged, const Options& options) {
  for (const std::string& line : merged.problems) say(line);
  for (const std::string& line : merged.unfinished) say(line);
  if (!merged.missing.empty()) {
    say("missing: shard " + ranges(merged.missing) + " of " + std::to_string(merged.shard_count));
  }
  if (!merged.to_run.empty()) {
    say("to fill the gaps: sbatch --array=" + ranges(merged.to_run) + " slurm/array.sbatch " +
        (options.config.empty() ? "CONFIG" : options.config) + " " + options.output + " " +
        std::to_string(merged.shard_count));
  }
  throw CheckpointError("the shards do not make a whole scan; nothing was written",
                        {.where = options.output});
}

std::string digest(const io::ResultFile& result) {
  return labelled::content_digest(result.dataset, labelled::DigestScope::results_only);
}

/// An existing file is never replaced: it is either this very result already, or someone's data.
int leave_existing(const io::ResultFile& result, const Options& options) {
  const bool same = digest(run::read_run(options.output)) == digest(result);
  if (!same) {
    throw CheckpointError(
        "the file exists and holds something else than the merged scan",
        {.where = options.output, .hint = "choose another name, or remove it if it is not needed"});
  }
  say(options.output + " holds exactly this already; it stays as it is");
  return exit_done;
}

int merge(const Options& options) {
  const std::string config_hash =
      options.config.empty() ? "" : campaign::RunConfig::load(options.config).hash();
  const run::Merged merged =
      run::merge_shards({options.shards.begin(), options.shards.end()}, config_hash);
  if (!merged.result) refuse(merged, options);

  const files::FileLock lock{options.output};
  if (fs::exists(options.output)) return leave_existing(*merged.result, options);
  io::write_result(options.output, *merged.result);
  const labelled::Attributes& attributes = merged.result->attributes;
  const run::Progress progress = run::progress_of(
      merged.result->dataset, run::text_of(attributes, run::attribute::partition_axis));
  say("merged " + std::to_string(merged.shard_count) + " shards into " + options.output + ": " +
      std::to_string(progress.places_done) + " " +
      run::text_of(attributes, run::attribute::place_noun) + ", " +
      std::to_string(progress.failed) + " fits failed");
  return exit_done;
}

}  // namespace

void add_merge(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "merge", "Joins the files of all shards into one that equals a scan in one piece");
  command->add_option("shards", options->shards, "result files of scan --shard")->required();
  command->add_option("-o,--output", options->output, "result file to write; must not exist")
      ->required()
      ->expected(1);
  command->add_option("--config", options->config,
                      "configuration that all shards must have (YAML)");
  command->footer(
      "Shards that are damaged, foreign, twice there or not finished are refused by name; for gaps "
      "the sbatch\nline that fills them is shown.\n"
      "Example: nudipole merge csi2022_mu.shard-*.h5 -o csi2022_mu.h5");
  command->callback([&run, options] { run = [options] { return merge(*options); }; });
}

}  // namespace nudipole::jobs
