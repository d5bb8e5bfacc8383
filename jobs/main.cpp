// The program `nudipole`: parses the command line, runs one subcommand, turns errors into one message
// and an exit code.
#include "commands.hpp"
#include "exit_code.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/version.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

int report(nudipole::ErrorKind kind, const char* what) {
  std::cerr << "nudipole: " << nudipole::to_string(kind) << ": " << what << std::endl;
  return nudipole::jobs::exit_code_of(kind);
}

}  // namespace

int main(int argc, char* argv[]) {
  using namespace nudipole;
  CLI::App program{"Limits on the neutrino dipole portal from coherent scattering data.", "nudipole"};
  program.set_version_flag("--version", "nudipole " + version() + " (" + commit() + ")");
  program.require_subcommand(1);
  program.footer("Example: nudipole limits csi2022_mu.h5 --format table\n"
                 "Exit codes: 0 done, 2 configuration or usage, 3 data, 4 result file, 5 too many "
                 "failed fits,\n75 stopped but resumable, 70 anything unexpected.");
  jobs::Action run;
  jobs::add_list(program, run);
  jobs::add_check(program, run);
  jobs::add_spectrum(program, run);
  jobs::add_fit(program, run);
  jobs::add_scan(program, run);
  jobs::add_status(program, run);
  jobs::add_limits(program, run);
  jobs::add_plot(program, run);
  try {
    program.parse(argc, argv);
    return run();
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? jobs::exit_done : jobs::exit_config;
  } catch (const Error& error) {
    return report(error.kind(), error.what());
  } catch (const std::exception& error) {
    return report(ErrorKind::unexpected, error.what());
  }
}
