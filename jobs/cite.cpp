#include "commands.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/pairs.hpp"
#include "nudipole/experiment/citations.hpp"
#include "nudipole/io/result_file.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/input.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  DataOption data;
  std::string format = "bibtex";
};

/// What a configuration says that citations depend on.
struct Cited {
  std::vector<experiment::Selection> experiments;
  Pairs lines;  ///< canonical
};

/// The experiments with their options in canonical lines, `experiments.<index>.name` before
/// `experiments.<index>.options.<option>`.
std::vector<experiment::Selection> selections_of(const Pairs& lines, const std::string& file) {
  std::vector<experiment::Selection> selections;
  for (const auto& [key, value] : lines) {
    if (!key.starts_with("experiments.")) continue;
    constexpr std::string_view options = ".options.";
    const std::size_t option = key.find(options);
    if (key.ends_with(".name") && option == std::string::npos) {
      selections.push_back({.name = value, .where = file});
    } else if (option != std::string::npos && !selections.empty()) {
      selections.back().options[key.substr(option + options.size())] = value;
    }
  }
  return selections;
}

/// From a configuration file, or as a result file keeps it, which knows the names of experiments
/// only.
Cited read(const std::string& file, const experiment::DataFolder& data) {
  if (std::filesystem::path{file}.extension() != ".h5") {
    const auto config = campaign::RunConfig::load(run::find_config(file, data));
    return {config.experiments, config.canonical()};
  }
  Pairs lines = pairs_of_lines(run::text_of(io::read_attributes(file), run::attribute::config));
  return {selections_of(lines, file), std::move(lines)};
}

void print_bibtex(const std::vector<experiment::Citation>& citations) {
  for (const experiment::Citation& citation : citations) {
    for (const experiment::Use& use : citation.uses) {
      std::cout << "% " << use.experiment << ": " << use.what << "\n";
    }
    std::cout << citation.bibtex << "\n\n";
  }
  std::cout << std::flush;
  if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
}

void print_table(const std::vector<experiment::Citation>& citations, const std::string& format) {
  TableWriter table{{"key", "experiment", "what"}};
  for (const experiment::Citation& citation : citations) {
    for (const experiment::Use& use : citation.uses) {
      table.add_row({citation.key, use.experiment, use.what});
    }
  }
  FormatOption{.name = format}.print(table);
}

int cite(const Options& options) {
  const experiment::DataFolder data = options.data.open();
  const Cited cited = read(options.file, data);
  const std::vector<experiment::Citation> citations =
      experiment::list_citations(data, cited.experiments, cited.lines);
  if (options.format == "bibtex") {
    print_bibtex(citations);
  } else {
    print_table(citations, options.format);
  }
  return 0;
}

}  // namespace

void add_cite(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "cite", "Prints BibTeX of the data, fluxes, formulae and methods that a result rests on");
  command->add_option("file", options->file, "configuration (YAML) or result file (HDF5, .h5)")
      ->required();
  options->data.add_to(*command);
  command
      ->add_option("--format", options->format,
                   "bibtex, or the list of uses as csv, json or table (aligned, for people)")
      ->check(CLI::IsMember({"bibtex", "csv", "json", "table"}))
      ->capture_default_str();
  command->footer(
      "Example: nudipole cite configs/combined_mu.yaml > references.bib\n"
      "         nudipole cite csi2022_mu.h5 --format table");
  command->callback([&run, options] { run = [options] { return cite(*options); }; });
}

}  // namespace nudipole::jobs
