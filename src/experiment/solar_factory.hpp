#pragma once

#include "nudipole/experiment/factories.hpp"

#include <string>

namespace nudipole::experiment::detail {

/// Total 8B neutrino flux [1/cm2/s] of a determination named in fluxes/solar_flux.csv.
/// \param key  key of `section` that holds the name, for messages
double boron8_flux_per_cm2_s(const config::Section& section, const std::string& key,
                             const Context& context);

/// Neutrinos of solar 8B decays: kind `solar_8b` of a flux section.
std::vector<config::Key> solar_8b_keys();
flux::Source solar_8b(const config::Section& section, const Context& context);

/// Neutrinos of any of the Sun's sources, each an origin by its own name: kind `solar`. A source is
/// a spectrum, fluxes/solar_<name>.csv with energy, shape and flavour probabilities, or lines, rows
/// of fluxes/solar_lines.csv; that of 8B has the files of kind `solar_8b`.
std::vector<config::Key> solar_keys();
flux::Source solar(const config::Section& section, const Context& context);

}  // namespace nudipole::experiment::detail
