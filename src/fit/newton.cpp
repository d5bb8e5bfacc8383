#include "newton.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::fit::detail {
namespace {

constexpr int most_evaluations = 100;
constexpr int most_shortenings = 12;
/// From here a step leads to within rounding of the minimum: its own error is of the order of the
/// square of the distance.
constexpr double close = 1.0e-7;

/// How a step of t is shortened whose slopes at both ends are known: towards the zero between.
double shortened(double t, double slope_at_start, double slope_at_end) {
  const double zero = slope_at_start / (slope_at_start - slope_at_end);
  return t * std::clamp(zero, 0.1, 0.7);
}

}  // namespace

Newton::Newton(const Problem& problem)
    : problem_(&problem),
      model_{.point = problem.start,
             .held = std::vector<bool>(problem.start.size()),
             .gradient = Eigen::VectorXd(static_cast<Eigen::Index>(problem.start.size())),
             .stiffness = Eigen::VectorXd(static_cast<Eigen::Index>(problem.start.size())),
             .factor = {}},
      gradient_(model_.gradient.size()),
      hessian_(gradient_.size(), gradient_.size()),
      flat_(gradient_.size(), gradient_.size()),
      factorisation_(gradient_.size()),
      step_(gradient_.size()),
      end_(problem.start.size()),
      trial_(problem.start.size()) {
  model_.factor = hessian_;
}

bool Newton::evaluate(const std::vector<double>& point, SecondDerivatives kind) {
  ++evaluations_;
  return problem_->derivatives(point, kind, {gradient_.data(), point.size()}, hessian_) &&
         gradient_.allFinite();
}

bool Newton::factorise() {
  flat_ = hessian_;
  model_.gradient = gradient_;
  model_.stiffness = hessian_.diagonal();
  flatten(model_.held, model_.gradient, flat_);
  factorisation_.compute(flat_);
  return factorisation_.info() == Eigen::Success && factorisation_.matrixLLT().allFinite();
}

bool Newton::prepare_step() {
  const std::vector<double>& point = model_.point;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double slope = gradient_(static_cast<Eigen::Index>(i));
    model_.held[i] = (point[i] <= problem_->lower[i] && slope >= 0.0) ||
                     (point[i] >= problem_->upper[i] && slope <= 0.0);
  }
  if (!factorise() && !(evaluate(point, SecondDerivatives::positive) && factorise())) return false;
  model_.factor = factorisation_.matrixLLT();
  step_ = -model_.gradient;
  factorisation_.solveInPlace(step_);
  distance_ = -0.5 * model_.gradient.dot(step_);
  for (std::size_t i = 0; i < point.size(); ++i) {
    end_[i] = model_.held[i] ? point[i]
                             : std::clamp(point[i] + step_(static_cast<Eigen::Index>(i)),
                                          problem_->lower[i], problem_->upper[i]);
  }
  return std::isfinite(distance_);
}

bool Newton::advance() {
  const auto slope_along = [this](const Eigen::VectorXd& gradient) {
    double sum = 0.0;
    for (std::size_t i = 0; i < end_.size(); ++i) {
      sum += gradient(static_cast<Eigen::Index>(i)) * (end_[i] - model_.point[i]);
    }
    return sum;
  };
  const double at_start = slope_along(model_.gradient);
  if (!(at_start < 0.0)) return false;
  double t = 1.0;
  for (int i = 0; i < most_shortenings; ++i) {
    for (std::size_t k = 0; k < trial_.size(); ++k) {
      trial_[k] = t == 1.0 ? end_[k] : model_.point[k] + t * (end_[k] - model_.point[k]);
    }
    constexpr double into_the_domain = 0.25;
    if (!evaluate(trial_, SecondDerivatives::exact)) {
      t *= into_the_domain;
      continue;
    }
    const double at_end = slope_along(gradient_);
    if (at_end <= -0.5 * at_start) {
      std::swap(model_.point, trial_);
      return true;
    }
    t = shortened(t, at_start, at_end);
  }
  return false;
}

bool Newton::descend(std::span<const double> start, int max_evaluations) {
  evaluations_ = 0;
  model_.point.assign(start.begin(), start.end());
  if (!evaluate(model_.point, SecondDerivatives::exact)) return false;
  while (evaluations_ < std::min(most_evaluations, max_evaluations)) {
    if (!prepare_step()) return false;
    if (distance_ <= close) {
      std::swap(model_.point, end_);
      return true;
    }
    if (!advance()) return false;
  }
  return false;
}

}  // namespace nudipole::fit::detail
