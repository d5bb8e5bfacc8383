#include "nudipole/physics/electron_scattering.hpp"

#include "fermi_constant.hpp"
#include "nudipole/core/constants.hpp"

namespace nudipole::physics {
namespace {

constexpr double sin2_theta_w = 0.23863;

}  // namespace

EnergyPolynomial electron_scattering(double recoil_MeV, Flavour flavour, Helicity helicity) {
  const bool charged_current = flavour == Flavour::e;
  const double g_v = 2.0 * sin2_theta_w + (charged_current ? 0.5 : -0.5);
  const double g_a = (charged_current ? 0.5 : -0.5) * (helicity == Helicity::neutrino ? 1.0 : -1.0);
  const double T = recoil_MeV;
  const double left = (g_v + g_a) * (g_v + g_a);
  const double right = (g_v - g_a) * (g_v - g_a);
  const double mixed = (g_v * g_v - g_a * g_a) * constants::electron_mass_MeV * T;
  const double scale =
      detail::fermi_squared_cm2_per_MeV2 * constants::electron_mass_MeV / (2.0 * constants::pi);
  return {.c0 = scale * (left + right),
          .c1 = -scale * 2.0 * T * right,
          .c2 = scale * (T * T * right - mixed)};
}

}  // namespace nudipole::physics
