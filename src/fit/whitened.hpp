#pragma once

#include "nudipole/fit/minimise.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace nudipole::fit::detail {

/// Cholesky factor L of a positive definite matrix; of another one, the root of its diagonal.
Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& matrix);

/// The state of a fit at one point. What concerns a parameter that a bound holds counts as flat:
/// slope 0, curvature 1, no correlation.
struct LocalModel {
  std::vector<double> point;
  std::vector<bool> held;  ///< by a bound that the gradient pushes against
  Eigen::VectorXd gradient;
  Eigen::VectorXd stiffness;  ///< diagonal of the curvature
  Eigen::MatrixXd factor;     ///< Cholesky factor of the curvature

  [[nodiscard]] bool all_held() const;
  /// 1/2 g^T H^-1 g.
  [[nodiscard]] double distance() const;
};

/// Makes what concerns held parameters flat.
void flatten(const std::vector<bool>& held, Eigen::VectorXd& gradient, Eigen::MatrixXd& curvature);

/// Standard errors, by the curvature: closer than a rounding error.
inline constexpr double rounding_snap = 1.0e-9;

/// Evaluates objective and curvature at `point`. Parameters within `snap` standard errors of a
/// bound that the gradient pushes against are put onto the bound: that lowers the objective, but
/// for a curvature term of snap^2/2.
LocalModel local_model(const Problem& problem, std::vector<double> point,
                       double snap = rounding_snap);

/// The problem in coordinates z with point = model point + L^-T z, in which the curvature of the
/// local model is the unit matrix. Points outside the box are evaluated at the nearest point of the
/// box plus a quadratic penalty, so that the objective stays finite. Takes memory once.
class Whitened {
 public:
  /// \param problem, model  must outlive this
  Whitened(const Problem& problem, const LocalModel& model);

  [[nodiscard]] std::size_t dimension() const { return model_->point.size(); }
  /// The point of the box that belongs to z.
  const std::vector<double>& point(std::span<const double> z);
  double operator()(std::span<const double> z, std::span<double> gradient_z);
  /// Whether z belongs to a point of the box itself.
  [[nodiscard]] bool is_inside(std::span<const double> z);

 private:
  const Problem* problem_;
  const LocalModel* model_;
  Eigen::VectorXd step_;
  std::vector<double> inside_;
  Eigen::VectorXd gradient_;
};

}  // namespace nudipole::fit::detail
