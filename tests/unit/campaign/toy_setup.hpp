#pragma once

#include "nudipole/campaign/setup.hpp"

#include <memory>
#include <string>

namespace nudipole::test {

/// A scan configuration of the made-up detector. `masses` and `couplings` are the YAML of their
/// sections.
std::string toy_yaml(const std::string& masses = "{values_MeV: [1, 10, 29.8]}",
                     const std::string& couplings = "{from_mu_B: 1e-10, to_mu_B: 1e-7, points: 8}");

/// The setup of such a configuration; the detector's files are gone when it returns.
std::shared_ptr<const campaign::Setup> toy_setup(const std::string& yaml = toy_yaml());

}  // namespace nudipole::test
