#include "nudipole/prediction/recoil_rate.hpp"

#include "nuclear_charges.hpp"
#include "nudipole/core/constants.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/dipole_upscattering.hpp"
#include "nudipole/physics/electron_scattering.hpp"
#include "nudipole/physics/kinematics.hpp"

#include <algorithm>

namespace nudipole::prediction {
namespace {

/// Events per MeV of one component on one target of unit charge: fluence x sum_k c_k Phi_k(E_min).
double unit_rate(const flux::Component& component, double recoil_MeV, double target_mass_MeV,
                 double neutrino_mass_MeV, const physics::EnergyPolynomial& cross_section) {
  const flux::Moments above = component.spectrum->moments_above(
      physics::minimum_energy_MeV(recoil_MeV, target_mass_MeV, neutrino_mass_MeV));
  if (above.phi0 == 0.0) return 0.0;
  return component.fluence_per_cm2 *
         (cross_section.c0 * above.phi0 + cross_section.c1 * above.phi1 +
          cross_section.c2 * above.phi2);
}

/// The same for upscattering at d = 1 mu_B.
double unit_dipole_rate(const flux::Component& component, double recoil_MeV, double target_mass_MeV,
                        double sterile_mass_MeV) {
  const double per_mu_B = units::bohr_magneton_per_MeV();
  return per_mu_B * per_mu_B * constants::cm2_per_inverse_MeV2 *
         unit_rate(component, recoil_MeV, target_mass_MeV, sterile_mass_MeV,
                   physics::dipole_upscattering(recoil_MeV, target_mass_MeV, sterile_mass_MeV));
}

}  // namespace

RecoilRate::RecoilRate(flux::Source source, TargetMaterial material)
    : source_(std::move(source)), material_(std::move(material)) {}

double RecoilRate::largest_recoil_MeV(Scattering scattering) const {
  const double energy_MeV = source_.end_point_MeV();
  const auto largest = [energy_MeV](double target_mass_MeV) {
    return physics::recoil_range(energy_MeV, target_mass_MeV, 0.0)->upper_MeV;
  };
  if (scattering == Scattering::electron) return largest(constants::electron_mass_MeV);
  double recoil_MeV = 0.0;
  for (const NuclideInTarget& entry : material_.nuclides) {
    recoil_MeV = std::max(recoil_MeV, largest(entry.nuclide.nuclear_mass_MeV()));
  }
  return recoil_MeV;
}

double RecoilRate::electrons(double recoil_MeV) const {
  double sum = 0.0;
  for (const ElementInTarget& element : material_.elements) {
    sum += element.atoms * element.free_electrons(recoil_MeV);
  }
  return sum;
}

double RecoilRate::coherent(double recoil_MeV, physics::CoherentTerms terms) const {
  double sum = 0.0;
  for (const NuclideInTarget& entry : material_.nuclides) {
    const double mass_MeV = entry.nuclide.nuclear_mass_MeV();
    const detail::NuclearCharges charges{entry.nuclide};
    const auto cross_section = physics::coherent_scattering(recoil_MeV, mass_MeV, terms);
    for (const flux::Component& component : source_.components) {
      const double weak = charges.weak(component.flavour, recoil_MeV);
      sum += entry.count * weak * weak *
             unit_rate(component, recoil_MeV, mass_MeV, 0.0, cross_section);
    }
  }
  return sum;
}

double RecoilRate::elastic_on_electrons(double recoil_MeV) const {
  double sum = 0.0;
  for (const flux::Component& component : source_.components) {
    sum +=
        unit_rate(component, recoil_MeV, constants::electron_mass_MeV, 0.0,
                  physics::electron_scattering(recoil_MeV, component.flavour, component.helicity));
  }
  return electrons(recoil_MeV) * sum;
}

double RecoilRate::dipole(Scattering scattering, double recoil_MeV, double sterile_mass_MeV,
                          Flavour flavour) const {
  const auto sum_over_flux = [&](double target_mass_MeV) {
    double sum = 0.0;
    for (const flux::Component& component : source_.components) {
      if (component.flavour != flavour) continue;
      sum += unit_dipole_rate(component, recoil_MeV, target_mass_MeV, sterile_mass_MeV);
    }
    return sum;
  };
  if (scattering == Scattering::electron) {
    return electrons(recoil_MeV) * sum_over_flux(constants::electron_mass_MeV);
  }
  double sum = 0.0;
  for (const NuclideInTarget& entry : material_.nuclides) {
    const double charge = detail::NuclearCharges{entry.nuclide}.electric(recoil_MeV);
    sum += entry.count * charge * charge * sum_over_flux(entry.nuclide.nuclear_mass_MeV());
  }
  return sum;
}

}  // namespace nudipole::prediction
