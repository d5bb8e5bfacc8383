#include "child_process.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/thresholds.hpp"
#include "plot_inputs.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <sstream>

namespace nudipole::jobs {
namespace {

namespace fs = std::filesystem;

struct Options {
  PlotRequest request;
  std::vector<std::string> outputs;
  std::vector<std::string> overlays;
  std::string python;
  std::vector<std::string> passed_on;  ///< options that the Python package knows by the same names
};

/// The folder of the Python package, in share/nudipole beside the program: installed or in its
/// build tree.
fs::path python_folder() {
  auto folder = (program_path().parent_path() / "../share/nudipole/python").lexically_normal();
  if (fs::is_regular_file(folder / "nudipole/figures/__main__.py")) return folder;
  throw Error(ErrorKind::unexpected,
              "the plotting package in " + folder.string() + " was not found",
              {.hint = "install the program with cmake --install"});
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

/// What the package is to find: itself, and the program for files that only that can check.
void set_environment(const fs::path& package) {
  const char* before = std::getenv("PYTHONPATH");
  const std::string path =
      before == nullptr ? package.string() : package.string() + ":" + std::string{before};
  setenv("PYTHONPATH", path.c_str(), 1);
  setenv("NUDIPOLE_PROGRAM", program_path().c_str(), 1);
}

/// Words for the tables of published curves, by their names in the data folder.
std::vector<std::string> overlay_words(const Options& options) {
  std::vector<std::string> words;
  if (options.overlays.empty()) return words;
  if (options.request.figure != "limits" && options.request.figure != "band") {
    throw ConfigError("published limits can be drawn beside limits only",
                      {.where = "--overlay", .hint = "leave --figure away"});
  }
  const experiment::DataFolder data = options.request.data.open();
  const std::string folder = "literature";
  for (const std::string& name : options.overlays) {
    if (name == "all") {
      for (const fs::path& root : data.roots()) {
        if (!fs::is_directory(root / folder)) continue;
        words.insert(words.end(), {"--overlay-folder", (root / folder).string()});
      }
      continue;
    }
    const fs::path table = data.path_of(folder + "/" + name + ".csv");
    if (!fs::is_regular_file(table)) {
      const std::vector<std::string> known = data.tables_in(folder);
      throw ConfigError("no published curve is called '" + name + "'",
                        {.where = "--overlay",
                         .expected = "all, or one of: " + join(known),
                         .hint = config::did_you_mean(name, known)});
    }
    words.insert(words.end(), {"--overlay", table.string()});
  }
  return words;
}

/// Titles of the experiments that the data folder knows; none where there is no data folder.
std::vector<std::string> title_words(const DataOption& option) {
  std::vector<std::string> words;
  try {
    experiment::DataFolder data = option.open();
    for (const std::string& name : data.experiments()) {
      const std::string title = experiment::Experiment::summarise(data, {.name = name}).title;
      const std::string short_title = title.substr(0, title.find(','));
      words.insert(words.end(), {"--experiment-title", name + "=" + short_title});
    }
  } catch (const Error&) {  // a figure of a result file needs no data: names stand for titles
  }
  return words;
}

/// Facts that have one home, in the library: thresholds and the size of the Bohr magneton.
std::vector<std::string> fact_words(inference::Thresholds kind) {
  std::vector<std::string> words;
  for (const double confidence : {0.6827, 0.90, 0.99}) {
    for (const int dof : {1, 2}) {
      std::ostringstream text;
      text.precision(12);
      text << confidence << ':' << dof << ':'
           << inference::delta_chi2_threshold(confidence, dof, kind);
      words.insert(words.end(), {"--threshold", text.str()});
    }
  }
  std::ostringstream per_GeV;
  per_GeV.precision(15);
  per_GeV << DipoleCoupling::from_mu_B(1.0).per_GeV();
  words.insert(words.end(), {"--per-GeV", per_GeV.str()});
  return words;
}

void check_endings(const Options& options) {
  constexpr std::array endings{".pdf", ".png", ".svg"};
  for (const std::string& output : options.outputs) {
    const std::string ending = fs::path{output}.extension().string();
    if (std::ranges::find(endings, ending) == endings.end()) {
      throw ConfigError(output + " cannot be written", {.where = "--output",
                                                        .expected = "a name that ends in .pdf, "
                                                                    ".png or .svg"});
    }
  }
}

int plot(const Options& options) {
  check_endings(options);
  const std::vector<std::string> overlays = overlay_words(options);
  const fs::path package = python_folder();
  const PlotInputs inputs{options.request};
  std::vector<std::string> command{find_python(options.python), "-B", "-m", "nudipole.figures",
                                   options.request.figure};
  const auto append = [&](const std::vector<std::string>& words) {
    command.insert(command.end(), words.begin(), words.end());
  };
  append(inputs.paths());
  for (const std::string& output : options.outputs) append({"-o", output});
  append(options.passed_on);
  append(overlays);
  append(title_words(options.request.data));
  append(fact_words(inputs.thresholds()));
  set_environment(package);
  const int code = run_program(command);
  if (code == exit_not_started) {
    throw ConfigError("cannot run '" + command.front() + "'",
                      {.where = "--python or NUDIPOLE_PYTHON", .expected = "a Python 3"});
  }
  const bool known = code == exit_done || code == exit_config || code == exit_result_file;
  return known ? code : exit_unexpected;
}

/// An option that goes to the package as it is.
CLI::Option* pass_on(CLI::App& command, const std::shared_ptr<Options>& options,
                     const std::string& name, const std::string& text) {
  return command.add_option_function<std::vector<std::string>>(
      name,
      [options, name](const std::vector<std::string>& values) {
        options->passed_on.push_back(name);
        options->passed_on.insert(options->passed_on.end(), values.begin(), values.end());
      },
      text);
}

/// The same for one that may be given several times.
void pass_each_on(CLI::App& command, const std::shared_ptr<Options>& options,
                  const std::string& name, const std::string& text) {
  command
      .add_option_function<std::vector<std::string>>(
          name,
          [options, name](const std::vector<std::string>& values) {
            for (const std::string& value : values) {
              options->passed_on.push_back(name);
              options->passed_on.push_back(value);
            }
          },
          text + "; may be given more than once")
      ->expected(1)
      ->take_all();
}

void add_looks(CLI::App& command, const std::shared_ptr<Options>& options) {
  pass_each_on(command, options, "--label", "name of a file in the figure, in the order of files");
  pass_on(command, options, "--title", "heading (default: what the figure shows)")->expected(1);
  for (const char* name : {"--xlim", "--ylim"}) {
    pass_on(command, options, name, "range of the axis: LOW HIGH")->expected(2)->check(CLI::Number);
  }
  pass_on(command, options, "--size", "WIDTH HEIGHT in inches")->expected(2)->check(CLI::Number);
  pass_on(command, options, "--style", "file of matplotlib's style keys")->expected(1);
  pass_on(command, options, "--data-out", "CSV file for the numbers that are drawn")->expected(1);
  command.add_flag_callback(
      "--no-legend", [options] { options->passed_on.emplace_back("--no-legend"); },
      "no legend and no names of curves");
}

}  // namespace

void add_plot(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("plot", "Draws limits, regions, spectra and what else results show");
  command
      ->add_option("files", options->request.files,
                   "result files (HDF5), tables of nudipole (CSV; - for standard input), or "
                   "configurations for figures that a subcommand makes")
      ->required();
  command
      ->add_option("-o,--output", options->outputs,
                   "figure to write (.pdf, .png or .svg); may be given more than once")
      ->required()
      ->expected(1)
      ->take_all();
  std::vector<std::string> names;
  std::string described;
  for (const Figure& figure : figures()) {
    names.emplace_back(figure.name);
    described += (described.empty() ? "" : "; ") + names.back() + ": " + figure.is;
  }
  command->add_option("--figure", options->request.figure, described)
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  command->add_option("--with", options->request.with,
                      "words for the subcommand that a configuration is given to, in quotes");
  pass_on(*command, options, "--confidence", "confidence level of the limits (default 0.90)")
      ->expected(1)
      ->check(CLI::Number);
  pass_on(*command, options, "--dof", "degrees of freedom of the limits (default 1)")
      ->expected(1)
      ->check(CLI::Number);
  pass_on(*command, options, "--masses", "only these masses [MeV] (delta_chi2, plane)")
      ->expected(1, 1000)
      ->check(CLI::Number);
  pass_each_on(*command, options, "--experiment", "only this experiment");
  command
      ->add_option("--overlay", options->overlays,
                   "published curve to draw beside the limits, by the name that list shows; all: "
                   "every one that fits the flavour; may be given more than once")
      ->expected(1)
      ->take_all();
  add_looks(*command, options);
  options->request.data.add_to(*command);
  command->add_option("--python", options->python,
                      "Python with matplotlib and h5py (default: NUDIPOLE_PYTHON, else searched)");
  command->footer(
      "Example: nudipole plot csi2022_mu.h5 -o limits.pdf -o limits.png --overlay all\n"
      "         nudipole plot configs/csi2022_mu.yaml --figure spectrum --with '--mass-MeV 10 "
      "--limit --along energy' -o spectrum.pdf");
  command->callback([&run, options] { run = [options] { return plot(*options); }; });
}

}  // namespace nudipole::jobs
