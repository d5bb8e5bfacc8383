#include "option_facts.hpp"

#include <CLI/CLI.hpp>

#include <sstream>

namespace nudipole::jobs {
namespace {

/// The words of a check "is one of", which the parser shows as "{a,b}" in the type of the option.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return choices;
  std::istringstream words{type.substr(open + 1, close - open - 1)};
  for (std::string word; std::getline(words, word, ',');) choices.push_back(word);
  return choices;
}

OptionFacts facts_of(const CLI::Option& option) {
  OptionFacts facts;
  for (const std::string& name : option.get_snames()) facts.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) facts.names.push_back("--" + name);
  if (option.get_positional()) facts.positional = option.get_name(true, false);
  facts.help = option.get_description();
  facts.choices = choices_in(option.get_type_name());
  facts.fallback = option.get_default_str();
  facts.takes_value = option.get_items_expected_max() > 0;
  facts.is_required = option.get_required();
  return facts;
}

}  // namespace

std::vector<OptionFacts> options_of(const CLI::App& command) {
  std::vector<OptionFacts> list;
  for (const CLI::Option* option : command.get_options()) list.push_back(facts_of(*option));
  return list;
}

std::vector<const CLI::App*> subcommands_of(const CLI::App& program) {
  return program.get_subcommands([](const CLI::App*) { return true; });
}

}  // namespace nudipole::jobs
