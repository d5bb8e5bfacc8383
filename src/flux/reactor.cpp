#include "nudipole/flux/reactor.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/math/linear_interpolation.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::flux {
namespace {

double density(const ExponentialPolynomial& coefficients, double energy_MeV) {
  double exponent = 0.0;
  for (auto a = coefficients.rbegin(); a != coefficients.rend(); ++a) {
    exponent = exponent * energy_MeV + *a;
  }
  return std::exp(exponent);
}

/// Energies above `begin` up to `end`, evenly.
std::vector<double> steps_to(double begin_MeV, double end_MeV, int least_steps = 1) {
  constexpr double step_MeV = 0.025;
  const auto steps =
      std::max(least_steps, static_cast<int>(std::ceil((end_MeV - begin_MeV) / step_MeV - 1.0e-9)));
  std::vector<double> energies_MeV;
  for (int k = 1; k <= steps; ++k) {
    energies_MeV.push_back(begin_MeV + (end_MeV - begin_MeV) * k / steps);
  }
  return energies_MeV;
}

}  // namespace

IsotopeSpectra joined(const IsotopeSpectra& below, const IsotopeSpectra& above, double joint_MeV) {
  IsotopeSpectra joint;
  for (const double energy : below.energies_MeV) {
    if (energy < joint_MeV) joint.energies_MeV.push_back(energy);
  }
  const auto kept = static_cast<std::ptrdiff_t>(joint.energies_MeV.size());
  joint.energies_MeV.insert(joint.energies_MeV.end(), above.energies_MeV.begin(),
                            above.energies_MeV.end());
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    const std::vector<double>& old = below.densities[i];
    std::vector<double>& densities = joint.densities[i];
    densities.assign(old.begin(), old.begin() + kept);
    if (!above.densities[i].empty()) {
      densities.insert(densities.end(), above.densities[i].begin(), above.densities[i].end());
      continue;
    }
    const math::LinearInterpolation line{below.energies_MeV, old, math::Outside::zero,
                                         math::Outside::zero};
    for (const double energy : above.energies_MeV) densities.push_back(line(energy));
  }
  return joint;
}

IsotopeSpectra polynomial_spectra(const PerIsotope<ExponentialPolynomial>& polynomials,
                                  double begin_MeV, double end_MeV) {
  IsotopeSpectra spectra{.energies_MeV = {begin_MeV}};
  const std::vector<double> energies = steps_to(begin_MeV, end_MeV);
  spectra.energies_MeV.insert(spectra.energies_MeV.end(), energies.begin(), energies.end());
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    for (const double energy : spectra.energies_MeV) {
      spectra.densities[i].push_back(density(polynomials[i], energy));
    }
  }
  return spectra;
}

IsotopeSpectra with_tail(IsotopeSpectra spectra, const PerIsotope<ExponentialPolynomial>& tails,
                         double end_MeV) {
  const double begin = spectra.energies_MeV.back();
  const std::vector<double> energies = steps_to(begin, end_MeV);
  spectra.energies_MeV.insert(spectra.energies_MeV.end(), energies.begin(), energies.end());
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    std::vector<double>& densities = spectra.densities[i];
    const double scale = densities.back() / density(tails[i], begin);
    for (std::size_t e = densities.size(); e < spectra.energies_MeV.size(); ++e) {
      densities.push_back(scale * density(tails[i], spectra.energies_MeV[e]));
    }
  }
  return spectra;
}

IsotopeSpectra log_linear(const IsotopeSpectra& spectra) {
  constexpr int least_steps = 20;
  const std::vector<double>& rows = spectra.energies_MeV;
  IsotopeSpectra fine{.energies_MeV = {rows.front()}};
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    fine.densities[i] = {spectra.densities[i].front()};
  }
  for (std::size_t row = 1; row < rows.size(); ++row) {
    for (const double energy : steps_to(rows[row - 1], rows[row], least_steps)) {
      const double share = (energy - rows[row - 1]) / (rows[row] - rows[row - 1]);
      fine.energies_MeV.push_back(energy);
      for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
        const double low = spectra.densities[i][row - 1];
        const double high = spectra.densities[i][row];
        const bool is_straight = low <= 0.0 || high <= 0.0;
        fine.densities[i].push_back(is_straight ? low + share * (high - low)
                                                : low * std::pow(high / low, share));
      }
    }
  }
  return fine;
}

PiecewiseLinear fission_spectrum(const IsotopeSpectra& spectra,
                                 const PerIsotope<double>& fractions) {
  PiecewiseLinear sum{.energies_MeV = spectra.energies_MeV,
                      .values = std::vector<double>(spectra.energies_MeV.size())};
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    for (std::size_t e = 0; e < sum.values.size(); ++e) {
      sum.values[e] += fractions[i] * spectra.densities[i][e];
    }
  }
  return sum;
}

double fissions_per_cm2_s(double power_GW, double distance_m, const PerIsotope<double>& fractions,
                          const PerIsotope<double>& energies_MeV) {
  double energy_MeV = 0.0;
  for (std::size_t i = 0; i < fractions.size(); ++i) energy_MeV += fractions[i] * energies_MeV[i];
  constexpr double watt_per_GW = 1.0e9;
  const double power_MeV_s = watt_per_GW * power_GW / units::joule_per_MeV;
  const double distance_cm = units::cm_per_m * distance_m;
  return power_MeV_s / energy_MeV / (4.0 * constants::pi * distance_cm * distance_cm);
}

}  // namespace nudipole::flux
