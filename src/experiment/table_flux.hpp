#pragma once

#include "nudipole/experiment/factories.hpp"

#include <vector>

namespace nudipole::experiment::detail {

/// Neutrinos given by tables of an experiment's own: kind `table` of a flux section.
///
///     kind: table
///     exposure_days: 119
///     components:
///       - {kind: spectrum, name: nubar_e, flavour: e, helicity: antineutrino,
///          table: flux.csv, column: reactor}              # [1/cm2/s/MeV], straight lines
///       - {kind: lines, name: nu_e, flavour: e, helicity: neutrino, table: lines.csv,
///          column: flux}                                  # [1/cm2/s], one row a line
std::vector<config::Key> table_flux_keys();
flux::Source table_flux(const config::Section& section, const Context& context);

}  // namespace nudipole::experiment::detail
