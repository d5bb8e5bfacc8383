#include "commands.hpp"
#include "messages.hpp"
#include "nudipole/campaign/run_config.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/experiment/factories.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <memory>
#include <string>

namespace nudipole::jobs {
namespace {

struct Options {
  DataOption data;
  FormatOption format;
};

void list_experiment(const experiment::Summary& summary, TableWriter& table) {
  const auto add = [&](const std::string& kind, const std::string& item,
                       const std::string& description) {
    table.add_row({kind, summary.name, item, description, "", ""});
  };
  add("experiment", "", summary.title + " (" + summary.reference + ")");
  for (const experiment::OptionInfo& option : summary.options) {
    table.add_row({"option", summary.name, option.name, option.what, join(option.choices, "|"),
                   option.default_choice});
  }
  for (const likelihood::Nuisance& nuisance : summary.nuisances) {
    const auto shared = summary.shared_parts.find(nuisance.name);
    const std::string part = shared == summary.shared_parts.end()
                                 ? ""
                                 : "; correlate: " + shared->second.name + " of width " +
                                       shortest_text(shared->second.width) +
                                       ", common to experiments, and the rest";
    add("nuisance", nuisance.name, "width " + shortest_text(nuisance.width) + part);
  }
  for (const std::string& approximation : summary.approximations) {
    add("approximation", "", approximation);
  }
  for (const auto& [other, reason] : summary.overlaps) {
    add("overlap", other, reason);
  }
}

void list_configs(const std::filesystem::path& folder, TableWriter& table) {
  for (const std::string& name : names_of(folder, ".yaml")) {
    const std::string file = name + ".yaml";
    std::string description;
    try {
      description = campaign::RunConfig::load(folder / file).title;
    } catch (const ConfigError& error) {
      description = std::string{"cannot be used: "} + error.what();
    }
    table.add_row({"config", file, "", description, "", ""});
  }
}

void list_curves(experiment::DataFolder& data, TableWriter& table) {
  for (const std::string& name : names_of(data.root() / "literature", ".csv")) {
    std::string line;
    std::getline(std::ifstream{data.root() / "literature" / (name + ".csv")} >> std::ws, line);
    // "# title: d_mu, ..." is described by what stands behind the colon.
    const std::size_t colon = line.find(": ");
    const std::string what = colon == std::string::npos ? line : line.substr(colon + 2);
    table.add_row({"curve", name, "", "published, for plot --overlay: " + what, "", ""});
  }
}

int list(const Options& options) {
  experiment::DataFolder data = options.data.open();
  TableWriter table{{"kind", "name", "item", "description", "choices", "default"}};
  for (const std::string& name : data.experiments()) {
    try {
      list_experiment(experiment::Experiment::summarise(data, name), table);
    } catch (const Error& error) {  // someone's folder under construction hides no other
      say("not listed: " + message_of(error));
    }
  }
  for (const std::string& kind : experiment::flux_kinds()) {
    table.add_row({"flux", kind, "", "kind of neutrino source in experiment.yaml", "", ""});
  }
  list_configs(data.root().parent_path() / "configs", table);
  list_curves(data, table);
  options.format.print(table);
  return 0;
}

}  // namespace

void add_list(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "list", "Lists experiments with options and nuisances, fluxes, configs, published curves");
  options->data.add_to(*command);
  options->format.add_to(*command);
  command->footer("Example: nudipole list --format table");
  command->callback([&run, options] { run = [options] { return list(*options); }; });
}

}  // namespace nudipole::jobs
