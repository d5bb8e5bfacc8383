#pragma once

#include "nudipole/config/table.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"

#include <map>
#include <string>
#include <vector>

namespace nudipole::test {

/// A table of tests/reference.
config::Table reference_table(const std::string& name);

using Options = std::map<std::string, std::string>;

/// Options written as in a table: "default", or "spectra=huber truncation=off".
Options parse_options(const std::string& text);

/// An experiment of the project's data with options; each is built once, and stays.
const experiment::Experiment& load(const std::string& name, const Options& options = {},
                                   const math::PanelSettings& panels = {});

/// Portal events at d = 1e-9 mu_B [bin, variant].
Eigen::ArrayXXd portal_at_1e9(const experiment::Experiment& experiment, double mass_MeV,
                              const std::string& flavour);

/// What is asked of fits and limits.
struct LimitTolerances {
  double chi2;   ///< absolute
  double best;   ///< of the coupling at the minimum, relative
  double limit;  ///< relative
};

/// Compares fits and limits with a row of a table: columns chi2_sm, chi2_min, d_best, d_limit_2.71
/// and d_limit_4.61, couplings in mu_B or 1/GeV.
/// \return the best fit
inference::ProfilePoint check_fits(const config::Table& table, std::size_t row,
                                   const inference::Profile& profile,
                                   const LimitTolerances& tolerances);

/// Compares every row of a table of limits; its columns: one for each option, flavour, mass, and
/// those of `check_fits`.
/// \return rows that were compared
std::size_t check_limits(const std::string& experiment, const std::string& table,
                         const std::vector<std::string>& options, const Options& fixed_options,
                         const LimitTolerances& tolerances);

/// Compares the analytic gradient of -2 ln L with central differences at random couplings and pulls
/// inside +-1.5.
void check_gradient(const experiment::Experiment& experiment, double mass_MeV,
                    const std::string& flavour);

}  // namespace nudipole::test
