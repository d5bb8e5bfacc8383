#include "whitened.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

namespace nudipole::fit::detail {

Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& matrix) {
  const Eigen::LLT<Eigen::MatrixXd> factorisation{matrix};
  if (factorisation.info() == Eigen::Success) return factorisation.matrixL();
  return matrix.diagonal().cwiseMax(1.0e-12).cwiseSqrt().asDiagonal();
}

bool LocalModel::all_held() const {
  return std::ranges::all_of(held, [](bool is_held) { return is_held; });
}

double LocalModel::distance() const {
  return 0.5 * factor.triangularView<Eigen::Lower>().solve(gradient).squaredNorm();
}

void flatten(const std::vector<bool>& held, Eigen::VectorXd& gradient, Eigen::MatrixXd& curvature) {
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (!held[i]) continue;
    const auto k = static_cast<Eigen::Index>(i);
    gradient(k) = 0.0;
    curvature.row(k).setZero();
    curvature.col(k).setZero();
    curvature(k, k) = 1.0;
  }
}

LocalModel local_model(const Problem& problem, std::vector<double> point, double snap) {
  LocalModel model{.point = {},
                   .held = std::vector<bool>(point.size()),
                   .gradient = Eigen::VectorXd(static_cast<Eigen::Index>(point.size())),
                   .stiffness = {},
                   .factor = {}};
  Eigen::MatrixXd curvature = problem.curvature(point);
  model.stiffness = curvature.diagonal();
  problem.objective(point, {model.gradient.data(), point.size()});
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const double near = snap / std::sqrt(std::max(model.stiffness(k), 1.0e-300));
    if (point[i] <= problem.lower[i] + near && model.gradient(k) >= 0.0) {
      point[i] = problem.lower[i];
      model.held[i] = true;
    } else if (point[i] >= problem.upper[i] - near && model.gradient(k) <= 0.0) {
      point[i] = problem.upper[i];
      model.held[i] = true;
    }
  }
  flatten(model.held, model.gradient, curvature);
  model.factor = cholesky_factor(curvature);
  model.point = std::move(point);
  return model;
}

Whitened::Whitened(const Problem& problem, const LocalModel& model)
    : problem_(&problem),
      model_(&model),
      step_(model.gradient.size()),
      inside_(model.point.size()),
      gradient_(model.gradient.size()) {}

const std::vector<double>& Whitened::point(std::span<const double> z) {
  step_ = Eigen::VectorXd::Map(z.data(), step_.size());
  model_->factor.transpose().triangularView<Eigen::Upper>().solveInPlace(step_);
  for (std::size_t i = 0; i < inside_.size(); ++i) {
    const double moved =
        model_->held[i] ? model_->point[i] : model_->point[i] + step_(static_cast<Eigen::Index>(i));
    inside_[i] = std::clamp(moved, problem_->lower[i], problem_->upper[i]);
  }
  return inside_;
}

bool Whitened::is_inside(std::span<const double> z) {
  (void)point(z);
  for (std::size_t i = 0; i < inside_.size(); ++i) {
    if (model_->held[i]) continue;
    if (inside_[i] != model_->point[i] + step_(static_cast<Eigen::Index>(i))) return false;
  }
  return true;
}

double Whitened::operator()(std::span<const double> z, std::span<double> gradient_z) {
  (void)point(z);
  double value = problem_->objective(inside_, {gradient_.data(), inside_.size()});
  for (std::size_t i = 0; i < inside_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    if (model_->held[i]) {
      gradient_(k) = 0.0;
      continue;
    }
    const double excess = model_->point[i] + step_(k) - inside_[i];
    if (excess == 0.0) continue;
    const double stiffness = model_->stiffness(k);
    value += 0.5 * stiffness * excess * excess;
    gradient_(k) = stiffness * excess;
  }
  model_->factor.triangularView<Eigen::Lower>().solveInPlace(gradient_);
  Eigen::VectorXd::Map(gradient_z.data(), gradient_.size()) = gradient_;
  return value;
}

}  // namespace nudipole::fit::detail
