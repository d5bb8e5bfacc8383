#pragma once

#include "nudipole/fit/minimise.hpp"
#include "whitened.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <span>
#include <vector>

namespace nudipole::fit::detail {

/// Newton's iteration in a box, for a start value near the minimum and for coordinates in which the
/// curvature there is the unit matrix. It needs derivatives only, not the value of the objective,
/// and judges nothing: what it finds is for a minimiser to confirm.
///
/// Steps are those of the exact Hessian over the parameters that no bound holds; where that is not
/// positive definite, of the positive one. A step ends at the box. It is shortened until the slope
/// along it has not turned by more than half of what it was, which for a convex function means that
/// the value has fallen. Memory is taken once.
class Newton {
 public:
  /// \param problem  with derivatives; must outlive this
  explicit Newton(const Problem& problem);

  /// \return false when it has got nowhere in so many evaluations
  bool descend(std::span<const double> start, int max_evaluations);

  /// The point reached, with the Hessian and the held parameters one step before.
  [[nodiscard]] const LocalModel& model() const { return model_; }
  /// Evaluations of derivatives in the last descent.
  [[nodiscard]] int evaluations() const { return evaluations_; }

 private:
  bool evaluate(const std::vector<double>& point, SecondDerivatives kind);
  /// Finds the step and 1/2 g^T H^-1 g. \return false without a positive definite Hessian
  bool prepare_step();
  bool factorise();
  /// Goes along the step as far as the slope allows. \return false when it gets nowhere
  bool advance();

  const Problem* problem_;
  LocalModel model_;
  Eigen::VectorXd gradient_;  ///< at the latest point, of all parameters
  Eigen::MatrixXd hessian_;
  Eigen::MatrixXd flat_;
  Eigen::LLT<Eigen::MatrixXd> factorisation_;
  Eigen::VectorXd step_;
  std::vector<double> end_;
  std::vector<double> trial_;
  double distance_ = 0.0;
  int evaluations_ = 0;
};

}  // namespace nudipole::fit::detail
