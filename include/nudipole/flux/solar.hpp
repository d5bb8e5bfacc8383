#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/flux/tabulated_spectrum.hpp"

#include <array>
#include <string>

namespace nudipole::flux {

/// How many neutrinos of one solar source arrive, all flavours together.
struct SolarIntensity {
  double flux_per_cm2_s;
  double exposure_days;
  std::string origin{};  ///< e.g. "pp"; see Component
};

/// Neutrinos of one solar source with a continuous spectrum at the Earth, all flavours together.
struct SolarFlux {
  SolarIntensity intensity;
  PiecewiseLinear shape;  ///< of the electron neutrinos that are born [1/MeV], integral 1
};

/// Neutrinos of one energy at the Earth, all flavours together (electron capture in the Sun).
struct SolarLine {
  SolarIntensity intensity;
  double energy_MeV;
};

/// Probabilities to arrive as each flavour, as functions of the energy [flavour].
using FlavourTables = std::array<PiecewiseLinear, flavour_count>;
/// The same, constant [flavour].
using FlavourShares = std::array<double, flavour_count>;

/// nu_e, nu_mu and nu_tau with spectra shape(E) x probability(E). Phi_0 above 0 of each is the
/// share of its flavour; the fluence is that of all flavours.
Source solar_neutrinos(const SolarFlux& flux, const FlavourTables& probabilities);
Source solar_neutrinos(const SolarFlux& flux, const FlavourShares& shares);
/// The same of a line; here the fluence of each component is that of its flavour. The natural width
/// (1 keV) and the thermal shift of the lines are far below any resolution.
Source solar_neutrinos(const SolarLine& line, const FlavourShares& shares);

}  // namespace nudipole::flux
