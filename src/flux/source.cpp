#include "nudipole/flux/source.hpp"

#include "nudipole/core/constants.hpp"

#include <algorithm>

namespace nudipole::flux {

double Source::end_point_MeV() const {
  double end_point = 0.0;
  for (const Component& component : components) {
    end_point = std::max(end_point, component.spectrum->end_point_MeV());
  }
  return end_point;
}

std::vector<std::string> Source::origins() const {
  std::vector<std::string> names;
  for (const Component& component : components) {
    if (component.origin.empty()) continue;
    if (std::ranges::find(names, component.origin) == names.end()) {
      names.push_back(component.origin);
    }
  }
  return names;
}

double Source::end_point_MeV(Flavour flavour) const {
  double end_point = 0.0;
  for (const Component& component : components) {
    if (component.flavour != flavour) continue;
    end_point = std::max(end_point, component.spectrum->end_point_MeV());
  }
  return end_point;
}

Source pion_decay_at_rest(const PionDecayAtRest& settings) {
  const double fluence = settings.neutrinos_per_proton * settings.protons_on_target /
                         (4.0 * constants::pi * settings.distance_cm * settings.distance_cm);
  return Source{{
      {"nu_mu", Flavour::mu, Helicity::neutrino, "prompt", fluence, pion_decay_line()},
      {"nubar_mu", Flavour::mu, Helicity::antineutrino, "delayed", fluence,
       muon_decay_antineutrino()},
      {"nu_e", Flavour::e, Helicity::neutrino, "delayed", fluence, muon_decay_electron_neutrino()},
  }};
}

}  // namespace nudipole::flux
