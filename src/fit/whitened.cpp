#include "whitened.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

namespace nudipole::fit::detail {
namespace {

Eigen::MatrixXd restricted(const Eigen::MatrixXd& matrix, const std::vector<Eigen::Index>& free) {
  return matrix(free, free);
}

}  // namespace

Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& matrix) {
  const Eigen::LLT<Eigen::MatrixXd> factorisation{matrix};
  if (factorisation.info() == Eigen::Success) return factorisation.matrixL();
  return matrix.diagonal().cwiseMax(1.0e-12).cwiseSqrt().asDiagonal();
}

double LocalModel::distance() const {
  if (free.empty()) return 0.0;
  const Eigen::MatrixXd factor = cholesky_factor(restricted(curvature, free));
  const Eigen::VectorXd slope = gradient(free);
  return 0.5 * factor.triangularView<Eigen::Lower>().solve(slope).squaredNorm();
}

LocalModel local_model(const Problem& problem, std::vector<double> point, double snap) {
  LocalModel model;
  model.gradient.resize(static_cast<Eigen::Index>(point.size()));
  model.curvature = problem.curvature(point);
  problem.objective(point, {model.gradient.data(), point.size()});
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const double near = snap / std::sqrt(std::max(model.curvature(k, k), 1.0e-300));
    if (point[i] <= problem.lower[i] + near && model.gradient(k) >= 0.0) {
      point[i] = problem.lower[i];
    } else if (point[i] >= problem.upper[i] - near && model.gradient(k) <= 0.0) {
      point[i] = problem.upper[i];
    } else {
      model.free.push_back(k);
    }
  }
  model.point = std::move(point);
  return model;
}

Whitened::Whitened(const Problem& problem, const LocalModel& model)
    : problem_(&problem),
      model_(&model),
      factor_(cholesky_factor(restricted(model.curvature, model.free))) {}

Eigen::VectorXd Whitened::step(std::span<const double> z) const {
  const Eigen::Map<const Eigen::VectorXd> coordinates{z.data(),
                                                      static_cast<Eigen::Index>(z.size())};
  return factor_.transpose().triangularView<Eigen::Upper>().solve(coordinates);
}

std::vector<double> Whitened::point(std::span<const double> z) const {
  const Eigen::VectorXd by = step(z);
  std::vector<double> result = model_->point;
  for (Eigen::Index k = 0; k < by.size(); ++k) {
    const auto i = static_cast<std::size_t>(model_->free[static_cast<std::size_t>(k)]);
    result[i] = std::clamp(result[i] + by(k), problem_->lower[i], problem_->upper[i]);
  }
  return result;
}

double Whitened::operator()(std::span<const double> z, std::span<double> gradient_z) const {
  const Eigen::VectorXd by = step(z);
  const std::vector<double> inside = point(z);
  Eigen::VectorXd gradient(static_cast<Eigen::Index>(inside.size()));
  double value = problem_->objective(inside, {gradient.data(), inside.size()});
  Eigen::VectorXd free_gradient = gradient(model_->free);
  for (Eigen::Index k = 0; k < by.size(); ++k) {
    const Eigen::Index parameter = model_->free[static_cast<std::size_t>(k)];
    const auto i = static_cast<std::size_t>(parameter);
    const double excess = model_->point[i] + by(k) - inside[i];
    if (excess == 0.0) continue;
    const double stiffness = model_->curvature(parameter, parameter);
    value += 0.5 * stiffness * excess * excess;
    free_gradient(k) = stiffness * excess;
  }
  Eigen::Map<Eigen::VectorXd>{gradient_z.data(), free_gradient.size()} =
      factor_.triangularView<Eigen::Lower>().solve(free_gradient);
  return value;
}

}  // namespace nudipole::fit::detail
