#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <string>
#include <utility>
#include <vector>

/// Axes and fields that results of scans are made of.
namespace nudipole::campaign::detail {

using Flags = std::vector<std::pair<int, std::string>>;

/// How a fit ended, and what a limit is worth, as codes of a field.
Flags fit_flags();
Flags limit_flags();

/// Axis `experiment`: the experiments by themselves, if the configuration wants their limits, and
/// `joint` as the last entry.
labelled::Axis experiment_axis(const Setup& setup);
/// Axes that all scans have: mass [MeV], experiment, confidence, dof.
void add_common_axes(const Setup& setup, std::vector<double> masses_MeV, labelled::Dataset& data);
/// Fields limit [mass, experiment, confidence, dof] and limit_status; after experiment also
/// [parameter, others] where the dataset has these axes.
void add_limits(labelled::Dataset& data, labelled::FieldRole role_of_status,
                const Flags& flags = limit_flags());

/// A grid without results:
///   axes    mass [MeV], coupling [mu_B], experiment, term, nuisance, confidence, dof; of several
///           couplings coupling_<flavour> for each that is mapped, parameter, others
///   fields  per grid point   minus_two_log_l, fit_status, fit_evaluations, nuisance_value,
///                            contribution (by term), prior
///           per mass and experiment  best_minus_two_log_l, best_coupling, best_status, limit,
///                            limit_status; where N that decay are removed excluded_to
///           per mass         best_nuisance_value (of joint); where the configuration wants it
///                            expected_limit [mass, confidence, dof, sigma] (of joint)
///           others           coupling_per_GeV, nuisance_centre, nuisance_width, standard_model
labelled::Dataset make_grid_dataset(const Setup& setup, std::vector<double> masses_MeV);

}  // namespace nudipole::campaign::detail
