#include "nuisance_list.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Schema;
using config::Section;
using likelihood::Nuisance;

constexpr double least_scale = 1.0e-3;      ///< events stay positive
constexpr double reach = 100.0;             ///< upper bound of a scaling in widths: never met
constexpr double least_shared_pulls = 5.0;  ///< lower bound of a shared part in widths
constexpr double shape_reach = 5.0;         ///< bounds of a shape's pull; variants lie at -1 and +1

const config::Words<likelihood::Prior> priors{
    {likelihood::Prior::gaussian, "gaussian", "of `width` around the centre"},
    {likelihood::Prior::none, "none", "free within the bounds; `width` is a scale for the fit"}};

/// A parameter of a background of free shape.
Nuisance read_parameter(const Section& section, const std::string& name) {
  Nuisance parameter{
      .name = name, .centre = section.number("centre"), .width = section.number("width")};
  parameter.prior = section.one_of("prior", priors);
  parameter.lower = section.number("lower");
  parameter.upper = section.number("upper");
  if (parameter.lower > parameter.centre) {
    section.fail("lower", "the lower bound is above the centre",
                 Range::at_most(parameter.centre).describe());
  }
  if (parameter.upper < parameter.centre) {
    section.fail("upper", "the upper bound is below the centre",
                 Range::at_least(parameter.centre).describe());
  }
  return parameter;
}

/// What the response deforms by it is said by the response.
Nuisance read_shift(const Section& section, const std::string& name) {
  return {.name = name,
          .width = section.number("width"),
          .lower = section.number("lower"),
          .upper = section.number("upper")};
}

/// Bounds: far enough never to matter, but without negative numbers of events.
Nuisance read_scaling(const Section& section, const std::string& name) {
  Nuisance scaling{.name = name, .width = section.number("width")};
  scaling.prior = section.one_of("prior", priors);
  scaling.lower = section.number("lower");
  scaling.upper = section.number_if("upper").value_or(reach * scaling.width);
  return scaling;
}

/// The part of a scaling that other experiments have too.
std::optional<Nuisance> read_shared_part(const Section& section, const Nuisance& whole) {
  const auto part = section.section_if("shared");
  if (!part) return std::nullopt;
  if (whole.prior == likelihood::Prior::none) {
    section.fail("shared", "a free normalisation has no part that is shared",
                 "the same name in all experiments");
  }
  Nuisance shared{.name = part->text("name"), .width = part->number("width")};
  if (shared.width >= whole.width) {
    part->fail("width", "the shared part is not smaller than the whole", "a number below its width",
               "if nothing else contributes, give the nuisance itself the shared name");
  }
  shared.lower = part->number_if("lower").value_or(-least_shared_pulls * shared.width);
  shared.upper = part->number_if("upper").value_or(reach * shared.width);
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
  const std::string& kind = section.kind();
  if (kind == "parameter") return {.nuisance = read_parameter(section, name)};
  if (kind == "shift") return {.nuisance = read_shift(section, name)};
  if (kind == "normalisation") {
    NamedNuisance entry{.nuisance = read_scaling(section, name), .scales = section.texts("scales")};
    entry.shared = read_shared_part(section, entry.nuisance);
    return entry;
  }
  NamedNuisance entry{.nuisance = {.name = name,
                                   .lower = section.number("lower"),
                                   .upper = section.number("upper")}};
  entry.shape = read_shape(root, section, index);
  return entry;
}

}  // namespace

config::Schema nuisance_schema() {
  const Schema shared{
      .keys = {
          Key::text("name", "its name, the same in all experiments that have it"),
          Key::number("width", "width of its prior, below that of the whole", Range::positive()),
          Key::number("lower", "lower bound; default: -5 widths",
                      Range::strictly_between(-1.0, 0.0))
              .optional(),
          Key::number("upper", "upper bound; default: 100 widths", Range::positive()).optional()}};
  const auto changes = [](const std::string& name, const std::string& where) {
    return Key::entries(name,
                        "dotted path -> value at " + where +
                            "; paths begin with response., "
                            "companions. or backgrounds.<name>.",
                        Key::anything("<path>", "value"));
  };
  return {
      .kinds = {
          {"normalisation",
           "scales events by 1 + value; Gaussian prior around 0",
           {Key::number("width", "width of the prior", Range::positive()),
            Key::choice("prior", "its prior", priors).or_else("gaussian"),
            Key::texts("scales",
                       "`signal` or `standard_model` (without the portal's events), with .<origin> "
                       "for one source of the flux; names of backgrounds"),
            Key::number("lower", "lower bound", Range::strictly_between(-1.0, 0.0))
                .or_else(least_scale - 1.0),
            Key::number("upper", "upper bound; default: 100 widths", Range::positive()).optional(),
            Key::section("shared", "part that other experiments have too (correlate)", shared)
                .optional()}},
          {"parameter",
           "parameter of a background of free shape",
           {Key::number("centre", "centre of the prior, start of the fit"),
            Key::number("width", "width of the prior", Range::positive()),
            Key::choice("prior", "its prior", priors), Key::number("lower", "lower bound"),
            Key::number("upper", "upper bound")}},
          {"shape",
           "deforms templates: a pull of unit width between files changed at -1 and +1 sigma, or "
           "at `points`",
           {Key::number("lower", "lower bound").or_else(-shape_reach),
            Key::number("upper", "upper bound").or_else(shape_reach),
            Key::choice("one_sided", "instead of `minus`",
                        {{"mirror", "the nominal prediction twice, less plus"}})
                .optional()
                .unless({"points"}),
            changes("minus", "-1 sigma").unless({"one_sided", "points"}),
            changes("plus", "+1 sigma").unless({"points"}),
            Key::sections("points",
                          "instead of `minus` and `plus`: the file at any pulls, with a natural "
                          "spline between",
                          {.keys = {Key::number("pull", "value of the nuisance, not 0"),
                                    changes("changes", "that pull")}})
                .at_least(1)
                .optional()}},
          {"shift",
           "a pull that the response's `shifts` are tabulated for",
           {Key::number("width", "width of the prior", Range::positive()),
            Key::number("lower", "lower bound", Range::at_most(0.0)),
            Key::number("upper", "upper bound", Range::non_negative())}}}};
}

std::vector<NamedNuisance> read_nuisances(const Section& root, Correlation correlation) {
  std::vector<NamedNuisance> nuisances;
  const Section list = root.section("nuisances");
  const std::vector<std::string> names = list.keys();
  for (const std::string& name : names) {
    const Section section = list.section(name);
    NamedNuisance entry = read_nuisance(root, section, name, nuisances.size());
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
