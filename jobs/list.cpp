#include "commands.hpp"
#include "messages.hpp"
#include "nudipole/campaign/run_config.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/run/input.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace nudipole::jobs {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> only;  ///< names or kinds; none: everything
  DataOption data;
  FormatOption format;
};

/// The rows that are asked for.
class Listing {
 public:
  explicit Listing(const std::vector<std::string>& only)
      : only_(only.begin(), only.end()), missing_(only_) {}

  /// \param row  kind, name, and what follows
  void add(std::vector<TableWriter::Cell> row) {
    const auto& kind = std::get<std::string>(row[0]);
    const auto& name = std::get<std::string>(row[1]);
    known_.insert({kind, name});
    missing_.erase(kind);
    missing_.erase(name);
    if (only_.empty() || only_.contains(kind) || only_.contains(name))
      table_.add_row(std::move(row));
  }
  /// \throws ConfigError when nothing has one of the names
  [[nodiscard]] const TableWriter& table() const {
    if (missing_.empty()) return table_;
    const std::vector<std::string> known(known_.begin(), known_.end());
    throw ConfigError("nothing is called '" + *missing_.begin() + "'",
                      {.where = "list",
                       .expected = "a name or a kind of nudipole list",
                       .hint = config::did_you_mean(*missing_.begin(), known)});
  }

 private:
  std::set<std::string> only_;
  std::set<std::string> missing_;
  std::set<std::string> known_;  ///< names and kinds
  TableWriter table_{{"kind", "name", "item", "description", "choices", "default", "folder"}};
};

void list_experiment(const experiment::Summary& summary, const std::string& folder,
                     Listing& listing) {
  const auto add = [&](const std::string& kind, const std::string& item,
                       const std::string& description) {
    listing.add({kind, summary.name, item, description, "", "", folder});
  };
  add("experiment", "", summary.title + " (" + summary.reference + ")");
  for (const experiment::OptionInfo& option : summary.options) {
    listing.add({"option", summary.name, option.name, option.what, join(option.choices, "|"),
                 option.default_choice, folder});
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

/// Every experiment, from where it is found first.
void list_experiments(experiment::DataFolder& data, Listing& listing) {
  for (const std::string& name : data.experiments()) {
    const std::vector<fs::path> places = data.places_of(name);
    try {
      list_experiment(experiment::Experiment::summarise(data, {.name = name}),
                      places.front().parent_path().string(), listing);
    } catch (const Error& error) {  // someone's folder under construction hides no other
      say("not listed: " + message_of(error));
    }
    for (std::size_t i = 1; i < places.size(); ++i) {
      say("not listed: " + places[i].string() + ", as " + places.front().string() + " goes first");
    }
  }
}

void list_configs(const experiment::DataFolder& data, Listing& listing) {
  std::set<std::string> listed;
  for (const fs::path& folder : run::config_folders(data)) {
    for (const std::string& name : names_of(folder, ".yaml")) {
      if (!listed.insert(name).second) continue;
      const std::string file = name + ".yaml";
      std::string description;
      try {
        description = campaign::RunConfig::load(folder / file).title;
      } catch (const ConfigError& error) {
        description = std::string{"cannot be used: "} + error.what();
      }
      listing.add({"config", file, "", description, "", "", folder.string()});
    }
  }
}

void list_curves(const experiment::DataFolder& data, Listing& listing) {
  for (const std::string& name : data.tables_in("literature")) {
    const fs::path file = data.path_of("literature/" + name + ".csv");
    std::string line;
    std::getline(std::ifstream{file} >> std::ws, line);
    // "# title: d_mu, ..." is described by what stands behind the colon.
    const std::size_t colon = line.find(": ");
    const std::string what = colon == std::string::npos ? line : line.substr(colon + 2);
    listing.add({"curve", name, "", "published, for plot --overlay: " + what, "", "",
                 file.parent_path().string()});
  }
}

int list(const Options& options) {
  experiment::DataFolder data = options.data.open();
  Listing listing{options.only};
  list_experiments(data, listing);
  for (const std::string& kind : experiment::flux_kinds()) {
    listing.add({"flux", kind, "", "kind of neutrino source in experiment.yaml", "", "", ""});
  }
  list_configs(data, listing);
  list_curves(data, listing);
  options.format.print(listing.table());
  return 0;
}

}  // namespace

void add_list(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "list", "Lists experiments with options and nuisances, fluxes, configs, published curves");
  command->add_option(
      "only", options->only,
      "only what has this name or is of this kind, e.g. coherent_csi_2022 or config");
  options->data.add_to(*command);
  options->format.add_to(*command);
  command->footer(
      "Example: nudipole list coherent_csi_2022\n"
      "         nudipole list config --format table");
  command->callback([&run, options] { run = [options] { return list(*options); }; });
}

}  // namespace nudipole::jobs
