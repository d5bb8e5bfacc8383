#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "table_writer.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace nudipole::jobs {

/// Path of the running program.
std::filesystem::path program_path();

/// Names of a folder's files with this ending, without it, sorted; none when there is no folder.
std::vector<std::string> names_of(const std::filesystem::path& folder, const std::string& ending);

/// Checks of an option's value: a finite number > 0 or >= 0.
CLI::Validator positive_number();
CLI::Validator non_negative_number();
/// A text that is not empty, such as a path.
CLI::Validator not_empty();

/// `--data DIR`.
struct DataOption {
  std::string folder;
  void add_to(CLI::App& command);
  [[nodiscard]] experiment::DataFolder open() const;
};

/// `--format csv|json|table`.
struct FormatOption {
  std::string name = "csv";
  void add_to(CLI::App& command);
  /// Writes a table to standard output. \throws Error when that fails
  void print(const TableWriter& table) const;
};

/// The positional CONFIG with `--data`.
struct ConfigOption {
  std::string file;
  DataOption data;
  void add_to(CLI::App& command);
  [[nodiscard]] std::shared_ptr<const campaign::Setup> load() const;
};

/// What a quantity of a coupling is called: `quantity` for a single one, "quantity.mu" for one of
/// several.
std::string coupling_label(const campaign::RunConfig& config, std::size_t coupling,
                           const std::string& quantity);

}  // namespace nudipole::jobs
