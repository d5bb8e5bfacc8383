#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/flux/tabulated_spectrum.hpp"

#include <array>

namespace nudipole::flux {

/// Neutrinos of one solar source at the Earth, all flavours together.
struct SolarFlux {
  double flux_per_cm2_s;
  double exposure_days;
  PiecewiseLinear shape;  ///< of the electron neutrinos that are born [1/MeV], integral 1
};

/// Probabilities to arrive as each flavour, as functions of the energy [flavour].
using FlavourTables = std::array<PiecewiseLinear, flavour_count>;
/// The same, constant [flavour].
using FlavourShares = std::array<double, flavour_count>;

/// nu_e, nu_mu and nu_tau with spectra shape(E) x probability(E). Phi_0 above 0 of each is the
/// share of its flavour; the fluence is that of all flavours.
Source solar_neutrinos(const SolarFlux& flux, const FlavourTables& probabilities);
Source solar_neutrinos(const SolarFlux& flux, const FlavourShares& shares);

}  // namespace nudipole::flux
