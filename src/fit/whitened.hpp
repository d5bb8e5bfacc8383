#pragma once

#include "nudipole/fit/minimise.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace nudipole::fit::detail {

/// Cholesky factor L of a positive definite matrix; of another one, the root of its diagonal.
Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& matrix);

/// The state of a fit at one point: gradient, curvature, and which parameters a bound holds.
struct LocalModel {
  std::vector<double> point;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd curvature;
  std::vector<Eigen::Index> free;  ///< parameters that no bound holds

  /// 1/2 g^T H^-1 g over the free parameters.
  [[nodiscard]] double distance() const;
};

/// Standard errors, by the curvature: closer than a rounding error.
inline constexpr double rounding_snap = 1.0e-9;

/// Evaluates objective and curvature at `point`. Parameters within `snap` standard errors of a
/// bound that the gradient pushes against are put onto the bound: that lowers the objective, but
/// for a curvature term of snap^2/2.
LocalModel local_model(const Problem& problem, std::vector<double> point,
                       double snap = rounding_snap);

/// The problem over the free parameters of a local model, in coordinates z with
/// free = point + C z and C C^T = H^-1. Points outside the box are evaluated at the nearest point
/// of the box plus a quadratic penalty, so that the objective stays finite.
class Whitened {
 public:
  Whitened(const Problem& problem, const LocalModel& model);

  [[nodiscard]] std::size_t dimension() const { return model_->free.size(); }
  /// The point of the box that belongs to z.
  [[nodiscard]] std::vector<double> point(std::span<const double> z) const;
  double operator()(std::span<const double> z, std::span<double> gradient_z) const;

 private:
  [[nodiscard]] Eigen::VectorXd step(std::span<const double> z) const;

  const Problem* problem_;
  const LocalModel* model_;
  Eigen::MatrixXd factor_;  ///< Cholesky factor of the free curvature
};

}  // namespace nudipole::fit::detail
