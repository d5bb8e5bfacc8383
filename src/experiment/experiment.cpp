#include "nudipole/experiment/experiment.hpp"

#include "bin_classes.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/sha256.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/prediction/variation.hpp"
#include "nuisance_list.hpp"
#include "observables.hpp"
#include "open_experiment.hpp"
#include "options.hpp"
#include "ratio_bound_factory.hpp"
#include "schema.hpp"
#include "shape_nuisances.hpp"
#include "signal_builder.hpp"
#include "standard_model.hpp"
#include "time_profile.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace nudipole::experiment {
namespace {

using config::Section;
using detail::Bins;
using detail::NamedNuisance;

std::map<std::string, std::string> read_overlaps(const Section& root) {
  std::map<std::string, std::string> overlaps;
  const auto section = root.section_if("overlaps");
  if (!section) return overlaps;
  for (const std::string& other : section->keys()) overlaps.emplace(other, section->text(other));
  return overlaps;
}

std::vector<std::string> read_approximations(const Section& root) {
  return root.has("approximations") ? root.texts("approximations") : std::vector<std::string>{};
}

bool is_ratio_bound(const Section& root) { return root.kind() == "ratio_bound"; }

Bins read_bins(const Section& root, const Context& context) {
  Bins bins;
  if (const auto classes = root.section_if("bins")) {
    bins.binning = detail::read_class_bins(*classes, context);
    bins.energy = detail::flattened(bins.binning);
    bins.observables = detail::read_observables(root, context, bins.energy);
    return bins;
  }
  const Section section = root.section("energy");
  bins.energy.name = "energy";
  bins.energy.unit = section.text("unit");
  bins.energy.edges = section.numbers("edges");
  bins.observables = detail::read_observables(root, context, bins.energy);
  bins.binning.axes = {bins.energy};
  bins.binning.axes.insert(bins.binning.axes.end(), bins.observables.axes.begin(),
                           bins.observables.axes.end());
  return bins;
}

/// Null where nothing varies.
std::shared_ptr<const prediction::Variations> make_variations(
    const std::vector<prediction::Variation>& variations) {
  if (variations.empty()) return nullptr;
  return std::make_shared<const prediction::Variations>(variations);
}

/// A background with its variants.
likelihood::Component make_background_component(const std::string& name, const Section& root,
                                                const std::vector<detail::ShapeNuisance>& shapes,
                                                const Context& context,
                                                const BackgroundSetting& setting) {
  const std::string part = "backgrounds." + name;
  const auto events = [&](const Section& file) {
    return make_background(file.section("backgrounds").section(name), context, setting);
  };
  const detail::VariedFile files = detail::vary(root, shapes, {part});
  std::vector<Eigen::ArrayXd> columns;
  for (const detail::FileVersion& version : files.versions) columns.push_back(events(version.file));
  likelihood::Component component{
      .name = name,
      .events = Eigen::ArrayXXd(columns.front().size(), static_cast<Eigen::Index>(columns.size())),
      .variations = make_variations(files.variations)};
  for (std::size_t v = 0; v < columns.size(); ++v) {
    component.events.col(static_cast<Eigen::Index>(v)) = columns[v];
  }
  return component;
}

constexpr std::string_view origin_prefix = "signal.";

/// Sources of the flux that each nuisance scales, where it scales some.
std::vector<detail::OriginScaling> origin_scalings(const std::vector<NamedNuisance>& nuisances) {
  std::vector<detail::OriginScaling> scalings;
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    std::vector<std::string> origins;
    for (const std::string& scaled : nuisances[k].scales) {
      if (scaled.starts_with(origin_prefix)) origins.push_back(scaled.substr(origin_prefix.size()));
    }
    if (!origins.empty()) scalings.push_back({k, std::move(origins)});
  }
  return scalings;
}

/// Every name that a nuisance scales must be a process of the experiment.
void check_scales(const Section& root, const std::vector<NamedNuisance>& nuisances,
                  const std::vector<std::string>& processes) {
  for (const NamedNuisance& entry : nuisances) {
    for (const std::string& scaled : entry.scales) {
      if (std::ranges::find(processes, scaled) != processes.end()) continue;
      root.section("nuisances")
          .section(entry.nuisance.name)
          .fail("scales", "nothing is called '" + scaled + "'",
                "signal or a background's name: " + join(processes),
                config::did_you_mean(scaled, processes));
    }
  }
}

/// How the signal varies: by the versions of the file and its flux, and by the shifts of the
/// response.
std::vector<prediction::Variation> signal_variations(const Section& root,
                                                     std::vector<prediction::Variation> parabolas,
                                                     const std::vector<detail::Shift>& shifts,
                                                     const std::vector<NamedNuisance>& nuisances) {
  for (const detail::Shift& shift : shifts) {
    const auto found = std::ranges::find(
        nuisances, shift.nuisance, [](const NamedNuisance& entry) { return entry.nuisance.name; });
    if (found == nuisances.end()) {
      root.section("response")
          .fail("shifts", "there is no nuisance '" + shift.nuisance + "'",
                "a nuisance of kind shift");
    }
    parabolas.push_back(
        prediction::spline(static_cast<std::size_t>(found - nuisances.begin()), shift.pulls));
  }
  return parabolas;
}

