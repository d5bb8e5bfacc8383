// Spectra of fissions, joints and tails: closed forms of made-up isotopes.
#include "nudipole/flux/reactor.hpp"

#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::flux;

namespace {

/// Isotope i has the densities (i + 1) (10 - E) at 1, 2, 3, ... MeV.
IsotopeSpectra lines(std::vector<double> energies_MeV) {
  IsotopeSpectra spectra{.energies_MeV = std::move(energies_MeV)};
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    for (const double energy : spectra.energies_MeV) {
      spectra.densities[i].push_back(static_cast<double>(i + 1) * (10.0 - energy));
    }
  }
  return spectra;
}

}  // namespace

TEST_CASE("Spectra are joined at an energy; an isotope that is missing above keeps its lower set") {
  const IsotopeSpectra below = lines({1.0, 2.0, 3.0, 5.0});
  IsotopeSpectra above{.energies_MeV = {2.0, 4.0}, .densities = {}};
  above.densities[0] = {7.0, 6.5};
  above.densities[2] = {5.0, 4.5};
  above.densities[3] = {3.0, 2.5};
  const IsotopeSpectra joint = joined(below, above, 2.0);
  CHECK(joint.energies_MeV == std::vector<double>{1.0, 2.0, 4.0});
  CHECK(joint.densities[0] == std::vector<double>{9.0, 7.0, 6.5});
  CHECK(joint.densities[1] == std::vector<double>{18.0, 16.0, 12.0});  // 4 MeV between its rows
  CHECK(joint.densities[3] == std::vector<double>{36.0, 3.0, 2.5});
}

TEST_CASE("A tail is its polynomial, scaled to meet the last density") {
  constexpr double end_MeV = 6.0;
  PerIsotope<ExponentialPolynomial> tails{};
  for (std::size_t i = 0; i < tails.size(); ++i) {
    tails[i] = {0.3, -0.4, 0.02, -0.001 * static_cast<double>(i), 1.0e-4, -1.0e-5};
  }
  const IsotopeSpectra spectra = with_tail(lines({1.0, 3.0, 5.0}), tails, end_MeV);
  CHECK(spectra.energies_MeV.size() == 3 + 40);  // steps of 25 keV
  CHECK(spectra.energies_MeV[3] == Approx(5.025).epsilon(1e-14));
  CHECK(spectra.energies_MeV.back() == end_MeV);
  for (std::size_t i = 0; i < tails.size(); ++i) {
    double exponent = 0.0;  // of the tail at 6 MeV over the tail at 5 MeV
    for (std::size_t p = 0; p < tails[i].size(); ++p) {
      const auto power = static_cast<double>(p);
      exponent += tails[i][p] * (std::pow(end_MeV, power) - std::pow(5.0, power));
    }
    const double last = static_cast<double>(i + 1) * 5.0;
    CHECK(spectra.densities[i][2] == last);
    CHECK(spectra.densities[i].back() == Approx(last * std::exp(exponent)).epsilon(1e-13));
  }
}

TEST_CASE("Between rows of an exponential log-linear steps are that exponential") {
  IsotopeSpectra rows{.energies_MeV = {1.0, 1.01, 3.0}};
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    for (const double energy : rows.energies_MeV) {
      rows.densities[i].push_back(std::exp(-static_cast<double>(i) * energy));
    }
  }
  rows.densities[1].back() = 0.0;
  const IsotopeSpectra fine = log_linear(rows);
  CHECK(fine.energies_MeV.size() == 1 + 20 + 80);  // 20 steps at least, 25 keV at most
  CHECK(fine.energies_MeV[20] == 1.01);
  for (std::size_t e = 0; e < fine.energies_MeV.size(); ++e) {
    const double energy = fine.energies_MeV[e];
    for (const std::size_t i : {0U, 2U, 3U}) {
      CHECK(fine.densities[i][e] ==
            Approx(std::exp(-static_cast<double>(i) * energy)).epsilon(1e-13));
    }
    if (energy > 1.01) {  // straight to zero
      CHECK(fine.densities[1][e] ==
            Approx(std::exp(-1.01) * (3.0 - energy) / 1.99).epsilon(1e-13).margin(1e-15));
    }
  }
}

TEST_CASE("The spectrum of a mixture is the sum weighted by the fractions") {
  const PiecewiseLinear sum = fission_spectrum(lines({1.0, 4.0}), {0.5, 0.25, 0.125, 0.125});
  CHECK(sum.energies_MeV == std::vector<double>{1.0, 4.0});
  // 0.5 x 1 + 0.25 x 2 + 0.125 x 3 + 0.125 x 4 = 1.875
  CHECK(sum.values == std::vector<double>{1.875 * 9.0, 1.875 * 6.0});
}

TEST_CASE("Fissions follow from power and distance") {
  // 1 GW / 200 MeV = 3.120754537e19 fissions/s; over 4 pi (10 m)^2 = 1.256637061e7 cm^2 (by hand).
  const double rate = fissions_per_cm2_s(1.0, 10.0, {0.5, 0.5, 0.0, 0.0}, {199.0, 201.0, 0.0, 0.0});
  CHECK(rate == Approx(3.120754537e19 / 1.256637061e7).epsilon(1e-9));
}
