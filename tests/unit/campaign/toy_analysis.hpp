#pragma once

#include "nudipole/scan/analysis.hpp"
#include "nudipole/scan/unit.hpp"

#include <string>

namespace nudipole::test {

/// A scan configuration of the made-up detector. `masses` and `couplings` are the YAML of their
/// sections.
std::string toy_yaml(const std::string& masses = "{values_MeV: [1, 10, 29.8]}",
                     const std::string& couplings = "{from_mu_B: 1e-10, to_mu_B: 1e-7, points: 8}");

/// The analysis of such a configuration; the detector's files are gone when it returns.
scan::Analysis toy_analysis(const std::string& yaml = toy_yaml());

/// A record that no fit made, with every number different.
scan::FitRecord made_up_record(const scan::Analysis& analysis, double seed);
/// A result of `unit` without any computing.
scan::UnitResult made_up_result(const scan::Analysis& analysis, const scan::Unit& unit);

}  // namespace nudipole::test
