#pragma once

#include "nudipole/campaign/setup.hpp"
#include "support/reference_tables.hpp"

#include <string>

/// Solar 8B neutrinos on xenon, as the library computes them and as an independent program does by
/// direct double integrals (tables of tests/reference).
namespace nudipole::test::xenon {

using test::load;
using test::reference_table;

/// An analysis of one or more experiments, as in [a, b]; tau flavour, limits at 0.90.
campaign::Setup analyse(const std::string& experiments, const std::string& flavour = "tau",
                        const std::string& limits = "{confidence: [0.90], dof: [1]}",
                        const std::string& masses = "[1]");

/// (1e-6 GeV^-1)^2 [mu_B^2].
double reference_x_mu_B2();

}  // namespace nudipole::test::xenon
