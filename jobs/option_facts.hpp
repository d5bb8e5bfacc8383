#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace nudipole::jobs {

/// What the parser knows of an option of a subcommand, for completions and the manual.
struct OptionFacts {
  std::vector<std::string> names;    ///< "--format", "-o"; empty for a positional argument
  std::string positional;            ///< name of a positional argument, else empty
  std::string help;                  ///< one line
  std::vector<std::string> choices;  ///< words that its value is one of; may be empty
  std::string fallback;              ///< default as help shows it; may be empty
  bool takes_value = false;
  bool is_required = false;
};

/// The options of a subcommand or of the program, in the order in which help shows them.
std::vector<OptionFacts> options_of(const CLI::App& command);

/// The subcommands, in that order.
std::vector<const CLI::App*> subcommands_of(const CLI::App& program);

}  // namespace nudipole::jobs
