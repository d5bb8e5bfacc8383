#pragma once

#include "support/reference_tables.hpp"

#include <string>

/// Dresden-II twice: as the library computes it, and as the independent program in
/// tests/reference/independent does, by direct double integrals. 130 bins of 10 eV, events per day.
namespace nudipole::test::dresden_ii {

/// (1e-10 mu_B)^2, the squared coupling of the reference's dipole events [mu_B^2].
inline constexpr double reference_x_mu_B2 = 1e-20;

using test::Options;
using test::parse_options;
using test::reference_table;

/// The experiment with some options; loaded once.
inline const experiment::Experiment& library(const Options& options) {
  return load("dresden_ii", options);
}

/// A column of dresden_ii_events.csv.
inline Eigen::ArrayXd reference_events(const std::string& column) {
  const config::Table table = reference_table("dresden_ii_events.csv");
  const auto events = table.column(column, "1/day");
  return Eigen::Map<const Eigen::ArrayXd>(events.data(), static_cast<Eigen::Index>(events.size()));
}

}  // namespace nudipole::test::dresden_ii
