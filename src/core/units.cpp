#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole {
namespace units {

double bohr_magneton_per_MeV() {
  return std::sqrt(constants::pi * constants::alpha) / constants::electron_mass_MeV;
}

double bohr_magneton_per_GeV() { return 1.0e3 * bohr_magneton_per_MeV(); }

}  // namespace units

DipoleCoupling DipoleCoupling::from_per_GeV(double value) {
  return DipoleCoupling{value / units::bohr_magneton_per_GeV()};
}

DipoleCoupling DipoleCoupling::from_square(double x_mu_B2) {
  return DipoleCoupling{std::sqrt(std::max(x_mu_B2, 0.0))};
}

double DipoleCoupling::per_GeV() const { return mu_B_ * units::bohr_magneton_per_GeV(); }

}  // namespace nudipole
