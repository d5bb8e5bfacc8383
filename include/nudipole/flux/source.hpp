#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/flux/spectrum.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nudipole::flux {

/// One neutrino species of a source at the detector.
struct Component {
  std::string name;  ///< e.g. "nu_mu"
  Flavour flavour;
  Helicity helicity;
  std::string arrival;     ///< arrival class, e.g. "prompt"; names a column of the time profile
  double fluence_per_cm2;  ///< neutrinos through 1 cm^2 over the exposure [cm^-2]
  std::shared_ptr<const Spectrum> spectrum;  ///< normalised to 1
  /// Source whose normalisation this one follows, e.g. "pp"; empty where the flux has one only.
  std::string origin{};
};

/// All species that reach the detector.
struct Source {
  std::vector<Component> components;

  /// Largest end point of all spectra [MeV].
  [[nodiscard]] double end_point_MeV() const;
  /// The different origins of the components, in their order, without the empty one.
  [[nodiscard]] std::vector<std::string> origins() const;
  /// The same of the species of one flavour; 0 where there are none.
  [[nodiscard]] double end_point_MeV(Flavour flavour) const;
};

struct PionDecayAtRest {
  double protons_on_target;
  double neutrinos_per_proton;  ///< per flavour
  double distance_cm;
};

/// A spallation source: pi+ and mu+ decay at rest, each of nu_mu (prompt), nubar_mu and nu_e
/// (delayed) with fluence r N_POT/(4 pi L^2) (KDK eq. 1).
Source pion_decay_at_rest(const PionDecayAtRest& settings);

}  // namespace nudipole::flux
