#include "nudipole/physics/coherent_scattering.hpp"

#include "support/catch2.hpp"

using namespace nudipole;
using physics::coherent_scattering;
using physics::CoherentTerms;

namespace {

constexpr double caesium_MeV = 123772.5397389;

}  // namespace

TEST_CASE("coherent scattering with and without the term -T/E") {
  // G_F^2 M/pi (1 - [T/E] - M T/(2 E^2)), E = 30 MeV, T = 10 keV on Cs-133; 40 digits
  // (tests/reference/independent/forty_digits.py); rounding.
  CHECK(coherent_scattering(0.010, caesium_MeV, CoherentTerms::leading).at(30.0) ==
        Approx(6.5193229068516433e-40).epsilon(4e-15));
  CHECK(coherent_scattering(0.010, caesium_MeV, CoherentTerms::full).at(30.0) ==
        Approx(6.5123661748101338e-40).epsilon(4e-15));
}

TEST_CASE("coherent scattering vanishes backwards") {
  // Spin 0 and helicity conservation: the full form is 0 at T_max = 2 E^2/(M + 2 E), the leading
  // form at 2 E^2/M.
  const double E = 45.0;
  const auto relative = [&](CoherentTerms terms, double T) {
    const auto sigma = coherent_scattering(T, caesium_MeV, terms);
    return sigma.at(E) / sigma.c0;
  };
  CHECK(relative(CoherentTerms::full, 2.0 * E * E / (caesium_MeV + 2.0 * E)) ==
        Approx(0.0).margin(1e-15));
  CHECK(relative(CoherentTerms::leading, 2.0 * E * E / caesium_MeV) == Approx(0.0).margin(1e-15));
  // At T_max the leading form is left with T/E = 2 E/(M + 2 E), 7.27e-4.
  CHECK(relative(CoherentTerms::leading, 2.0 * E * E / (caesium_MeV + 2.0 * E)) ==
        Approx(2.0 * E / (caesium_MeV + 2.0 * E)).epsilon(1e-10));
}

TEST_CASE("weak couplings of the nucleon") {
  // LLX eq. 4, three and four digits as printed.
  CHECK(physics::proton_vector_coupling(Flavour::e) == 0.0401);
  CHECK(physics::proton_vector_coupling(Flavour::mu) == 0.0318);
  CHECK(physics::proton_vector_coupling(Flavour::tau) == 0.0275);
  CHECK(physics::neutron_vector_coupling == -0.5094);
}
