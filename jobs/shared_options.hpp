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

/// A detector's size, for the probability that N decays inside.
inline constexpr double default_decay_path_cm = 30.0;

/// Checks of an option's value: a finite number > 0 or >= 0.
CLI::Validator positive_number();
CLI::Validator non_negative_number();
/// A text that is not empty, such as a path.
CLI::Validator not_empty();

/// `--data DIR`, which may be given several times.
struct DataOption {
  std::vector<std::filesystem::path> folders;
  void add_to(CLI::App& command);
  /// \throws DataError when there is no tree, or a folder of it holds nothing
  [[nodiscard]] experiment::DataFolder open() const;
  /// The same for a command that may write the first experiment of a folder.
  [[nodiscard]] experiment::DataFolder open_to_write() const;
};

/// `--format csv|json|table`; without it a table on a terminal, else CSV.
struct FormatOption {
  std::string name;  ///< empty: as standard output is
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
