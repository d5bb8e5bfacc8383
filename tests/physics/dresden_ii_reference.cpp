#include "dresden_ii_reference.hpp"

#include <filesystem>
#include <sstream>

namespace nudipole::test::dresden_ii {

const experiment::Experiment& library(const Options& options) {
  static std::map<Options, experiment::Experiment> loaded;
  const auto found = loaded.find(options);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  return loaded
      .emplace(options,
               experiment::Experiment::load(data, {.name = "dresden_ii", .options = options}))
      .first->second;
}

Options parse_options(const std::string& text) {
  Options options;
  if (text == "default") return options;
  std::istringstream words{text};
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    options.emplace(word.substr(0, equals), word.substr(equals + 1));
  }
  return options;
}

config::Table reference_table(const std::string& name) {
  return config::Table::load(std::filesystem::path{NUDIPOLE_TEST_REFERENCE_DIR} / name);
}

Eigen::ArrayXd reference_events(const std::string& column) {
  const config::Table table = reference_table("dresden_ii_events.csv");
  const auto events = table.column(column, "1/day");
  return Eigen::Map<const Eigen::ArrayXd>(events.data(), static_cast<Eigen::Index>(events.size()));
}

}  // namespace nudipole::test::dresden_ii
