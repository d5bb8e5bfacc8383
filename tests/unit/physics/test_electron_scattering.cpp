#include "nudipole/core/constants.hpp"
#include "nudipole/physics/electron_scattering.hpp"
#include "nudipole/physics/kinematics.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <vector>

using nudipole::Flavour;
namespace constants = nudipole::constants;
using nudipole::Helicity;
using nudipole::physics::electron_scattering;

namespace {

struct Couplings {
  Flavour flavour;
  Helicity helicity;
  double left;   ///< (gV + gA)/2: weight of the constant term
  double right;  ///< (gV - gA)/2: weight of (1 - T/E)^2
};

// Textbook chiral couplings with s^2 = 0.23863: g_L = 1/2 + s^2 (nu_e), -1/2 + s^2 (others), g_R =
// s^2; an antineutrino swaps them.
constexpr double s2 = 0.23863;
const std::vector<Couplings> all_couplings{{Flavour::e, Helicity::neutrino, 0.5 + s2, s2},
                                           {Flavour::e, Helicity::antineutrino, s2, 0.5 + s2},
                                           {Flavour::mu, Helicity::neutrino, -0.5 + s2, s2},
                                           {Flavour::mu, Helicity::antineutrino, s2, -0.5 + s2},
                                           {Flavour::tau, Helicity::neutrino, -0.5 + s2, s2},
                                           {Flavour::tau, Helicity::antineutrino, s2, -0.5 + s2}};

/// 2 G_F^2 m_e/pi [cm^2/MeV].
constexpr double scale = 2.0 * constants::fermi_per_MeV2 * constants::fermi_per_MeV2 *
                         constants::electron_mass_MeV / constants::pi *
                         constants::cm2_per_inverse_MeV2;

}  // namespace

TEST_CASE("scattering on electrons against multi-precision values") {
  struct Case {
    double energy, recoil;
    Flavour flavour;
    Helicity helicity;
    double sigma_cm2_per_MeV;
  };
  // LLX eq. 5 in E and T with 40 digits (tests/reference/independent/forty_digits.py); rounding.
  const std::vector<Case> cases{
      {10.0, 0.5, Flavour::e, Helicity::neutrino, 1.0279557826941598e-44},
      {10.0, 0.5, Flavour::e, Helicity::antineutrino, 9.4585695148490209e-45},
      {10.0, 0.5, Flavour::mu, Helicity::neutrino, 2.0656069098288771e-45},
      {10.0, 0.5, Flavour::tau, Helicity::antineutrino, 2.0465032176517848e-45},
      {40.0, 0.003, Flavour::e, Helicity::neutrino, 1.0382845171337859e-44},
      {40.0, 0.003, Flavour::e, Helicity::antineutrino, 1.0381582159760888e-44},
      {40.0, 0.003, Flavour::tau, Helicity::neutrino, 2.1583914712001783e-45},
      {40.0, 0.003, Flavour::mu, Helicity::antineutrino, 2.1583620820066574e-45}};
  for (const Case& c : cases) {
    INFO("E " << c.energy << " flavour " << nudipole::to_string(c.flavour));
    CHECK(electron_scattering(c.recoil, c.flavour, c.helicity).at(c.energy) ==
          Approx(c.sigma_cm2_per_MeV).epsilon(4e-15));
  }
}

TEST_CASE("scattering on electrons in terms of chiral couplings") {
  // 2 G_F^2 m_e/pi [g_L^2 + g_R^2 (1 - T/E)^2 - g_L g_R m_e T/E^2], e.g. Giunti and Kim,
  // Fundamentals of Neutrino Physics, eq. 5.27.
  for (const Couplings& g : all_couplings) {
    for (const double E : {0.3, 2.0, 52.0}) {
      for (const double share : {1e-6, 0.3, 1.0}) {
        const double T = share * 2.0 * E * E / (constants::electron_mass_MeV + 2.0 * E);
        const double forward = 1.0 - T / E;
        const double expected =
            scale * (g.left * g.left + g.right * g.right * forward * forward -
                     g.left * g.right * constants::electron_mass_MeV * T / (E * E));
        // Rounding relative to the constant term.
        CHECK(electron_scattering(T, g.flavour, g.helicity).at(E) ==
              Approx(expected).epsilon(1e-13).margin(1e-15 * scale));
      }
    }
  }
}

TEST_CASE("neutrino and antineutrino agree when nothing is transferred") {
  for (const Flavour flavour : nudipole::all_flavours) {
    const double nu = electron_scattering(1e-12, flavour, Helicity::neutrino).at(10.0);
    const double nubar = electron_scattering(1e-12, flavour, Helicity::antineutrino).at(10.0);
    CHECK(nu == Approx(nubar).epsilon(1e-12));  // T/E = 1e-13
  }
}

TEST_CASE("total cross section at high energy") {
  // sigma/E = 2 G_F^2 m_e/pi (g_L^2 + g_R^2/3) for m_e << E (textbook). Simpson's rule is exact for
  // the second-degree polynomial in T; corrections are of order m_e/E = 5e-8.
  const double E = 1e7;
  const double T_max = 2.0 * E * E / (constants::electron_mass_MeV + 2.0 * E);
  for (const Couplings& g : all_couplings) {
    const auto at = [&](double T) { return electron_scattering(T, g.flavour, g.helicity).at(E); };
    const double total = T_max / 6.0 * (at(0.0) + 4.0 * at(0.5 * T_max) + at(T_max));
    CHECK(total / E == Approx(scale * (g.left * g.left + g.right * g.right / 3.0)).epsilon(1e-6));
  }
}
