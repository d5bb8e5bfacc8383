#include "commands.hpp"
#include "fit_count.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/progress.hpp"
#include "nudipole/run/result.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <numeric>
#include <sstream>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  FormatOption format;
};

/// What nudipole plan expected: of the whole scan, and of the part that is done.
void add_planned_rows(const io::ResultFile& result, const run::Progress& progress,
                      TableWriter& table) {
  const auto found = result.attributes.find(run::attribute::planned_core_ms);
  if (found == result.attributes.end() || progress.items_total == 0) return;
  const double planned_s = 1e-3 * static_cast<double>(std::get<std::int64_t>(found->second));
  const double share =
      static_cast<double>(progress.items_done) / static_cast<double>(progress.items_total);
  table.add_row({"planned_compute_time_s", planned_s});
  table.add_row({"planned_so_far_s", share * planned_s});
}

int status(const Options& options) {
  const io::ResultFile result = run::read_run(options.file);
  const run::Progress progress = run::progress_of(
      result.dataset, run::text_of(result.attributes, run::attribute::partition_axis));
  const std::string noun = run::text_of(result.attributes, run::attribute::place_noun);
  TableWriter table{{"key", "value"}};
  const auto count = [&table](const std::string& key, std::size_t number) {
    table.add_row({key, static_cast<std::int64_t>(number)});
  };
  count(noun + "_done", progress.places_done);
  count(noun + "_total", progress.places_total);
  const FitCount fits = count_fits(result.dataset, progress);
  count("fits_done", fits.done);
  count("fits_total", fits.total);
  count("fits_failed", progress.failed);
  const auto& times = result.dataset.values<double>(run::ResultTable::time_field);
  table.add_row({"compute_time_s", std::accumulate(times.begin(), times.end(), 0.0)});
  add_planned_rows(result, progress, table);
  table.add_row({"results_sha256",
                 labelled::content_digest(result.dataset, labelled::DigestScope::results_only)});
  for (const auto& [name, value] : result.attributes) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      table.add_row({name, *number});
      continue;
    }
    // Texts of many lines become one row a line.
    std::istringstream lines{std::get<std::string>(value)};
    for (std::string line; std::getline(lines, line);) table.add_row({name, line});
  }
  options.format.print(table);
  return 0;
}

}  // namespace

void add_status(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "status", "Shows how much of a result file is done, and what it was made from");
  command->add_option("file", options->file, "result file (HDF5)")->required();
  options->format.add_to(*command);
  command->footer("Example: nudipole status csi2022_mu.h5 --format table");
  command->callback([&run, options] { run = [options] { return status(*options); }; });
}

}  // namespace nudipole::jobs
