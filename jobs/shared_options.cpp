#include "shared_options.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/run/input.hpp"

#include <CLI/CLI.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <optional>

namespace nudipole::jobs {
namespace {

CLI::Validator number_check(const std::string& expected, bool (*accepts)(double)) {
  const auto check = [expected, accepts](const std::string& text) {
    double value = 0.0;
    const bool good =
        CLI::detail::lexical_cast(text, value) && std::isfinite(value) && accepts(value);
    return good ? std::string{} : "'" + text + "' is not " + expected;
  };
  return CLI::Validator{check, ""};
}

/// Characters in a line of the terminal that standard output is; nothing where it is none.
std::optional<std::size_t> terminal_columns() {
  if (isatty(STDOUT_FILENO) != 1) return std::nullopt;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : std::numeric_limits<std::size_t>::max();
}

}  // namespace

std::vector<std::string> names_of(const std::filesystem::path& folder, const std::string& ending) {
  std::vector<std::string> names;
  if (!std::filesystem::is_directory(folder)) return names;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() == ending) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

CLI::Validator positive_number() {
  return number_check("a number above 0", [](double value) { return value > 0.0; });
}

CLI::Validator non_negative_number() {
  return number_check("a number of 0 or more", [](double value) { return value >= 0.0; });
}

CLI::Validator not_empty() {
  return CLI::Validator{[](const std::string& text) {
                          return text.empty() ? std::string{"the name is empty"} : std::string{};
                        },
                        ""};
}

std::filesystem::path program_path() { return std::filesystem::read_symlink("/proc/self/exe"); }

void DataOption::add_to(CLI::App& command) {
  command
      .add_option("--data", folders,
                  "folder of experiments' data; may be given more than once: the first that has an "
                  "experiment counts (default, and for the shared tables where none has them: "
                  "NUDIPOLE_DATA, else the folder beside the program)")
      ->expected(1)
      ->take_all();
}

experiment::DataFolder DataOption::open() const {
  experiment::DataFolder data = open_to_write();
  data.require_contents();
  return data;
}

experiment::DataFolder DataOption::open_to_write() const {
  return experiment::DataFolder{
      experiment::find_data_roots(folders, experiment::installed_data(program_path()))};
}

void FormatOption::add_to(CLI::App& command) {
  command
      .add_option("--format", name,
                  "csv, json or table (aligned, for people; default on a terminal, else csv)")
      ->check(CLI::IsMember({"csv", "json", "table"}));
}

void FormatOption::print(const TableWriter& table) const {
  const auto chosen = parse_table_format(name);
  const auto columns = chosen ? std::nullopt : terminal_columns();
  std::cout << (columns ? table.render_within(*columns)
                        : table.render(chosen.value_or(TableFormat::csv)))
            << std::flush;
  if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
}

void ConfigOption::add_to(CLI::App& command) {
  command
      .add_option("config", file,
                  "configuration file (YAML), or the name of one that came with the program")
      ->required();
  data.add_to(command);
}

std::shared_ptr<const campaign::Setup> ConfigOption::load() const {
  experiment::DataFolder folder = data.open();
  return run::load_setup(file, folder);
}

std::string coupling_label(const campaign::RunConfig& config, std::size_t coupling,
                           const std::string& quantity) {
  return config.couplings.size() == 1 ? quantity : quantity + "." + config.couplings[coupling].name;
}

}  // namespace nudipole::jobs
