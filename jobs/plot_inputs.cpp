#include "plot_inputs.hpp"

#include "exit_code.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/io/result_file.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace nudipole::jobs {
namespace {

namespace fs = std::filesystem;

const Figure& figure_called(const std::string& name) {
  return *std::ranges::find_if(figures(), [&](const Figure& f) { return name == f.name; });
}

}  // namespace

const std::vector<Figure>& figures() {
  static const std::vector<Figure> all{
      {"limits", "upper limits against mass", {}},
      {"band", "limits over those to expect, with bands of 1 and 2 sigma", {}},
      {"delta_chi2", "Delta chi2 against coupling at each mass", {}},
      {"region", "allowed regions of mass and coupling", {}},
      {"plane", "allowed regions of two couplings, a panel for each mass", {}},
      {"spectrum", "events with data and residuals", {"spectrum", "--fit"}},
      {"pulls", "nuisances at a fit", {"fit"}},
      {"impacts", "what moves a limit", {"impacts"}},
      {"rate", "recoil spectra before any detector", {"rate"}},
      {"calibration", "critical values of Delta chi2 from toys", {}},
      {"wilks", "a map of critical values of Delta chi2 from toys", {}},
      {"toy_limits", "limits by toys beside asymptotic ones, with bands", {}}};
  return all;
}

PlotInputs::PlotInputs(const PlotRequest& request) : request_(&request) {
  for (const std::string& file : request.files) add(file);
  if (!request.with.empty() && tables_.empty()) {
    throw ConfigError("there is no subcommand to give these words to",
                      {.where = "--with", .expected = "a configuration (.yaml) to draw"});
  }
}

void PlotInputs::add(const std::string& file) {
  const std::string ending = fs::path{file}.extension().string();
  if (ending == ".yaml" || ending == ".yml") return add_configuration(file);
  paths_.push_back(file);
  if (file == "-" || ending == ".csv") return;
  // A damaged file must not become a figure.
  const labelled::Attributes attributes = io::read_attributes(file);
  const auto config = attributes.find("config");
  if (config == attributes.end()) return;
  const auto* text = std::get_if<std::string>(&config->second);
  if (text != nullptr && text->find("limits.thresholds: exact") != std::string::npos) {
    thresholds_ = inference::Thresholds::exact;
  }
}

void PlotInputs::add_configuration(const std::string& file) {
  const Figure& figure = figure_called(request_->figure);
  if (figure.command.empty()) {
    throw ConfigError("the figure '" + request_->figure + "' is drawn from result files",
                      {.where = file, .hint = "nudipole scan " + file + " -o FILE.h5 first"});
  }
  std::vector<std::string> command{program_path().string()};
  command.insert(command.end(), figure.command.begin(), figure.command.end());
  command.push_back(file);
  for (const fs::path& folder : request_->data.folders) {
    command.insert(command.end(), {"--data", folder.string()});
  }
  std::istringstream words{request_->with};
  for (std::string word; words >> word;) command.push_back(word);
  const TemporaryFile& table = tables_.emplace_back(".csv");
  if (run_program(command, table.path()) != exit_done) {
    throw ConfigError("nudipole " + figure.command.front() + " did not give a table to draw",
                      {.where = file, .hint = "what it needs goes into --with"});
  }
  paths_.push_back(table.path().string());
}

}  // namespace nudipole::jobs
