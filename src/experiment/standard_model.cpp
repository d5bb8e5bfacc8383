#include "standard_model.hpp"

#include <algorithm>

namespace nudipole::experiment::detail {
namespace {

using likelihood::Component;
using prediction::Scattering;

const std::string of_all{"standard_model"};

std::string of_origin(const std::string& origin) { return of_all + "." + origin; }

bool scales_single_sources(const NamedNuisance& entry) {
  return std::ranges::any_of(
      entry.scales, [](const std::string& process) { return process.starts_with(of_origin("")); });
}

/// Nuisances of the neutrinos as a whole and of their Standard Model events.
std::vector<std::size_t> common_scalings(const std::vector<NamedNuisance>& nuisances) {
  std::vector<std::size_t> scaled = scaled_by(nuisances, "signal");
  const std::vector<std::size_t> standard = scaled_by(nuisances, of_all);
  scaled.insert(scaled.end(), standard.begin(), standard.end());
  return scaled;
}

}  // namespace

std::vector<std::string> neutrino_processes(const prediction::SignalModel& model) {
  std::vector<std::string> processes{"signal", of_all};
  for (const std::string& origin : model.source().origins()) {
    processes.push_back("signal." + origin);
    processes.push_back(of_origin(origin));
  }
  return processes;
}

std::vector<Component> standard_model_components(
    const prediction::SignalModel& model, const std::vector<NamedNuisance>& nuisances,
    const std::shared_ptr<const prediction::Variations>& variations) {
  std::vector<Component> components;
  const bool apart = std::ranges::any_of(nuisances, scales_single_sources);
  const auto add = [&](const std::string& name, Scattering scattering) {
    Component whole{name, {}, common_scalings(nuisances), variations, likelihood::Role::signal};
    if (!apart) {
      whole.events = model.standard_model(scattering);
      components.push_back(std::move(whole));
      return;
    }
    for (const flux::Component& source : model.source().components) {
      Component part = whole;
      if (!source.origin.empty()) part.name += "." + source.origin;
      part.events = model.standard_model(scattering, source);
      const auto same = std::ranges::find(components, part.name, &Component::name);
      if (same != components.end()) {
        same->events += part.events;
        continue;
      }
      const std::vector<std::size_t> own = scaled_by(nuisances, of_origin(source.origin));
      part.scaled_by.insert(part.scaled_by.end(), own.begin(), own.end());
      components.push_back(std::move(part));
    }
  };
  if (model.has_nuclei()) add("cevns", Scattering::nucleus);
  if (model.has_electrons()) add("eves", Scattering::electron);
  return components;
}

}  // namespace nudipole::experiment::detail
