#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/physics/coherent_scattering.hpp"
#include "nudipole/physics/form_factor.hpp"
#include "nudipole/physics/kinematics.hpp"
#include "nudipole/physics/nuclide.hpp"

namespace nudipole::prediction::detail {

/// What of a nuclide neutrinos see at a recoil: Z F_Z and Q = g_V^p Z F_Z + g_V^n N F_N.
class NuclearCharges {
 public:
  explicit NuclearCharges(const physics::Nuclide& nuclide)
      : nuclide_(&nuclide),
        protons_(nuclide.proton_radius_fm),
        neutrons_(nuclide.neutron_radius_fm) {}

  [[nodiscard]] double electric(double recoil_MeV) const {
    return nuclide_->protons * protons_(transfer_MeV(recoil_MeV));
  }
  [[nodiscard]] double weak(Flavour flavour, double recoil_MeV) const {
    return physics::proton_vector_coupling(flavour) * electric(recoil_MeV) +
           physics::neutron_vector_coupling * nuclide_->neutrons *
               neutrons_(transfer_MeV(recoil_MeV));
  }

 private:
  [[nodiscard]] double transfer_MeV(double recoil_MeV) const {
    return physics::momentum_transfer_MeV(recoil_MeV, nuclide_->nuclear_mass_MeV());
  }

  const physics::Nuclide* nuclide_;
  physics::HelmFormFactor protons_;
  physics::HelmFormFactor neutrons_;
};

}  // namespace nudipole::prediction::detail
