#include "nuisance_list.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::experiment::detail {
namespace {

using config::Range;
using config::Section;
using likelihood::Nuisance;

constexpr double least_scale = 1.0e-3;      ///< events stay positive
constexpr double reach = 100.0;             ///< upper bound of a scaling in widths: never met
constexpr double least_shared_pulls = 5.0;  ///< lower bound of a shared part in widths

/// A parameter of a background of free shape.
Nuisance read_parameter(const Section& section, const std::string& name) {
  Nuisance parameter{.name = name,
                     .centre = section.number("centre"),
                     .width = section.number("width", Range::positive())};
  parameter.prior = section.choice("prior", {"gaussian", "none"}) == "gaussian"
                        ? likelihood::Prior::gaussian
                        : likelihood::Prior::none;
  parameter.lower = section.number("lower", Range::at_most(parameter.centre));
  parameter.upper = section.number("upper", Range::at_least(parameter.centre));
  return parameter;
}

/// What the response deforms by it is said by the response.
Nuisance read_shift(const Section& section, const std::string& name) {
  return {.name = name,
          .width = section.number("width", Range::positive()),
          .lower = section.number("lower", Range::at_most(0.0)),
          .upper = section.number("upper", Range::non_negative())};
}

/// Bounds: far enough never to matter, but without negative numbers of events.
Nuisance read_scaling(const Section& section, const std::string& name) {
  Nuisance scaling{.name = name, .width = section.number("width", Range::positive())};
  scaling.lower = section.number_or("lower", least_scale - 1.0, Range::strictly_between(-1.0, 0.0));
  scaling.upper = section.number_or("upper", reach * scaling.width, Range::positive());
  return scaling;
}

/// The part of a scaling that other experiments have too.
std::optional<Nuisance> read_shared_part(const Section& section, const Nuisance& whole) {
  const auto part = section.section_if("shared");
  if (!part) return std::nullopt;
  Nuisance shared{.name = part->text("name"), .width = part->number("width", Range::positive())};
  if (shared.width >= whole.width) {
    part->fail("width", "the shared part is not smaller than the whole", "a number below its width",
               "if nothing else contributes, give the nuisance itself the shared name");
  }
  shared.lower = part->number_or("lower", -least_shared_pulls * shared.width,
                                 Range::strictly_between(-1.0, 0.0));
  shared.upper = part->number_or("upper", reach * shared.width, Range::positive());
  part->finish();
  if (shared.lower <= whole.lower) {
    section.fail("shared", "the shared part's lower bound leaves nothing to the rest",
                 "one above that of the whole", "give the shared part a 'lower'");
  }
  return shared;
}

/// What is left of a scaling without its shared part.
Nuisance rest_of(const Nuisance& whole, const Nuisance& shared) {
  Nuisance rest = whole;
  rest.width = std::sqrt(whole.width * whole.width - shared.width * shared.width);
  rest.lower = whole.lower - shared.lower;
  return rest;
}

/// Adds the shared part of `entry`, or lets the one that is there scale its processes too.
void add_shared(const Section& section, const NamedNuisance& entry,
                std::vector<NamedNuisance>& nuisances) {
  const auto known = std::ranges::find(
      nuisances, entry.shared->name,
      [](const NamedNuisance& other) -> const std::string& { return other.nuisance.name; });
  if (known == nuisances.end()) {
    nuisances.push_back({.nuisance = *entry.shared, .scales = entry.scales});
    return;
  }
  if (known->nuisance != *entry.shared) {
    section.fail("shared", "'" + entry.shared->name + "' has another definition above",
                 describe(known->nuisance));
  }
  for (const std::string& process : entry.scales) {
    if (std::ranges::find(known->scales, process) != known->scales.end()) {
      section.fail("shared", "'" + entry.shared->name + "' would scale '" + process + "' twice");
    }
    known->scales.push_back(process);
  }
}

NamedNuisance read_nuisance(const Section& root, const Section& section, const std::string& name,
                            std::size_t index) {
  const std::string kind = section.choice("kind", {"normalisation", "parameter", "shape", "shift"});
  if (kind == "parameter") return {.nuisance = read_parameter(section, name)};
  if (kind == "shift") return {.nuisance = read_shift(section, name)};
  if (kind == "normalisation") {
    NamedNuisance entry{.nuisance = read_scaling(section, name), .scales = section.texts("scales")};
    entry.shared = read_shared_part(section, entry.nuisance);
    return entry;
  }
  constexpr double shape_reach = 5.0;  // the pull itself is the value; variants lie at -1 and +1
  NamedNuisance entry{.nuisance = {.name = name,
                                   .lower = section.number_or("lower", -shape_reach),
                                   .upper = section.number_or("upper", shape_reach)}};
  entry.shape = read_shape(root, section, index);
  return entry;
}

}  // namespace

std::vector<NamedNuisance> read_nuisances(const Section& root, Correlation correlation) {
  std::vector<NamedNuisance> nuisances;
  const Section list = root.section("nuisances");
  const std::vector<std::string> names = list.keys();
  for (const std::string& name : names) {
    const Section section = list.section(name);
    NamedNuisance entry = read_nuisance(root, section, name, nuisances.size());
    section.finish();
    if (entry.shared && std::ranges::find(names, entry.shared->name) != names.end()) {
      section.fail("shared", "'" + entry.shared->name + "' is a nuisance of this list");
    }
    if (!entry.shared || correlation == Correlation::none) {
      nuisances.push_back(std::move(entry));
      continue;
    }
    const NamedNuisance whole = entry;
    entry.nuisance = rest_of(whole.nuisance, *whole.shared);
    entry.shared.reset();
    nuisances.push_back(std::move(entry));
    add_shared(section, whole, nuisances);
  }
  list.finish();
  return nuisances;
}

std::vector<std::size_t> scaled_by(const std::vector<NamedNuisance>& nuisances,
                                   const std::string& process) {
  std::vector<std::size_t> indices;
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (std::ranges::find(nuisances[k].scales, process) != nuisances[k].scales.end()) {
      indices.push_back(k);
    }
  }
  return indices;
}

}  // namespace nudipole::experiment::detail
