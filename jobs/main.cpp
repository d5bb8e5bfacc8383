// The program `nudipole`: parses the command line, runs one subcommand, turns errors into one
// message and an exit code.
#include "commands.hpp"
#include "exit_code.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/version.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

int report(nudipole::ErrorKind kind, const char* what) {
  std::cerr << "nudipole: " << nudipole::to_string(kind) << ": " << what << std::endl;
  return nudipole::jobs::exit_code_of(kind);
}

std::vector<std::string> names_of_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> names_of_subcommands(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* sub : command.get_subcommands({})) names.push_back(sub->get_name());
  return names;
}

/// The parser's complaint as an error with a remedy.
nudipole::ConfigError usage_error(const CLI::App& program, const CLI::ParseError& error) {
  const auto chosen = program.get_subcommands();
  const CLI::App& command = chosen.empty() ? program : *chosen.front();
  const std::string help =
      "see nudipole " + (chosen.empty() ? "" : command.get_name() + " ") + "--help";
  const std::vector<std::string> unknown = program.remaining(true);
  if (unknown.empty()) return nudipole::ConfigError(error.what(), {.hint = help});
  const std::string& word = unknown.front();
  const bool is_option = word.starts_with("-");
  const std::string kind = is_option ? "option" : chosen.empty() ? "subcommand" : "argument";
  const std::string guess = nudipole::config::did_you_mean(
      word, is_option ? names_of_options(command) : names_of_subcommands(command));
  return nudipole::ConfigError("unknown " + kind + " '" + word + "'",
                               {.hint = guess.empty() ? help : guess + " " + help});
}

}  // namespace

int main(int argc, char* argv[]) {
  using namespace nudipole;
  CLI::App program{"Limits on the neutrino dipole portal from coherent scattering data.",
                   "nudipole"};
  program.set_version_flag("--version", "nudipole " + version() + " (" + commit() + ")");
  program.require_subcommand(1);
  program.footer(
      "Example: nudipole limits csi2022_mu.h5 --format table\n"
      "Exit codes: 0 done, 2 configuration or usage, 3 data, 4 result file, 5 too many "
      "failed fits,\n75 stopped but resumable, 70 anything unexpected.");
  jobs::Action run;
  jobs::add_list(program, run);
  jobs::add_check(program, run);
  jobs::add_compare(program, run);
  jobs::add_spectrum(program, run);
  jobs::add_fit(program, run);
  jobs::add_impacts(program, run);
  jobs::add_rate(program, run);
  jobs::add_scan(program, run);
  jobs::add_toys(program, run);
  jobs::add_plan(program, run);
  jobs::add_merge(program, run);
  jobs::add_status(program, run);
  jobs::add_limits(program, run);
  jobs::add_points(program, run);
  jobs::add_bands(program, run);
  jobs::add_best(program, run);
  jobs::add_plot(program, run);
  jobs::add_schema(program, run);
  jobs::add_new_experiment(program, run);
  jobs::add_cite(program, run);
  jobs::add_convert(program, run);
  jobs::add_explain(program, run);
  jobs::add_completion(program, run);
  jobs::add_man(program, run);
  try {
    program.parse(argc, argv);
    return run();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    return report(ErrorKind::config, usage_error(program, error).what());
  } catch (const Error& error) {
    return report(error.kind(), error.what());
  } catch (const std::exception& error) {
    return report(ErrorKind::unexpected, error.what());
  }
}
