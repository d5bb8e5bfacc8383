#pragma once

#include "nudipole/config/table.hpp"
#include "nudipole/experiment/experiment.hpp"

#include <Eigen/Core>

#include <map>
#include <string>

/// Dresden-II twice: as the library computes it, and as the independent program in
/// tests/reference/independent does, by direct double integrals. 130 bins of 10 eV, events per day.
namespace nudipole::test::dresden_ii {

/// (1e-10 mu_B)^2, the squared coupling of the reference's dipole events [mu_B^2].
inline constexpr double reference_x_mu_B2 = 1e-20;

using Options = std::map<std::string, std::string>;

/// The experiment with some options; loaded once.
const experiment::Experiment& library(const Options& options);

/// Options written as in the reference table: "default", or "spectra=huber truncation=off".
Options parse_options(const std::string& text);

/// A table of tests/reference.
config::Table reference_table(const std::string& name);

/// A column of dresden_ii_events.csv.
Eigen::ArrayXd reference_events(const std::string& column);

}  // namespace nudipole::test::dresden_ii
