#include "commands.hpp"
#include "exit_code.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/io/result_file.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace nudipole::jobs {
namespace {

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> outputs;
  std::string figure = "limits";
  std::string confidence = "0.90";
  std::string dof = "1";
  std::vector<std::string> overlays;
  std::string python;
  DataOption data;
};

/// The plotting script in share/nudipole beside the program, installed or in its build tree.
std::filesystem::path find_script(const std::string& name) {
  auto script =
      (program_path().parent_path() / "../share/nudipole/plot" / (name + ".py")).lexically_normal();
  if (std::filesystem::is_regular_file(script)) return script;
  throw Error(ErrorKind::unexpected, "the plotting script " + script.string() + " was not found",
              {.hint = "install the program with cmake --install"});
}

constexpr int exit_not_started = 127;  // as shells do

/// Runs a program and waits. \return its exit code, or exit_not_started
int run_program(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw Error(ErrorKind::unexpected, "cannot start another process");
  if (child == 0) {
    execvp(arguments.front(), arguments.data());
    _exit(exit_not_started);
  }
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : 1;
}

/// A Python that has matplotlib and h5py: --python, NUDIPOLE_PYTHON, else the first that has.
std::string find_python(const std::string& chosen) {
  if (!chosen.empty()) return chosen;
  if (const char* environment = std::getenv("NUDIPOLE_PYTHON"); environment != nullptr) {
    return environment;
  }
  for (const char* candidate : {"python3", "/usr/bin/python3"}) {
    const std::string probe =
        "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, "
        "('matplotlib', 'h5py'))))";
    if (run_program({candidate, "-c", probe}) == 0) return candidate;
  }
  throw ConfigError("plotting needs Python 3 with matplotlib and h5py",
                    {.hint = "install python3-matplotlib and python3-h5py, or name a Python with "
                             "--python or NUDIPOLE_PYTHON"});
}

/// Tables of published curves, by their names in the data folder.
std::vector<std::string> find_overlays(const Options& options) {
  std::vector<std::string> tables;
  if (options.overlays.empty()) return tables;
  const std::filesystem::path folder = options.data.open().root() / "literature";
  for (const std::string& name : options.overlays) {
    const std::filesystem::path table = folder / (name + ".csv");
    if (!std::filesystem::is_regular_file(table)) {
      const std::vector<std::string> known = names_of(folder, ".csv");
      throw ConfigError("no published curve is called '" + name + "'",
                        {.where = "--overlay",
                         .expected = "one of: " + join(known),
                         .hint = config::did_you_mean(name, known)});
    }
    tables.push_back(table.string());
  }
  return tables;
}

void check_endings(const Options& options) {
  constexpr std::array endings{".pdf", ".png", ".svg"};
  for (const std::string& output : options.outputs) {
    const std::string ending = std::filesystem::path{output}.extension().string();
    if (std::ranges::find(endings, ending) == endings.end()) {
      throw ConfigError(output + " cannot be written", {.where = "--output",
                                                        .expected = "a name that ends in .pdf, "
                                                                    ".png or .svg"});
    }
  }
}

int plot(const Options& options) {
  check_endings(options);
  // The checks that the Python script cannot do: a damaged file must not become a figure.
  for (const std::string& file : options.files) (void)io::read_attributes(file);
  std::vector<std::string> command{find_python(options.python),
                                   find_script(options.figure).string()};
  command.insert(command.end(), options.files.begin(), options.files.end());
  for (const std::string& output : options.outputs) {
    command.insert(command.end(), {"-o", output});
  }
  if (options.figure == "limits") {
    command.insert(command.end(), {"--confidence", options.confidence, "--dof", options.dof});
    for (const std::string& table : find_overlays(options)) {
      command.insert(command.end(), {"--overlay", table});
    }
  } else if (!options.overlays.empty()) {
    throw ConfigError("published limits can be drawn beside limits only",
                      {.where = "--overlay", .hint = "leave --figure away"});
  }
  const int code = run_program(command);
  if (code == exit_not_started) {
    throw ConfigError("cannot run '" + command.front() + "'",
                      {.where = "--python or NUDIPOLE_PYTHON", .expected = "a Python 3"});
  }
  return code == exit_done || code == exit_config ? code : exit_unexpected;
}

}  // namespace

void add_plot(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "plot", "Draws limits, Delta chi2 curves or allowed regions of result files");
  command->add_option("files", options->files, "result files (HDF5)")->required();
  command
      ->add_option("-o,--output", options->outputs,
                   "figure to write (.pdf, .png or .svg); may be given more than once")
      ->required()
      ->expected(1)
      ->take_all();
  command
      ->add_option("--figure", options->figure,
                   "limits: upper limits against mass; delta_chi2: against coupling at each mass; "
                   "region: allowed regions of mass and coupling")
      ->check(CLI::IsMember({"limits", "delta_chi2", "region"}))
      ->capture_default_str();
  command->add_option("--confidence", options->confidence, "confidence level of the limits")
      ->check(CLI::Number)
      ->capture_default_str();
  command->add_option("--dof", options->dof, "degrees of freedom of the limits")
      ->check(CLI::Number)
      ->capture_default_str();
  command
      ->add_option("--overlay", options->overlays,
                   "published curve to draw beside the limits, by the name that list shows; may be "
                   "given more than once")
      ->expected(1)
      ->take_all();
  options->data.add_to(*command);
  command->add_option("--python", options->python,
                      "Python with matplotlib and h5py (default: NUDIPOLE_PYTHON, else searched)");
  command->footer(
      "Example: nudipole plot csi2022_mu.h5 -o limits.pdf -o limits.png --overlay charm2_mu");
  command->callback([&run, options] { run = [options] { return plot(*options); }; });
}

}  // namespace nudipole::jobs
