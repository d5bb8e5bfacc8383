#include "nudipole/campaign/run_config.hpp"

#include "run_config_words.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/pairs.hpp"
#include "nudipole/core/sha256.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace nudipole::campaign {
namespace {

using config::Section;
using detail::Spacing;

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

/// A range with more points, in the unit of its ends.
std::vector<double> read_range(const Section& section, const std::string& unit, std::int64_t points,
                               Spacing spacing) {
  const std::string to_key = "to_" + unit;
  const double from = section.number("from_" + unit);
  const double to = section.number(to_key);
  if (spacing != Spacing::linear && from <= 0.0) {
    section.fail("from_" + unit, "equal ratios do not begin at 0", "a number > 0",
                 "take spacing: linear, or a list values_" + unit);
  }
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
  const std::string also_key = "also_" + unit;
  if (section.has(also_key)) {
    const std::vector<double> also = section.numbers(also_key);
    values.insert(values.end(), also.begin(), also.end());
  }
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// A range of 2^k + 1 points in equal ratios, each at most the tolerance.
std::vector<double> read_fine_range(const Section& section, const std::string& unit,
                                    double tolerance) {
  if (section.has("also_" + unit)) {
    section.fail("also_" + unit, "points of a map are placed, not given", "", "remove them");
  }
  const std::vector<double> ends = read_range(section, unit, 2, Spacing::logarithmic);
  std::size_t parts = 1;
  while (std::log(ends.back() / ends.front()) >
         static_cast<double>(parts) * std::log1p(tolerance)) {
    parts *= 2;
  }
  return spaced(ends.front(), ends.back(), parts + 1, Spacing::logarithmic);
}

/// A grid as its keys describe it, in the unit of their ends.
std::vector<double> read_grid(const Section& section, const std::string& unit) {
  const std::string list_key = "values_" + unit;
  if (section.has(list_key)) return section.numbers(list_key);
  // Grids of several couplings do not have the key.
  const std::vector<std::string> keys = section.keys();
  if (std::ranges::find(keys, "tolerance") != keys.end()) {
    return read_fine_range(section, unit, section.number("tolerance"));
  }
  return read_range(section, unit, section.integer("points"),
                    section.one_of("spacing", detail::spacings()));
}

/// The tolerance of a map that places its points itself.
std::optional<double> read_tolerance(const Section& section) {
  const bool is_range = !section.has("values_mu_B") && !section.has("values_per_GeV");
  const bool adaptive =
      is_range && section.one_of("spacing", detail::adaptive_spacings()) == Spacing::adaptive;
  if (adaptive) return section.number("tolerance");
  if (section.has("tolerance")) {
    section.fail("tolerance", "these couplings are given, not placed", "", "set spacing: adaptive");
  }
  return std::nullopt;
}

void read_masses(const Section& section, RunConfig& config) {
  if (section.has("values_MeV")) {
    config.mass_MeV = section.numbers("values_MeV");
  } else if (const Spacing spacing = section.one_of("spacing", detail::adaptive_spacings());
             spacing == Spacing::adaptive) {
    config.mass_MeV = read_range(section, "MeV", 2, Spacing::logarithmic);
    config.mass_tolerance = section.number("tolerance");
  } else {
    if (section.has("tolerance")) {
      section.fail("tolerance", "these masses are given, not placed", "", "set spacing: adaptive");
    }
    config.mass_MeV = read_range(section, "MeV", section.integer("points"), spacing);
  }
  constexpr double largest_MeV = 1.0e6;
  if (config.mass_MeV.back() > largest_MeV) {
    section.fail("", "the largest mass is " + shortest_text(config.mass_MeV.back()) + " MeV",
                 "masses up to " + shortest_text(largest_MeV) + " MeV");
  }
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
  const bool natural = section.has("from_per_GeV") || section.has("values_per_GeV");
  std::vector<double> values = read_grid(section, natural ? "per_GeV" : "mu_B");
  if (natural) {
    for (double& value : values) value = DipoleCoupling::from_per_GeV(value).mu_B();
  }
  check_largest(section, values.back());
  return values;
}

double ratio_of(const Section& section, const std::string& flavour) {
  if (!section.has(flavour)) return 0.0;
  if (section.is_map(flavour)) {
    section.fail(flavour, "a grid beside a ratio",
                 "numbers for all flavours, or grids for several of them");
  }
  return section.number(flavour);
}

/// Couplings in fixed ratios, on the grid of `coupling`.
std::vector<Coupling> read_ratios(const Section& root, const Section& section) {
  std::array<double, flavour_count> ratio{};
  for (const Flavour flavour : all_flavours) {
    ratio[index_of(flavour)] = ratio_of(section, std::string{to_string(flavour)});
  }
  if (std::ranges::all_of(ratio, [](double value) { return value == 0.0; })) {
    root.fail("couplings", "no flavour couples to N", "a ratio > 0, or a grid");
  }
  if (!root.has("coupling")) {
    root.fail("coupling", "the key is required and missing", "the grid of the common coupling");
  }
  return {coupling_of(ratio, read_couplings(root.section("coupling")))};
}

/// Couplings that vary by themselves; the first must be mapped.
std::vector<Coupling> read_plane(const Section& root, const Section& section) {
  std::vector<Coupling> couplings;
  for (const Flavour flavour : all_flavours) {
    const std::string name{to_string(flavour)};
    if (!section.has(name)) continue;
    if (!section.is_map(name)) {
      if (section.number(name) == 0.0) continue;
      section.fail(name, "a ratio beside a grid", "a grid, {profiled: true}, or 0 for no coupling");
    }
    const Section one = section.section(name);
    const bool profiled = one.has("profiled") && one.flag("profiled");
    std::array<double, flavour_count> alone{};
    alone[index_of(flavour)] = 1.0;
    couplings.push_back(coupling_of(alone, profiled ? std::vector<double>{} : read_couplings(one)));
  }
  std::ranges::stable_sort(couplings, std::greater{}, &Coupling::is_mapped);
  if (!couplings.front().is_mapped()) {
    root.fail("couplings", "no coupling is on a grid", "a grid for one flavour at least");
  }
  if (root.has("coupling")) {
    root.fail("coupling", "the couplings have grids of their own", "", "remove it");
  }
  return couplings;
}

std::vector<Coupling> read_all_couplings(const Section& root) {
  if (!root.has("couplings")) {
    return {coupling_of(root.one_of("flavour", detail::flavours()),
                        read_couplings(root.section("coupling")))};
  }
  const Section section = root.section("couplings");
  const std::vector<std::string> keys = section.keys();
  const bool plane =
      std::ranges::any_of(keys, [&](const std::string& key) { return section.is_map(key); });
  return plane ? read_plane(root, section) : read_ratios(root, section);
}

/// \param folder  of the configuration
experiment::Selection read_selection(const Section& entry, const std::filesystem::path& folder) {
  if (!entry.has("path")) return {.name = entry.text("name"), .where = entry.where("name")};
  const auto plain = [](const std::filesystem::path& any) {
    return (any / "").lexically_normal().parent_path();  // no slash at its end
  };
  const std::filesystem::path path = entry.text("path");
  // Of the text alone: what the result is called must not depend on how the file was called.
  const std::string name = plain(path).filename().string();
  if (name.empty() || name == "." || name == "..") {
    entry.fail("path", "the path does not end in the name of a folder", "e.g. ../my_experiment");
  }
  return {.name = name, .folder = plain(folder / path), .where = entry.where("path")};
}

void read_experiments(const Section& root, const std::filesystem::path& folder, RunConfig& config) {
  for (const Section& entry : root.sections("experiments")) {
    experiment::Selection selection = read_selection(entry, folder);
    if (const auto options = entry.section_if("options")) {
      for (const std::string& option : options->keys()) {
        selection.options.emplace(option, options->text(option));
      }
    }
    if (const auto changes = entry.section_if("nuisances")) {
      config.nuisances.of_experiment.emplace(selection.name, read_nuisance_changes(*changes));
    }
    if (const double scale = entry.number("exposure_scale"); scale != 1.0) {
      config.exposure_scale.emplace(selection.name, scale);
    }
    if (std::ranges::find(config.experiments, selection.name, &experiment::Selection::name) !=
        config.experiments.end()) {
      entry.fail(entry.has("path") ? "path" : "name",
                 "experiment " + selection.name + " is listed twice", "",
                 "list each experiment once");
    }
    config.experiments.push_back(std::move(selection));
  }
  if (config.experiments.empty()) {
    root.fail("experiments", "no experiment is listed", "at least one");
  }
  if (!(root.has("correlate") ? root.flag("correlate") : config.experiments.size() > 1)) return;
  for (experiment::Selection& selection : config.experiments) {
    selection.correlation = experiment::Correlation::shared;
  }
}

LimitRequest read_limits(const Section& section) {
  const std::vector<std::int64_t> degrees = section.integers("dof");
  LimitRequest limits{.confidence = section.numbers("confidence"),
                      .dof = {degrees.begin(), degrees.end()},
                      .thresholds = section.one_of("thresholds", detail::threshold_words()),
                      .each_experiment = section.flag("each_experiment"),
                      .ceiling = section.number("ceiling"),
                      .expected = section.flag("expected")};
  const double highest = limits.delta_chi2(limits.confidence.back(), limits.dof.back());
  if (limits.ceiling == LimitRequest::default_ceiling) {
    limits.ceiling = std::max(limits.ceiling, 2.0 * highest);
  } else if (limits.ceiling <= highest) {
    section.fail("ceiling", "limits would lie where no point of the grid is fitted",
                 "more than Delta chi2 = " + shortest_text(highest) + " of the highest level");
  }
  return limits;
}

template <class Enum>
Enum flag_as(const Section& section, const char* key, Enum when_false, Enum when_true) {
  return section.flag(key) ? when_true : when_false;
}

ToyRequest read_toys(const Section& section) {
  ToyRequest toys{
      .method = section.one_of("method", detail::toy_methods()),
      .least = section.integer("least"),
      .most = section.integer("most"),
      .batch = section.integer("batch"),
      .seed = static_cast<std::uint32_t>(section.integer("seed")),
      .best_fit_mass = flag_as(section, "free_mass", BestFitMass::of_the_point, BestFitMass::free),
      .auxiliary = section.one_of("auxiliary", detail::auxiliary_words()),
      .generate_at = section.one_of("generate_at", detail::generate_at_words()),
      .refine = flag_as(section, "refine", Refinement::none, Refinement::around_crossings),
      .refine_to = section.number("refine_to"),
      .errors_away = section.number("errors_away"),
      .wanted_error = section.number("wanted_error"),
      .far_points = flag_as(section, "skip_far", FarPoints::computed, FarPoints::skipped),
      .keep = section.one_of("keep", detail::keep_words())};
  if (toys.most < toys.least) {
    section.fail("most", "fewer toys at most than at least",
                 "a whole number >= " + std::to_string(toys.least));
  }
  if (toys.best_fit_mass == BestFitMass::free && toys.method != ToyMethod::feldman_cousins) {
    section.fail("free_mass", "only the method feldman_cousins lets the mass of the best fit run");
  }
  return toys;
}

/// Keys of the block `toys` that determine toys and which of them are made.
Pairs canonical_toys(const ToyRequest& toys) {
  const auto yes_no = [](bool value) { return std::string{value ? "true" : "false"}; };
  return {{"toys.method", config::word_of(toys.method, detail::toy_methods())},
          {"toys.batch", std::to_string(toys.batch)},
          {"toys.seed", std::to_string(toys.seed)},
          {"toys.free_mass", yes_no(toys.best_fit_mass == BestFitMass::free)},
          {"toys.auxiliary", config::word_of(toys.auxiliary, detail::auxiliary_words())},
          {"toys.generate_at", config::word_of(toys.generate_at, detail::generate_at_words())},
          {"toys.refine", yes_no(toys.refine == Refinement::around_crossings)},
          {"toys.refine_to", shortest_text(toys.refine_to)},
          {"toys.errors_away", shortest_text(toys.errors_away)},
          {"toys.wanted_error", shortest_text(toys.wanted_error)},
          {"toys.skip_far", yes_no(toys.far_points == FarPoints::skipped)}};
}

void read_decay(const Section& root, RunConfig& config) {
  const auto decay = root.section_if("decay");
  if (!decay) return;
  if (decay->one_of("inside", detail::decay_words()) == detail::DecayInside::counted) return;
  config.decay_path_cm = decay->number("path_cm");
  // Their signal falls again where couplings are large: what that makes of the interval of two
  // couplings, and of toys, is not worked out.
  const std::string remedy = "remove the block, or set inside: counted";
  if (config.couplings.size() > 1) {
    root.fail("decay", "several couplings do not know decays", "one flavour, or fixed ratios",
              remedy);
  }
  if (root.has("toys")) root.fail("decay", "toys do not know decays", "", remedy);
  if (config.asimov) root.fail("decay", "data that are expected do not know decays", "", remedy);
}

/// A result is held in memory as a whole by rank 0.
void check_size(const Section& root, const RunConfig& config) {
  constexpr double most_points = 2.0e7;
  const double points =
      static_cast<double>(config.mass_MeV.size()) * static_cast<double>(config.points());
  if (points > most_points) {
    root.fail(config.couplings.size() > 1 ? "couplings" : "coupling",
              "masses times couplings make " + shortest_text(points) +
                  " fits, more than a result can hold (some GB)",
              "at most " + shortest_text(most_points), "take fewer points, or several scans");
  }
}

RunConfig read_config(const Section& root, const std::filesystem::path& folder) {
  RunConfig config;
  config.title = root.text("title");
  read_experiments(root, folder, config);
  if (const auto changes = root.section_if("nuisances")) {
    config.nuisances.everywhere = read_nuisance_changes(*changes);
  }
  read_masses(root.section("mass"), config);
  config.couplings = read_all_couplings(root);
  if (root.has("coupling")) config.coupling_tolerance = read_tolerance(root.section("coupling"));
  check_size(root, config);
  config.asimov = read_data(root, config.couplings.size());
  if (!config.exposure_scale.empty() && !config.asimov) {
    root.fail("data", "what was measured belongs to the exposure that there was", "data: asimov",
              "or remove exposure_scale");
  }
  read_decay(root, config);
  config.limits = read_limits(root.section("limits"));
  if (config.limits.expected && config.couplings.size() > 1) {
    root.section("limits").fail("expected", "several couplings have no expected limits",
                                "false, or one coupling",
                                "give one flavour, or couplings in fixed ratios");
  }
  const Section fit = root.section("fit");
  config.fit = {.algorithm = fit.one_of("algorithm", detail::algorithms()),
                .tolerance = fit.number("tolerance")};
  if (const auto toys = root.section_if("toys")) {
    if (config.coupling_tolerance) {
      root.section("coupling")
          .fail("spacing", "toys have points of their own", "log or linear",
                "give points; toys refine them (toys.refine)");
    }
    config.toys = read_toys(*toys);
  }
  const Section run = root.section("run");
  config.checkpoint_every_s = run.number("checkpoint_every_s");
  config.allowed_failed_fraction = run.number("allowed_failed_fraction");
  return config;
}

}  // namespace

RunConfig RunConfig::load(const std::filesystem::path& file) {
  return read_config(Section::load(file, run_config_schema()), file.parent_path());
}

RunConfig RunConfig::parse(const std::string& text, const std::string& source_name) {
  return read_config(Section::parse(text, source_name, run_config_schema()),
                     std::filesystem::path{source_name}.parent_path());
}

double RunConfig::exposure_of(const std::string& experiment) const {
  const auto found = exposure_scale.find(experiment);
  return found == exposure_scale.end() ? 1.0 : found->second;
}

std::size_t RunConfig::points() const {
  std::size_t points = 1;
  for (const Coupling& coupling : couplings) {
    if (coupling.is_mapped()) points *= coupling.grid_mu_B.size();
  }
  return points;
}

std::vector<std::optional<double>> RunConfig::couplings_at(std::size_t point) const {
  std::vector<std::optional<double>> couplings_mu_B(couplings.size());
  for (std::size_t a = couplings.size(); a-- > 0;) {
    const std::vector<double>& grid_mu_B = couplings[a].grid_mu_B;
    if (grid_mu_B.empty()) continue;
    couplings_mu_B[a] = grid_mu_B[point % grid_mu_B.size()];
    point /= grid_mu_B.size();
  }
  return couplings_mu_B;
}

Pairs RunConfig::canonical() const {
  Pairs pairs{{"format", "1"}};
  const auto append = [&pairs](const auto& more) {
    pairs.insert(pairs.end(), more.begin(), more.end());
  };
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const std::string key = "experiments." + std::to_string(i);
    pairs.emplace_back(key + ".name", experiments[i].name);
    for (const auto& [option, choice] : experiments[i].options) {
      pairs.emplace_back(key + ".options." + option, choice);
    }
    if (const double scale = exposure_of(experiments[i].name); scale != 1.0) {
      pairs.emplace_back(key + ".exposure_scale", shortest_text(scale));
    }
    if (const auto changes = nuisances.of_experiment.find(experiments[i].name);
        changes != nuisances.of_experiment.end()) {
      append(canonical_pairs(changes->second, key + ".nuisances"));
    }
  }
  // What is at its default is left out, so that files from before these keys keep their hash.
  if (asimov) append(canonical_pairs(*asimov));
  if (experiments.front().correlation == experiment::Correlation::shared) {
    pairs.emplace_back("correlate", "true");
  }
  append(canonical_pairs(nuisances.everywhere, "nuisances"));
  append(canonical_pairs(couplings));
  pairs.emplace_back("mass.values_MeV", list_text(mass_MeV));
  if (mass_tolerance) pairs.emplace_back("mass.tolerance", shortest_text(*mass_tolerance));
  if (decay_path_cm) {
    pairs.emplace_back("decay.inside", "removed");
    pairs.emplace_back("decay.path_cm", shortest_text(*decay_path_cm));
  }
  if (couplings.size() == 1) {
    pairs.emplace_back("coupling.values_mu_B", list_text(coupling_mu_B()));
    if (coupling_tolerance) {
      pairs.emplace_back("coupling.tolerance", shortest_text(*coupling_tolerance));
    }
  }
  pairs.emplace_back("limits.confidence", list_text(limits.confidence));
  pairs.emplace_back("limits.dof", list_text({limits.dof.begin(), limits.dof.end()}));
  pairs.emplace_back("limits.thresholds",
                     config::word_of(limits.thresholds, detail::threshold_words()));
  if (limits.each_experiment) pairs.emplace_back("limits.each_experiment", "true");
  const double highest = limits.delta_chi2(limits.confidence.back(), limits.dof.back());
  if (limits.ceiling != std::max(LimitRequest::default_ceiling, 2.0 * highest)) {
    pairs.emplace_back("limits.ceiling", shortest_text(limits.ceiling));
  }
  if (limits.expected) pairs.emplace_back("limits.expected", "true");
  pairs.emplace_back("fit.algorithm", fit::to_string(fit.algorithm));
  pairs.emplace_back("fit.tolerance", shortest_text(fit.tolerance));
  if (toys) append(canonical_toys(*toys));
  return pairs;
}

std::string RunConfig::canonical_text() const { return to_lines(canonical()); }

std::string RunConfig::hash() const { return sha256_hex(canonical_text()); }

}  // namespace nudipole::campaign
