#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/config/table.hpp"
#include "nudipole/experiment/experiment.hpp"

#include <map>
#include <string>

/// Solar 8B neutrinos on xenon, as the library computes them and as an independent program does by
/// direct double integrals (tables of tests/reference).
namespace nudipole::test::xenon {

/// An experiment of the data tree.
experiment::Experiment load(const std::string& name,
                            const std::map<std::string, std::string>& options = {});

/// An analysis of one or more experiments, as in [a, b]; tau flavour, limits at 0.90.
campaign::Setup analyse(const std::string& experiments, const std::string& flavour = "tau",
                        const std::string& limits = "{confidence: [0.90], dof: [1]}",
                        const std::string& masses = "[1]");

/// A table of tests/reference.
config::Table reference_table(const std::string& name);

/// (1e-6 GeV^-1)^2 [mu_B^2].
double reference_x_mu_B2();

}  // namespace nudipole::test::xenon
