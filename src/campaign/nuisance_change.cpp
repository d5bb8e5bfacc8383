#include "nudipole/campaign/nuisance_change.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>

namespace nudipole::campaign {
namespace {

using config::Key;
using config::Range;
using config::Section;
using likelihood::Nuisance;
using likelihood::Prior;
using likelihood::Term;

const config::Words<Prior> priors{{Prior::gaussian, "gaussian", "of `centre` and `width`"},
                                  {Prior::none, "none", "free within its bounds"}};

/// Names stand in the canonical text and in result files.
std::string read_name(const Section& section, const std::string& key) {
  std::string name = section.text(key);
  constexpr const char* characters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (name.empty() || name.find_first_not_of(characters) != std::string::npos) {
    section.fail(key, "'" + name + "' cannot be the name of a nuisance",
                 "letters, digits, _ and -");
  }
  return name;
}

NuisanceChange read_change(const Section& section) {
  NuisanceChange change{.where = section.where("")};
  if (section.has("rename")) change.rename = read_name(section, "rename");
  change.fix = section.number_if("fix");
  if (section.has("prior")) change.prior = section.one_of("prior", priors);
  change.centre = section.number_if("centre");
  change.width = section.number_if("width");
  change.lower = section.number_if("lower");
  change.upper = section.number_if("upper");
  if (section.keys().empty()) {
    section.fail("", "nothing is changed", "rename, fix, prior, centre, width, lower or upper");
  }
  return change;
}

[[noreturn]] void refuse(const NuisanceChange& change, const std::string& what,
                         const std::string& expected = {}, const std::string& hint = {}) {
  throw ConfigError(what, {.where = change.where, .expected = expected, .hint = hint});
}

std::string interval_text(double lower, double upper) {
  return shortest_text(lower) + " .. " + shortest_text(upper);
}

/// A value that must lie within the bounds of `owner`, where predictions are known to be positive.
double inside(const NuisanceChange& change, const char* key, double value, const Nuisance& owner) {
  if (owner.lower <= value && value <= owner.upper) return value;
  refuse(change,
         std::string{key} + ": " + shortest_text(value) + " is outside the bounds of '" +
             owner.name + "'",
         interval_text(owner.lower, owner.upper));
}

Nuisance changed(const Nuisance& original, const NuisanceChange& change) {
  Nuisance result = original;
  result.name = change.rename.value_or(original.name);
  if (change.fix) {
    result.centre = result.lower = result.upper = inside(change, "fix", *change.fix, original);
    result.prior = Prior::fixed;
    return result;
  }
  if (change.lower) result.lower = inside(change, "lower", *change.lower, original);
  if (change.upper) result.upper = inside(change, "upper", *change.upper, original);
  if (result.lower >= result.upper) {
    refuse(change, "the bounds leave nothing to fit: " + interval_text(result.lower, result.upper),
           "lower < upper", "hold a nuisance with 'fix'");
  }
  if (change.centre) result.centre = *change.centre;
  if (change.centre || change.lower || change.upper) {
    (void)inside(change, "centre", result.centre, result);
  }
  result.width = change.width.value_or(original.width);
  result.prior = change.prior.value_or(original.prior);
  if (result.prior == Prior::gaussian && original.prior == Prior::none && !change.width) {
    refuse(change, "'" + original.name + "' is free and has no width that a prior could take", "",
           "give 'width' too");
  }
  return result;
}

std::vector<std::string> names_of(const std::vector<Term>& terms) {
  std::vector<std::string> names;
  for (const Term& term : terms) {
    for (const Nuisance& nuisance : term.nuisances()) {
      if (std::ranges::find(names, nuisance.name) == names.end()) names.push_back(nuisance.name);
    }
  }
  return names;
}

/// Every change must be of a nuisance that is there.
void check_names(const NuisanceChanges& changes, const std::vector<Term>& terms,
                 const std::string& owner) {
  const std::vector<std::string> known = names_of(terms);
  for (const auto& [name, change] : changes) {
    if (std::ranges::find(known, name) != known.end()) continue;
    refuse(change, owner + " no nuisance '" + name + "'",
           known.empty() ? "no changes: there are no nuisances" : "one of: " + join(known),
           config::did_you_mean(name, known));
  }
}

const NuisanceChange* find_change(const NuisanceSettings& settings, const std::string& experiment,
                                  const std::string& nuisance) {
  const auto in = [&nuisance](const NuisanceChanges& changes) {
    const auto found = changes.find(nuisance);
    return found == changes.end() ? nullptr : &found->second;
  };
  if (const auto own = settings.of_experiment.find(experiment);
      own != settings.of_experiment.end()) {
    if (const NuisanceChange* change = in(own->second)) return change;
  }
  return in(settings.everywhere);
}

Term with_changes(const Term& term, const NuisanceSettings& settings) {
  std::vector<Nuisance> nuisances = term.nuisances();
  std::string where;
  for (Nuisance& nuisance : nuisances) {
    const NuisanceChange* change = find_change(settings, term.name(), nuisance.name);
    if (change == nullptr) continue;
    nuisance = changed(nuisance, *change);
    if (change->rename) where = change->where;
  }
  try {
    return term.with_nuisances(std::move(nuisances));
  } catch (const ConfigError& error) {  // one name twice, by renaming
    throw ConfigError(error.what(), {.where = where});
  }
}

}  // namespace

NuisanceChanges read_nuisance_changes(const Section& section) {
  NuisanceChanges changes;
  for (const std::string& name : section.keys()) {
    changes.emplace(name, read_change(section.section(name)));
  }
  return changes;
}

config::Key nuisance_change_key() {
  return Key::section(
      "<nuisance>", "what changes about it",
      {.keys = {
           Key::text("rename", "another name; equal names are one parameter").optional(),
           Key::number("fix", "not fitted: held at this value").optional(),
           Key::choice("prior", "its prior", priors).optional().unless({"fix"}),
           Key::number("centre", "centre of the prior, start of the fit")
               .optional()
               .unless({"fix"}),
           Key::number("width", "width of the prior", Range::positive()).optional().unless({"fix"}),
           Key::number("lower", "lower bound, not below the experiment's")
               .optional()
               .unless({"fix"}),
           Key::number("upper", "upper bound, not above the experiment's")
               .optional()
               .unless({"fix"})}});
}

std::vector<std::pair<std::string, std::string>> canonical_pairs(const NuisanceChanges& changes,
                                                                 const std::string& key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, change] : changes) {
    const std::string nuisance = key + "." + name + ".";
    if (change.rename) pairs.emplace_back(nuisance + "rename", *change.rename);
    if (change.prior)
      pairs.emplace_back(nuisance + "prior", config::word_of(*change.prior, priors));
    for (const auto& [what, value] :
         {std::pair{"fix", change.fix}, std::pair{"centre", change.centre},
          std::pair{"width", change.width}, std::pair{"lower", change.lower},
          std::pair{"upper", change.upper}}) {
      if (value) pairs.emplace_back(nuisance + what, shortest_text(*value));
    }
  }
  return pairs;
}

std::vector<Term> with_changes(const std::vector<Term>& terms, const NuisanceSettings& settings) {
  check_names(settings.everywhere, terms, "the experiments have");
  std::vector<Term> result;
  for (const Term& term : terms) {
    const auto own = settings.of_experiment.find(term.name());
    if (own != settings.of_experiment.end()) {
      check_names(own->second, {term}, "experiment " + term.name() + " has");
    }
    result.push_back(with_changes(term, settings));
  }
  return result;
}

}  // namespace nudipole::campaign
