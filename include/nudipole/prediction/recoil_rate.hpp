#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/physics/coherent_scattering.hpp"
#include "nudipole/prediction/signal_model.hpp"
#include "nudipole/prediction/target_material.hpp"

namespace nudipole::prediction {

/// Recoil spectra of a target in a neutrino beam, before any detector: dN/dT [1/MeV] in the
/// exposure of the source, at one recoil energy T > 0 of a nucleus or an electron. Flux moments
/// above E_min(T) make it exact at every T; ends of line spectra are jumps.
class RecoilRate {
 public:
  RecoilRate(flux::Source source, TargetMaterial material);

  /// Whether the target's electrons are known.
  [[nodiscard]] bool has_electrons() const { return !material_.elements.empty(); }
  /// Largest recoil that a massless outgoing neutrino can leave.
  [[nodiscard]] double largest_recoil_MeV(Scattering scattering) const;

  /// CEvNS of all flavours.
  [[nodiscard]] double coherent(double recoil_MeV, physics::CoherentTerms terms) const;
  /// Elastic scattering of all flavours on electrons.
  [[nodiscard]] double elastic_on_electrons(double recoil_MeV) const;
  /// Upscattering of one flavour to N of mass m >= 0, at d = 1 mu_B.
  [[nodiscard]] double dipole(Scattering scattering, double recoil_MeV, double sterile_mass_MeV,
                              Flavour flavour) const;

 private:
  [[nodiscard]] double electrons(double recoil_MeV) const;

  flux::Source source_;
  TargetMaterial material_;
};

}  // namespace nudipole::prediction
