#include "nudipole/campaign/run_config.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/sha256.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::campaign {
namespace {

using config::IntegerRange;
using config::Range;
using config::Section;
using inference::Thresholds;

constexpr std::int64_t largest_grid = 1'000'000;

template <class Range, class Format>
std::string list_text(const Range& values, Format&& format) {
  std::string text = "[";
  for (const auto& value : values) {
    if (text.size() > 1) text.append(", ");
    text.append(format(value));
  }
  return text.append("]");
}

enum class Spacing { linear, logarithmic };

std::vector<double> spaced(double from, double to, std::size_t points, Spacing spacing) {
  std::vector<double> values(points, from);
  for (std::size_t i = 1; i < points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(points - 1);
    values[i] = spacing == Spacing::logarithmic ? from * std::pow(to / from, share)
                                                : from + (to - from) * share;
  }
  if (points > 1) values.back() = to;  // not a rounding error away from it
  return values;
}

void require_ascending(const Section& section, const std::string& key,
                       const std::vector<double>& values) {
  if (values.empty()) section.fail(key, "the grid is empty", "at least one value");
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] <= values[i - 1]) {
      section.fail(key + "[" + std::to_string(i) + "]", "the values do not grow",
                   "strictly ascending numbers");
    }
  }
}

/// A grid given as from/to/points/spacing, with `also_` for more points, or as a list, in the unit
/// of the key's suffix.
std::vector<double> read_grid(const Section& section, const std::string& unit) {
  const std::string list_key = "values_" + unit;
  if (section.has(list_key)) {
    for (const std::string& other :
         {"from_" + unit, "to_" + unit, std::string{"points"}, "also_" + unit}) {
      if (section.has(other)) {
        section.fail(other, "'" + other + "' and '" + list_key + "' cannot both be given", "",
                     "keep one of them");
      }
    }
    std::vector<double> values = section.numbers(list_key, Range::positive());
    require_ascending(section, list_key, values);
    section.finish();
    return values;
  }
  const std::string to_key = "to_" + unit;
  const double from = section.number("from_" + unit, Range::positive());
  const double to = section.number(to_key, Range::positive());
  const std::int64_t points = section.integer("points", IntegerRange::between(1, largest_grid));
  const Spacing spacing = section.choice_or("spacing", "log", {"log", "linear"}) == "log"
                              ? Spacing::logarithmic
                              : Spacing::linear;
  const std::string also_key = "also_" + unit;
  std::vector<double> also;
  if (section.has(also_key)) also = section.numbers(also_key, Range::positive());
  section.finish();
  if (points == 1 ? to != from : to <= from) {
    section.fail(to_key, "the range is reversed or empty",
                 points == 1 ? "the same value as from_" + unit + " for a single point"
                             : "a number above " + shortest_text(from));
  }
  std::vector<double> values = spaced(from, to, static_cast<std::size_t>(points), spacing);
  const auto stuck = [](double a, double b) { return !(a < b) || !std::isfinite(b); };
  if (std::ranges::adjacent_find(values, stuck) != values.end()) {
    section.fail("points", "the range cannot be divided into this many points",
                 "neighbours that differ, none infinite", "widen the range or take fewer points");
  }
  // More points where a curve bends, e.g. at a kinematic end; one that is there already is no more.
  values.insert(values.end(), also.begin(), also.end());
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// Predictions grow with d^2: far beyond any limit they would leave the range of fits.
void check_largest(const Section& section, double coupling_mu_B) {
  constexpr double largest_mu_B = 1.0e-2;
  if (coupling_mu_B > largest_mu_B) {
    section.fail("", "the largest coupling is " + shortest_text(coupling_mu_B) + " mu_B",
                 "couplings up to " + shortest_text(largest_mu_B) + " mu_B");
  }
}

std::vector<double> read_couplings(const Section& section) {
  const bool natural =
      section.has("from_per_GeV") || section.has("to_per_GeV") || section.has("values_per_GeV");
  if (!natural) {
    std::vector<double> values = read_grid(section, "mu_B");
    check_largest(section, values.back());
    return values;
  }
  for (const char* const other : {"from_mu_B", "to_mu_B", "values_mu_B"}) {
    if (section.has(other)) {
      section.fail(other, "couplings in mu_B beside others in 1/GeV",
                   "one unit for all (mu_B or per_GeV)", "rename the key, and convert its number");
    }
  }
  std::vector<double> values = read_grid(section, "per_GeV");
  for (double& value : values) value = DipoleCoupling::from_per_GeV(value).mu_B();
  check_largest(section, values.back());
  return values;
}

void read_experiments(const Section& root, RunConfig& config) {
  for (const Section& entry : root.sections_or_names("experiments", "name")) {
    experiment::Selection selection{.name = entry.text("name")};
    selection.where = entry.where("name");
    if (const auto options = entry.section_if("options")) {
      for (const std::string& option : options->keys()) {
        selection.options.emplace(option, options->text(option));
      }
    }
    if (const auto changes = entry.section_if("nuisances")) {
      config.nuisances.of_experiment.emplace(selection.name, read_nuisance_changes(*changes));
    }
    entry.finish();
    if (std::ranges::find(config.experiments, selection.name, &experiment::Selection::name) !=
        config.experiments.end()) {
      entry.fail("name", "experiment " + selection.name + " is listed twice", "",
                 "list each experiment once");
    }
    config.experiments.push_back(std::move(selection));
  }
  if (config.experiments.empty()) {
    root.fail("experiments", "no experiment is listed", "at least one");
  }
  if (!root.flag_or("correlate", config.experiments.size() > 1)) return;
  for (experiment::Selection& selection : config.experiments) {
    selection.correlation = experiment::Correlation::shared;
  }
}

LimitRequest read_limits(const Section& root) {
  LimitRequest request{.confidence = {0.90}, .dof = {1}};
  const auto section = root.section_if("limits");
  if (!section) return request;
  if (section->has("confidence")) {
    request.confidence = section->numbers("confidence", Range::strictly_between(0.0, 1.0));
    require_ascending(*section, "confidence", request.confidence);
  }
  if (section->has("dof")) {
    const std::vector<double> numbers = section->numbers("dof", Range::at_least(1.0));
    require_ascending(*section, "dof", numbers);
    request.dof.clear();
    for (const double number : numbers) {
      if (number != std::floor(number) || number > 100.0) {
        section->fail("dof", "not a number of degrees of freedom", "whole numbers from 1 to 100");
      }
      request.dof.push_back(static_cast<int>(number));
    }
  }
  request.thresholds =
      section->choice_or("thresholds", "tabulated", {"tabulated", "exact"}) == "exact"
          ? Thresholds::exact
          : Thresholds::tabulated;
  request.each_experiment = section->flag_or("each_experiment", false);
  section->finish();
  return request;
}

fit::Settings read_fit(const Section& root) {
  fit::Settings settings;
  const auto section = root.section_if("fit");
  if (!section) return settings;
  settings.algorithm = *fit::parse_algorithm(
      section->choice_or("algorithm", "auto", {"auto", "lbfgs", "slsqp", "tnewton", "mma"}));
  settings.tolerance =
      section->number_or("tolerance", settings.tolerance, Range::between(1.0e-15, 1.0e-6));
  section->finish();
  return settings;
}

PortalFlavour read_flavour(const Section& root) {
  return *parse_portal_flavour(root.choice("flavour", {"e", "mu", "tau", "universal"}));
}

/// A result is held in memory as a whole by rank 0.
void check_size(const Section& root, const RunConfig& config) {
  constexpr double most_points = 2.0e7;
  const double points = static_cast<double>(config.mass_MeV.size()) *
                        static_cast<double>(config.coupling_mu_B.size());
  if (points > most_points) {
    root.fail("coupling",
              "masses times couplings make " + shortest_text(points) +
                  " fits, more than a result can hold (some GB)",
              "at most " + shortest_text(most_points), "take fewer points, or several scans");
  }
}

RunConfig read_config(const Section& root) {
  RunConfig config;
  (void)root.integer("format", IntegerRange::between(1, 1));
  config.title = root.text_or("title", "");
  read_experiments(root, config);
  if (const auto changes = root.section_if("nuisances")) {
    config.nuisances.everywhere = read_nuisance_changes(*changes);
  }
  config.flavour = read_flavour(root);
  const Section mass = root.section("mass");
  config.mass_MeV = read_grid(mass, "MeV");
  constexpr double largest_MeV = 1.0e6;
  if (config.mass_MeV.back() > largest_MeV) {
    mass.fail("", "the largest mass is " + shortest_text(config.mass_MeV.back()) + " MeV",
              "masses up to " + shortest_text(largest_MeV) + " MeV");
  }
  config.coupling_mu_B = read_couplings(root.section("coupling"));
  check_size(root, config);
  config.limits = read_limits(root);
  config.fit = read_fit(root);
  if (const auto run = root.section_if("run")) {
    config.checkpoint_every_s =
        run->number_or("checkpoint_every_s", config.checkpoint_every_s, Range::positive());
    config.allowed_failed_fraction =
        run->number_or("allowed_failed_fraction", 0.0, Range::between(0.0, 1.0));
    run->finish();
  }
  root.finish();
  return config;
}

}  // namespace

