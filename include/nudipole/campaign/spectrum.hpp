#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/covariance.hpp"
#include "nudipole/math/binning.hpp"

#include <Eigen/Core>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// Where the nuisances of a likelihood stand, and how well they are known.
struct NuisanceState {
  std::vector<double> pulls;
  Eigen::MatrixXd covariance;  ///< of the pulls; rows of what is taken as known are 0
};

/// Before any fit: at their centres, known as well as their priors say. Free ones are taken as
/// known.
NuisanceState before_fit(const likelihood::Joint& joint);

/// Events of one process in every bin.
struct ProcessEvents {
  std::string name;
  Eigen::ArrayXd events;  ///< [bin]
  /// [bin] One standard deviation: what the nuisances allow for a prediction, the scatter of data.
  Eigen::ArrayXd uncertainty;
  Eigen::ArrayXd residual;  ///< [bin] of data against the total, likelihood::residuals; else NaN
};

/// Expected and measured events of one experiment: Standard Model scattering, the portal's, the
/// backgrounds, the total, and the data. A bound has signals and their total.
struct Spectrum {
  std::string experiment;
  math::Binning binning;
  std::vector<ProcessEvents> processes;
};

/// Spectra of all experiments at one mass.
/// \param squares_mu_B2  d^2 of each coupling of the configuration
/// \param nuisances  of the joint likelihood; without meaning for a bound
/// \param along      sums over all axes but this one; nothing: the bins as they are. Uncertainties
///                   are those of the sums
/// \throws ConfigError when an experiment has no such axis
std::vector<Spectrum> spectra(const Setup& setup, double mass_MeV,
                              std::span<const double> squares_mu_B2, const NuisanceState& nuisances,
                              const std::optional<std::string>& along);

}  // namespace nudipole::campaign
