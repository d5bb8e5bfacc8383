// Closed values: c tau = 16 pi hbar c/(d^2 m^3) with 1 mu_B = sqrt(pi alpha)/m_e = 0.29630405 /MeV,
// worked out by hand: at m = 40 MeV and d = 1e-8 mu_B, 16 pi 1.973269804e-11 MeV cm/
// (8.77961e-18 MeV^-2 x 64000 MeV^3) = 1765.2 cm.
#include "nudipole/physics/sterile_decay.hpp"

#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole::physics;

namespace {

/// E with p = m: the length is c tau there.
double energy_of_unit_boost(double mass_MeV) { return std::sqrt(2.0) * mass_MeV; }

constexpr double hbar_c_MeV_cm = 1.973269804e-11;

}  // namespace

TEST_CASE("The proper decay length is that of the closed formula") {
  const double c_tau_cm =
      decay_length_cm(energy_of_unit_boost(40.0), 40.0, 1.0e-16, SterileNature::dirac);
  CHECK(c_tau_cm == Approx(1765.2).epsilon(5.0e-5));  // digits of the comment above
  // Same in kilometres for a light and weakly coupled N: 36.2 km.
  CHECK(1.0e-5 * decay_length_cm(energy_of_unit_boost(5.0), 5.0, 25.0e-18, SterileNature::dirac) ==
        Approx(36.2).margin(0.05));
}

TEST_CASE("c tau is the length of unit boost") {
  CHECK(proper_decay_length_cm(40.0, 1.0e-16, SterileNature::dirac) ==
        Approx(1765.2).epsilon(5.0e-5));
  CHECK(
      proper_decay_length_cm(5.0, 25.0e-18, SterileNature::majorana) ==
      Approx(0.5 * decay_length_cm(energy_of_unit_boost(5.0), 5.0, 25.0e-18, SterileNature::dirac))
          .epsilon(1.0e-14));
  CHECK(std::isinf(proper_decay_length_cm(0.0, 1.0e-16, SterileNature::dirac)));
}

TEST_CASE("The length in the laboratory grows with the momentum") {
  // p/m = sqrt(30^2 - 5^2)/5 = 5.916: 214 km for N of 30 MeV.
  const double length_cm = decay_length_cm(30.0, 5.0, 25.0e-18, SterileNature::dirac);
  CHECK(1.0e-5 * length_cm == Approx(214.0).margin(0.5));
  CHECK(length_cm /
            decay_length_cm(energy_of_unit_boost(5.0), 5.0, 25.0e-18, SterileNature::dirac) ==
        Approx(std::sqrt(35.0)).epsilon(1.0e-12));
  CHECK(decay_length_cm(5.0, 5.0, 25.0e-18, SterileNature::dirac) == 0.0);
  // One part in 1e12 above rest: p = m sqrt(2e-12), not lost in the difference of squares.
  CHECK(decay_length_cm(5.0 * (1.0 + 1.0e-12), 5.0, 25.0e-18, SterileNature::dirac) / length_cm ==
        Approx(std::sqrt(2.0e-12 / 35.0)).epsilon(1.0e-4));
}

TEST_CASE("A Majorana N and several flavours decay faster") {
  const double dirac = decay_width_MeV(40.0, 1.0e-16, SterileNature::dirac);
  CHECK(decay_width_MeV(40.0, 1.0e-16, SterileNature::majorana) == Approx(2.0 * dirac));
  CHECK(decay_width_MeV(40.0, 3.0e-16, SterileNature::dirac) == Approx(3.0 * dirac));
  CHECK(decay_width_MeV(20.0, 1.0e-16, SterileNature::dirac) == Approx(dirac / 8.0));
  CHECK(hbar_c_MeV_cm / dirac == Approx(1765.2).epsilon(5.0e-5));
}

TEST_CASE("An N without mass or coupling does not decay") {
  CHECK(std::isinf(decay_length_cm(30.0, 0.0, 1.0e-16, SterileNature::dirac)));
  const double never = decay_length_cm(30.0, 10.0, 0.0, SterileNature::dirac);
  CHECK(std::isinf(never));
  CHECK(decay_probability(30.0, never) == 0.0);
}

TEST_CASE("The probability to decay within a path is exponential") {
  CHECK(decay_probability(30.0, 30.0) == Approx(1.0 - std::exp(-1.0)).epsilon(1.0e-14));
  CHECK(decay_probability(1.0e-6, 1.0e6) == Approx(1.0e-12).epsilon(1.0e-11));
  CHECK(decay_probability(30.0, 0.0) == 1.0);
  CHECK(decay_probability(0.0, 0.0) == 0.0);
}
