#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nudipole::fit {

/// Which NLopt algorithm works first. `automatic`: L-BFGS in coordinates in which the curvature is
/// the unit matrix.
enum class Algorithm { automatic, lbfgs, slsqp, tnewton, mma };

std::string_view to_string(Algorithm algorithm) noexcept;
std::optional<Algorithm> parse_algorithm(std::string_view text) noexcept;

/// How a fit ended; the codes are stored in result files.
enum class FitStatus : std::int8_t {
  not_done = -1,
  converged = 0,           ///< first algorithm, verified
  converged_fallback = 1,  ///< verified minimum found by a second algorithm or start
  not_converged = 2,       ///< best point known, but not verified as a minimum
  failed = 3,              ///< the objective could not be evaluated; no value
  not_applicable = 4,      ///< there is nothing to fit: the result is a bound, not a likelihood
};

constexpr bool is_converged(FitStatus status) {
  return status == FitStatus::converged || status == FitStatus::converged_fallback;
}
std::string_view to_string(FitStatus status) noexcept;

/// Value of the objective; fills `gradient` [n] unless it is empty.
using Objective = std::function<double(std::span<const double> point, std::span<double> gradient)>;

/// Approximate Hessian [n, n] of the objective at a point, positive definite.
using Curvature = std::function<Eigen::MatrixXd(std::span<const double> point)>;

/// A smooth function of n parameters in a box.
struct Problem {
  Objective objective;        ///< finite in the whole box
  Curvature curvature;        ///< sets the scales and measures the distance to the minimum
  std::vector<double> start;  ///< [n], inside the box
  std::vector<double> lower;  ///< [n]
  std::vector<double> upper;  ///< [n]
};

/// How exact a fit is, and when it gives up.
struct Settings {
  Algorithm algorithm = Algorithm::automatic;
  double tolerance = 1.0e-10;  ///< relative change of the objective at which a fit stops
  int max_evaluations = 2000;  ///< of each NLopt run
};

/// The lowest point that was found, and what it is worth.
struct Result {
  std::vector<double> point;  ///< [n]
  double value = 0.0;
  FitStatus status = FitStatus::not_converged;
  int evaluations = 0;
  /// Estimated distance to the minimum, 1/2 g^T H^-1 g over the parameters that are not held by a
  /// bound.
  double distance = 0.0;
};

/// Minimum of a smooth function in a box.
///
/// First minimises over the parameters that no bound holds, in coordinates in which the curvature
/// at the present point is the unit matrix (NLopt's L-BFGS), and repeats that from the point
/// reached until its estimated distance to the minimum is negligible. If that fails, bounded SLSQP,
/// truncated Newton and L-BFGS go on from the best point, each followed by whitened runs. NLopt's
/// codes alone are not trusted: success always means a small estimated distance to a minimum. A
/// minimum with a parameter at its bound may be a local one: then another algorithm tries again
/// from the start, and the lower of the two counts. A bounded run that leaves the domain of the
/// objective (NumericalError) counts as failed. \throws whatever else the objective throws,
/// unchanged
Result minimise(const Problem& problem, const Settings& settings);

}  // namespace nudipole::fit