/// The likelihood of an experiment's data.
Counting make_counting(const Section& root, const Context& context, const std::string& name,
                       const Bins& bins, const detail::BuiltSignal& signal,
                       const std::vector<NamedNuisance>& nuisances,
                       const std::vector<detail::ShapeNuisance>& shapes,
                       const std::vector<prediction::Variation>& of_file) {
  const auto variations =
      make_variations(signal_variations(root, of_file, signal.shifts, nuisances));
  likelihood::Term::Definition definition{
      .name = name,
      .bin_count = bins.binning.size(),
      .statistic = {},
      .nuisances = {},
      .components = {},
      .signal_scaled_by = detail::scaled_by(nuisances, "signal"),
      .signal_variations = variations};
  for (const NamedNuisance& entry : nuisances) definition.nuisances.push_back(entry.nuisance);
  Eigen::ArrayXd neutrinos = Eigen::ArrayXd::Zero(signal.model.bin_count());
  definition.components = detail::standard_model_components(signal.model, nuisances, variations);
  for (const likelihood::Component& component : definition.components) {
    neutrinos += component.events.col(0);
  }
  std::vector<std::string> processes = detail::neutrino_processes(signal.model);
  if (const auto backgrounds = root.section_if("backgrounds")) {
    const auto& time = bins.observables.time;
    const BackgroundSetting setting{
        .binning = &bins.binning, .time = time ? &*time : nullptr, .standard_model = &neutrinos};
    for (const std::string& background : backgrounds->keys()) {
      definition.components.push_back(
          make_background_component(background, root, shapes, context, setting));
      definition.components.back().scaled_by = detail::scaled_by(nuisances, background);
      processes.push_back(background);
    }
  }
  if (const auto backgrounds = root.section_if("free_backgrounds")) {
    for (const std::string& background : backgrounds->keys()) {
      definition.parametric.push_back(make_parametric_background(
          backgrounds->section(background), background, bins.binning, definition.nuisances));
    }
  }
  check_scales(root, nuisances, processes);
  Data data = make_data(root.section("data"), context, bins.binning);
  definition.statistic = std::move(data.statistic);
  const std::string table = context.folder + "/" + root.section("data").text("table");
  return {likelihood::Term{std::move(definition)}, std::move(data.observed),
          sha256_hex(context.data->contents().at(table))};
}

}  // namespace

Summary Experiment::summarise(DataFolder& data, const Selection& selection) {
  const Section root = detail::open_experiment(data, selection);
  Summary summary{.name = selection.name,
                  .title = root.text("title"),
                  .reference = root.text("reference"),
                  .options = detail::read_options(root),
                  .nuisances = {},
                  .shared_parts = {},
                  .overlaps = read_overlaps(root),
                  .approximations = read_approximations(root)};
  const Section chosen = detail::apply_options(root, {.name = selection.name})
                             .as(experiment_schema(data.flux_kinds()));
  if (is_ratio_bound(chosen)) return summary;
  for (NamedNuisance& entry : detail::read_nuisances(chosen, Correlation::none)) {
    if (entry.shared) summary.shared_parts.emplace(entry.nuisance.name, *entry.shared);
    summary.nuisances.push_back(std::move(entry.nuisance));
  }
  return summary;
}

Experiment Experiment::load(DataFolder& data, const Selection& selection,
                            const math::PanelSettings& panels) {
  const Section file = detail::open_experiment(data, selection);
  const Section root =
      detail::apply_options(file, selection).as(experiment_schema(data.flux_kinds()));
  const Context context{.data = &data, .folder = selection.name};
  Bins bins = read_bins(root, context);
  const bool bound = is_ratio_bound(root);
  const std::vector<NamedNuisance> nuisances =
      bound ? std::vector<NamedNuisance>{} : detail::read_nuisances(root, selection.correlation);
  std::vector<detail::ShapeNuisance> shapes;
  for (const NamedNuisance& entry : nuisances) {
    if (entry.shape) shapes.push_back(*entry.shape);
  }
  const detail::VariedFile files = detail::vary(root, shapes, {"response", "companions"});
  const std::vector<detail::OriginScaling> scalings = origin_scalings(nuisances);
  detail::BuiltSignal signal = detail::build_signal(files, scalings, context, bins, panels);
  std::vector<prediction::Variation> variations = files.variations;
  for (const detail::OriginScaling& scaling : scalings) {
    variations.push_back(prediction::straight_line(scaling.nuisance));
  }
  Constraint constraint =
      bound ? Constraint{detail::make_ratio_bound(root.section("bound"), context, signal.model)}
            : Constraint{make_counting(root, context, selection.name, bins, signal, nuisances,
                                       shapes, variations)};
  Experiment experiment{selection.name, std::move(bins.binning), std::move(signal.model),
                        std::move(constraint)};
  experiment.overlaps_ = read_overlaps(root);
  experiment.approximations_ = read_approximations(root);
  return experiment;
}

}  // namespace nudipole::experiment
