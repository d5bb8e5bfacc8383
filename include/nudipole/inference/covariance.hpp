#pragma once

#include "nudipole/inference/profile.hpp"
#include "nudipole/likelihood/joint.hpp"
#include "nudipole/prediction/signal.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace nudipole::inference {

/// What a fit was about: the likelihood, its signals and the data.
struct FittedModel {
  const likelihood::Joint& joint;
  const prediction::Signals& signals;
  const likelihood::Observation& observation;
};

/// Which parameters of interest a fit has found itself; the others were given.
enum class PoiState { given, fitted };

/// Covariance of the parameters of a fit: twice the inverse of the matrix of second derivatives of
/// -2 ln L at its minimum (observed information), by central differences of the analytic gradient.
///
/// Parameters of interest that were given, those at 0, fixed nuisances and nuisances at a bound are
/// held: their rows and columns are 0.
struct Covariance {
  /// [parameter, parameter], parameters counted [parameters of interest..., pulls...].
  Eigen::MatrixXd matrix;
  std::vector<std::size_t> free;  ///< parameters that are not held

  [[nodiscard]] double error(std::size_t parameter) const;
  /// Between two parameters that are not held, in [-1, 1].
  [[nodiscard]] double correlation(std::size_t one, std::size_t other) const;
  /// The part that belongs to the pulls [nuisance, nuisance].
  [[nodiscard]] Eigen::MatrixXd of_pulls(std::size_t nuisances) const;
};

/// \param point  the fit
/// \throws NumericalError when the second derivatives are not positive definite: no minimum, or
///         parameters that the data do not tell apart
Covariance covariance(const FittedModel& model, const ProfilePoint& point, PoiState pois);

}  // namespace nudipole::inference
