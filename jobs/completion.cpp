#include "commands.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "option_facts.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace nudipole::jobs {
namespace {

std::string options_text(const CLI::App& command) {
  std::vector<std::string> names;
  for (const OptionFacts& option : options_of(command)) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return join(names, " ");
}

/// Words after `nudipole SUBCOMMAND OPTION` for options with choices, then options; else files.
std::string bash_script(const CLI::App& program) {
  std::vector<std::string> names;
  std::string choices;
  std::string options;
  for (const CLI::App* command : subcommands_of(program)) {
    const std::string& name = command->get_name();
    names.push_back(name);
    options += "    " + name + ") options=\"" + options_text(*command) + "\" ;;\n";
    for (const OptionFacts& option : options_of(*command)) {
      if (option.choices.empty()) continue;
      for (const std::string& spelling : option.names) {
        choices += "    \"" + name + " " + spelling + "\") choices=\"" + join(option.choices, " ") +
                   "\" ;;\n";
      }
    }
  }
  return "# bash completion of nudipole: nudipole completion bash\n"
         "_nudipole() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command=${COMP_WORDS[1]} choices= options=\n"
         "  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         join(names, " ") + " " + options_text(program) +
         "\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"$command $previous\" in\n" +
         choices +
         "  esac\n"
         "  case $command in\n" +
         options +
         "  esac\n"
         "  if [ -n \"$choices\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$choices\" -- \"$current\"))\n"
         "  elif [[ $current == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
         "  else\n"
         "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _nudipole nudipole\n";
}

/// A text inside single quotes and brackets of zsh's _arguments.
std::string zsh_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

std::string zsh_argument(const OptionFacts& option, const std::string& spelling) {
  const std::string value =
      option.choices.empty() ? ":value:_files" : ":value:(" + join(option.choices, " ") + ")";
  return "        '*" + spelling + "[" + zsh_text(option.help) + "]" +
         (option.takes_value ? value : "") + "' \\\n";
}

std::string zsh_script(const CLI::App& program) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : subcommands_of(program)) {
    names += "    '" + command->get_name() + ":" + zsh_text(command->get_description()) + "'\n";
    cases += "    " + command->get_name() + ")\n      _arguments \\\n";
    for (const OptionFacts& option : options_of(*command)) {
      for (const std::string& spelling : option.names) cases += zsh_argument(option, spelling);
    }
    cases += "        '*:file:_files' ;;\n";
  }
  return "#compdef nudipole\n"
         "# zsh completion of nudipole: nudipole completion zsh\n"
         "_nudipole() {\n"
         "  local -a commands=(\n" +
         names +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe subcommand commands\n"
         "    return\n"
         "  fi\n"
         "  local command=$words[2]\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "_nudipole \"$@\"\n";
}

int print(const std::string& text) {
  std::cout << text << std::flush;
  if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
  return 0;
}

}  // namespace

void add_completion(CLI::App& program, Action& run) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = program.add_subcommand(
      "completion", "Prints the script that completes the program's words in a shell");
  command->add_option("shell", *shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  command->footer(
      "Example: source <(nudipole completion bash)\n"
      "An installation puts both scripts where the shells look for them.");
  command->callback([&program, &run, shell] {
    run = [&program, shell] {
      return print(*shell == "bash" ? bash_script(program) : zsh_script(program));
    };
  });
}

}  // namespace nudipole::jobs
