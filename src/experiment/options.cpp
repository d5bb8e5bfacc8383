#include "options.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>

namespace nudipole::experiment::detail {
namespace {

using config::Section;

std::string one_of(const std::vector<std::string>& words) {
  return "one of: " + (words.empty() ? "none" : join(words));
}

}  // namespace

config::Key options_key() {
  using config::Key;
  const Key choice =
      Key::entries("<choice>", "what it changes", Key::anything("<path>", "the key's value"));
  return Key::entries(
             "options", "switches of this file that a configuration may set",
             Key::section("<option>", "one switch",
                          {.keys = {Key::text("what", "one line for people"),
                                    Key::text("default", "the choice without a configuration"),
                                    Key::entries("choices",
                                                 "what each choice sets: dotted path "
                                                 "from the top of this file -> value",
                                                 choice)}}))
      .optional();
}

std::vector<OptionInfo> read_options(const Section& root) {
  std::vector<OptionInfo> options;
  const auto list = root.section_if("options");
  if (!list) return options;
  for (const std::string& name : list->keys()) {
    const Section section = list->section(name);
    OptionInfo info{.name = name,
                    .what = section.text("what"),
                    .default_choice = {},
                    .choices = section.section("choices").keys()};
    info.default_choice = section.text("default");
    if (std::ranges::find(info.choices, info.default_choice) == info.choices.end()) {
      section.fail("default", "there is no choice '" + info.default_choice + "'",
                   one_of(info.choices), config::did_you_mean(info.default_choice, info.choices));
    }
    options.push_back(std::move(info));
  }
  return options;
}

Section apply_options(const Section& root, const Selection& selection) {
  const std::vector<OptionInfo> options = read_options(root);
  std::vector<std::string> names;
  for (const OptionInfo& option : options) names.push_back(option.name);
  for (const auto& [name, choice] : selection.options) {
    const auto option = std::ranges::find(options, name, &OptionInfo::name);
    if (option == options.end()) {
      throw ConfigError("experiment " + selection.name + " has no option '" + name + "'",
                        {.where = selection.where,
                         .expected = one_of(names),
                         .hint = config::did_you_mean(name, names)});
    }
    if (std::ranges::find(option->choices, choice) == option->choices.end()) {
      throw ConfigError("option '" + name + "' of experiment " + selection.name +
                            " has no choice '" + choice + "'",
                        {.where = selection.where,
                         .expected = one_of(option->choices),
                         .hint = config::did_you_mean(choice, option->choices)});
    }
  }
  std::vector<Section> changes;
  for (const OptionInfo& option : options) {
    const auto chosen = selection.options.find(option.name);
    const std::string& choice =
        chosen == selection.options.end() ? option.default_choice : chosen->second;
    changes.push_back(
        root.section("options").section(option.name).section("choices").section(choice));
  }
  return root.with(changes);
}

}  // namespace nudipole::experiment::detail
