#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <memory>
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
  beyond = 5,              ///< not fitted: so far above the best fit that nobody asks
  not_wanted = 6,          ///< not fitted: its neighbours tell what it is
};

constexpr bool is_converged(FitStatus status) {
  return status == FitStatus::converged || status == FitStatus::converged_fallback;
}
std::string_view to_string(FitStatus status) noexcept;

/// Value of the objective; fills `gradient` [n] unless it is empty.
using Objective = std::function<double(std::span<const double> point, std::span<double> gradient)>;

/// Approximate Hessian [n, n] of the objective at a point, positive definite.
using Curvature = std::function<Eigen::MatrixXd(std::span<const double> point)>;

/// Which second derivatives are wanted.
enum class SecondDerivatives {
  exact,
  positive  ///< an approximation that is positive definite
};

/// Gradient [n] and Hessian [n, n] at a point, without the value of the objective, which often
/// costs more. False where the objective has no value.
using Derivatives = std::function<bool(std::span<const double> point, SecondDerivatives kind,
                                       std::span<double> gradient, Eigen::MatrixXd& hessian)>;

/// A smooth function of n parameters in a box.
struct Problem {
  Objective objective;        ///< finite in the whole box
  Curvature curvature;        ///< sets the scales and measures the distance to the minimum
  Derivatives derivatives{};  ///< for a start near the minimum; without them fits take longer
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

/// Finds the minimum of a smooth function in a box, from one start after another.
///
/// NLopt is what minimises and has the last word; its codes alone are not trusted: success always
/// means a small estimated distance to a minimum.
///
/// Where derivatives are given, a Newton iteration (fit/newton.hpp) goes ahead, and NLopt's L-BFGS
/// starts where it ended, in coordinates in which the curvature there is the unit matrix. As a rule
/// one evaluation then confirms the minimum. If the iteration gets nowhere, L-BFGS begins at the
/// start. It is repeated, in coordinates of the point reached, until the estimated distance is
/// negligible. If that fails, bounded SLSQP, truncated Newton and L-BFGS go on from the best point,
/// each followed by whitened runs. A minimum with a parameter at its bound may be a local one: then
/// another algorithm tries again from the start, and the lower of the two counts. A bounded run
/// that leaves the domain of the objective (NumericalError) counts as failed.
class Minimiser {
 public:
  Minimiser(Problem problem, const Settings& settings);
  ~Minimiser();
  Minimiser(Minimiser&&) noexcept;
  Minimiser& operator=(Minimiser&&) noexcept;
  Minimiser(const Minimiser&) = delete;
  Minimiser& operator=(const Minimiser&) = delete;

  /// \param start  [n], inside the box
  /// \throws whatever the objective throws, except as above, unchanged
  Result from(std::span<const double> start);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The minimum from the problem's own start.
Result minimise(const Problem& problem, const Settings& settings);

}  // namespace nudipole::fit
