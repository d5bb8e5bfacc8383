#include "commands.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/version.hpp"
#include "option_facts.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <sstream>
#include <string>

namespace nudipole::jobs {
namespace {

/// A text as a line, or lines, of roff: no character of it is a command.
std::string roff(const std::string& text) {
  std::string escaped;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
    begins_line = c == '\n';
  }
  return escaped;
}

std::string option_entry(const OptionFacts& option) {
  const std::string title = option.names.empty() ? option.positional : join(option.names, ", ");
  std::string text = ".TP\n.B " + roff(title) + "\n" + roff(option.help);
  if (!option.choices.empty()) text += roff("; one of " + join(option.choices));
  if (!option.fallback.empty()) text += roff(" (default: " + option.fallback + ")");
  return text + "\n";
}

std::string command_entry(const CLI::App& command) {
  std::string usage = command.get_name() + " [options]";
  std::string entries;
  for (const OptionFacts& option : options_of(command)) {
    if (!option.positional.empty()) {
      usage += option.is_required ? " " + option.positional : " [" + option.positional + "]";
    }
    entries += option_entry(option);
  }
  return ".SS nudipole " + roff(usage) + "\n" + roff(command.get_description()) + ".\n" + entries +
         ".PP\n.nf\n" + roff(command.get_footer()) + "\n.fi\n";
}

std::string man_page(const CLI::App& program) {
  std::string text = ".TH NUDIPOLE 1 \"\" \"nudipole " + version() +
                     "\" \"User Commands\"\n"
                     ".SH NAME\nnudipole \\- limits on the neutrino dipole portal\n"
                     ".SH SYNOPSIS\n.B nudipole\n.I subcommand\n[options]\n"
                     ".SH DESCRIPTION\n" +
                     roff(program.get_description()) +
                     "\nTables go to standard output as CSV, with units in the names of their "
                     "columns; messages go to standard error.\n.SH SUBCOMMANDS\n";
  for (const CLI::App* command : subcommands_of(program)) text += command_entry(*command);
  return text + ".SH EXAMPLE AND EXIT STATUS\n.nf\n" + roff(program.get_footer()) +
         "\n.fi\n.SH ENVIRONMENT\n.TP\n.B NUDIPOLE_DATA\nfolder of the experiments' data; without "
         "it they are found beside the program\n";
}

}  // namespace

void add_man(CLI::App& program, Action& run) {
  CLI::App* command =
      program.add_subcommand("man", "Prints the manual page, made of what --help says");
  command->footer("Example: nudipole man | man -l -");
  command->callback([&program, &run] {
    run = [&program] {
      std::cout << man_page(program) << std::flush;
      if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
      return 0;
    };
  });
}

}  // namespace nudipole::jobs