RunConfig RunConfig::load(const std::filesystem::path& file) {
  return read_config(Section::load(file));
}

RunConfig RunConfig::parse(const std::string& text, const std::string& source_name) {
  return read_config(Section::parse(text, source_name));
}

std::string RunConfig::canonical_text() const {
  const auto line = [](const std::string& key, const std::string& value) {
    return key + ": " + value + "\n";
  };
  std::string text = line("format", "1");
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const std::string key = "experiments." + std::to_string(i);
    text += line(key + ".name", experiments[i].name);
    for (const auto& [option, choice] : experiments[i].options) {
      text += line(key + ".options." + option, choice);
    }
    if (const auto changes = nuisances.of_experiment.find(experiments[i].name);
        changes != nuisances.of_experiment.end()) {
      text += canonical_lines(changes->second, key + ".nuisances");
    }
  }
  // What is at its default is left out, so that files from before these keys keep their hash.
  if (experiments.front().correlation == experiment::Correlation::shared) {
    text += line("correlate", "true");
  }
  text += canonical_lines(nuisances.everywhere, "nuisances");
  text += line("flavour", std::string{to_string(flavour)});
  text += line("mass.values_MeV", list_text(mass_MeV, shortest_text));
  text += line("coupling.values_mu_B", list_text(coupling_mu_B, shortest_text));
  text += line("limits.confidence", list_text(limits.confidence, shortest_text));
  text += line("limits.dof", list_text(limits.dof, [](int n) { return std::to_string(n); }));
  text += line("limits.thresholds",
               limits.thresholds == inference::Thresholds::exact ? "exact" : "tabulated");
  if (limits.each_experiment) text += line("limits.each_experiment", "true");
  text += line("fit.algorithm", std::string{fit::to_string(fit.algorithm)});
  text += line("fit.tolerance", shortest_text(fit.tolerance));
  return text;
}

std::string RunConfig::hash() const { return sha256_hex(canonical_text()); }

}  // namespace nudipole::campaign
