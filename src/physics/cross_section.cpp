#include "nudipole/physics/cross_section.hpp"

#include "nudipole/core/constants.hpp"

namespace nudipole::physics {
namespace {

constexpr double sin2_theta_w = 0.23863;
constexpr double fermi_squared_cm2_per_MeV2 =
    constants::fermi_per_MeV2 * constants::fermi_per_MeV2 * constants::cm2_per_inverse_MeV2;

}  // namespace

EnergyPolynomial dipole_upscattering(double recoil_MeV, double target_mass_MeV,
                                     double sterile_mass_MeV) {
  const double T = recoil_MeV;
  const double M = target_mass_MeV;
  const double m2 = sterile_mass_MeV * sterile_mass_MeV;
  const double share = m2 / (2.0 * M * T);  // m^2/(2 M T)
  return {.c0 = constants::alpha / T,
          .c1 = -constants::alpha * (1.0 + share),
          .c2 = -constants::alpha * (M - T) / (4.0 * M * T) * m2 * (1.0 + share)};
}

double proton_vector_coupling(Flavour flavour) {
  switch (flavour) {
    case Flavour::e: return 0.0401;
    case Flavour::mu: return 0.0318;
    case Flavour::tau: break;
  }
  return 0.0275;
}

EnergyPolynomial coherent_scattering(double recoil_MeV, double nuclear_mass_MeV,
                                     CoherentTerms terms) {
  const double scale = fermi_squared_cm2_per_MeV2 * nuclear_mass_MeV / constants::pi;
  return {.c0 = scale,
          .c1 = terms == CoherentTerms::full ? -scale * recoil_MeV : 0.0,
          .c2 = -scale * 0.5 * nuclear_mass_MeV * recoil_MeV};
}

EnergyPolynomial electron_scattering(double recoil_MeV, Flavour flavour, Helicity helicity) {
  const bool charged_current = flavour == Flavour::e;
  const double g_v = 2.0 * sin2_theta_w + (charged_current ? 0.5 : -0.5);
  const double g_a = (charged_current ? 0.5 : -0.5) * (helicity == Helicity::neutrino ? 1.0 : -1.0);
  const double T = recoil_MeV;
  const double left = (g_v + g_a) * (g_v + g_a);
  const double right = (g_v - g_a) * (g_v - g_a);
  const double mixed = (g_v * g_v - g_a * g_a) * constants::electron_mass_MeV * T;
  const double scale =
      fermi_squared_cm2_per_MeV2 * constants::electron_mass_MeV / (2.0 * constants::pi);
  return {.c0 = scale * (left + right),
          .c1 = -scale * 2.0 * T * right,
          .c2 = scale * (T * T * right - mixed)};
}

}  // namespace nudipole::physics
