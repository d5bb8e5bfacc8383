#include "nudipole/fit/minimise.hpp"

#include "nlopt_driver.hpp"
#include "nudipole/core/error.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace nudipole::fit {
namespace {

using Vector = Eigen::VectorXd;

constexpr std::array algorithm_names{
    std::pair{Algorithm::automatic, std::string_view{"auto"}},
    std::pair{Algorithm::lbfgs, std::string_view{"lbfgs"}},
    std::pair{Algorithm::slsqp, std::string_view{"slsqp"}},
    std::pair{Algorithm::tnewton, std::string_view{"tnewton"}},
    std::pair{Algorithm::mma, std::string_view{"mma"}}};

nlopt_algorithm nlopt_code(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::slsqp: return NLOPT_LD_SLSQP;
    case Algorithm::tnewton: return NLOPT_LD_TNEWTON_PRECOND_RESTART;
    case Algorithm::mma: return NLOPT_LD_MMA;
    case Algorithm::automatic:
    case Algorithm::lbfgs: break;
  }
  return NLOPT_LD_LBFGS;
}

/// Cholesky factor of the curvature; an indefinite one is replaced by its diagonal.
Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& curvature) {
  const Eigen::LLT<Eigen::MatrixXd> factorisation{curvature};
  if (factorisation.info() == Eigen::Success) return factorisation.matrixL();
  return curvature.diagonal().cwiseMax(1.0e-12).cwiseSqrt().asDiagonal();
}

/// Estimated distance to the minimum over the parameters that no bound holds.
double estimated_distance(const Problem& problem, const std::vector<double>& point) {
  const std::size_t n = point.size();
  std::vector<double> gradient(n);
  problem.objective(point, gradient);
  std::vector<Eigen::Index> free;
  for (std::size_t i = 0; i < n; ++i) {
    const bool held = (point[i] <= problem.lower[i] && gradient[i] >= 0.0) ||
                      (point[i] >= problem.upper[i] && gradient[i] <= 0.0);
    if (!held) free.push_back(static_cast<Eigen::Index>(i));
  }
  if (free.empty()) return 0.0;
  const auto size = static_cast<Eigen::Index>(free.size());
  Eigen::MatrixXd curvature(size, size);
  Vector slope(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    slope(i) = gradient[static_cast<std::size_t>(free[static_cast<std::size_t>(i)])];
    for (Eigen::Index j = 0; j < size; ++j) {
      curvature(i, j) = problem.curvature(free[static_cast<std::size_t>(i)],
                                          free[static_cast<std::size_t>(j)]);
    }
  }
  const Eigen::MatrixXd factor = cholesky_factor(curvature);
  return 0.5 * factor.triangularView<Eigen::Lower>().solve(slope).squaredNorm();
}

/// The problem in coordinates z with point = start + C z, C C^T = curvature^-1. Points outside the
/// box are evaluated at the nearest point of the box plus a smooth penalty, so that the objective
/// stays finite.
class WhitenedObjective {
 public:
  explicit WhitenedObjective(const Problem& problem)
      : problem_(&problem), factor_(cholesky_factor(problem.curvature)) {}

  [[nodiscard]] std::vector<double> point(std::span<const double> z) const {
    const Eigen::Map<const Vector> coordinates{z.data(), static_cast<Eigen::Index>(z.size())};
    const Vector step = factor_.transpose().triangularView<Eigen::Upper>().solve(coordinates);
    std::vector<double> result = problem_->start;
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] += step(static_cast<Eigen::Index>(i));
    }
    return result;
  }

  double operator()(std::span<const double> z, std::span<double> gradient_z) const {
    const std::vector<double> unbounded = point(z);
    std::vector<double> inside = unbounded;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      inside[i] = std::clamp(inside[i], problem_->lower[i], problem_->upper[i]);
    }
    Vector gradient(static_cast<Eigen::Index>(inside.size()));
    double value = problem_->objective(inside, {gradient.data(), inside.size()});
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const double excess = unbounded[i] - inside[i];
      if (excess == 0.0) continue;
      const auto k = static_cast<Eigen::Index>(i);
      const double stiffness = problem_->curvature(k, k);
      value += 0.5 * stiffness * excess * excess;
      gradient(k) = stiffness * excess;
    }
    Eigen::Map<Vector>{gradient_z.data(), gradient.size()} =
        factor_.triangularView<Eigen::Lower>().solve(gradient);
    return value;
  }

 private:
  const Problem* problem_;
  Eigen::MatrixXd factor_;
};

bool is_inside(const Problem& problem, const std::vector<double>& point) {
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (point[i] < problem.lower[i] || point[i] > problem.upper[i]) return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(Algorithm algorithm) noexcept {
  for (const auto& [value, name] : algorithm_names) {
    if (value == algorithm) return name;
  }
  return "?";
}

std::optional<Algorithm> parse_algorithm(std::string_view text) noexcept {
  for (const auto& [value, name] : algorithm_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view to_string(FitStatus status) noexcept {
  switch (status) {
    case FitStatus::not_done: return "not_done";
    case FitStatus::converged: return "converged";
    case FitStatus::converged_fallback: return "converged_fallback";
    case FitStatus::not_converged: return "not_converged";
    case FitStatus::failed: break;
  }
  return "failed";
}

Result minimise(const Problem& problem, const Settings& settings) {
  Result best{.point = problem.start};
  if (problem.start.empty()) {
    best.value = problem.objective({}, {});
    best.status = FitStatus::converged;
    best.evaluations = 1;
    return best;
  }

  const auto take = [&](std::vector<double> point, double value) {
    best.point = std::move(point);
    best.value = value;
    best.distance = estimated_distance(problem, best.point);
    ++best.evaluations;
    // A distance of this size moves -2 ln L by less than its own rounding in any use of it.
    return best.distance <= std::max(1.0e-9, settings.tolerance * std::abs(best.value));
  };

  bool have_point = false;
  if (settings.algorithm == Algorithm::automatic) {
    const WhitenedObjective whitened{problem};
    const detail::RunResult run =
        detail::run_nlopt(NLOPT_LD_LBFGS, std::cref(whitened),
                          std::vector<double>(problem.start.size()), {}, settings);
    best.evaluations += run.evaluations;
    std::vector<double> point = whitened.point(run.point);
    if (is_inside(problem, point)) {
      have_point = true;
      if (take(std::move(point), run.value)) {
        best.status = FitStatus::converged;
        return best;
      }
    }
  }

  // Bounded runs, in units of 1/sqrt(curvature) of each parameter, from the best point so far.
  std::vector<double> unit(problem.start.size());
  detail::Box box;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    unit[i] = 1.0 / std::sqrt(std::max(problem.curvature(k, k), 1.0e-300));
    box.lower.push_back(problem.lower[i] / unit[i]);
    box.upper.push_back(problem.upper[i] / unit[i]);
  }
  std::vector<double> point(unit.size());
  const auto to_problem = [&](std::span<const double> scaled) {
    for (std::size_t i = 0; i < unit.size(); ++i) {
      point[i] = std::clamp(scaled[i] * unit[i], problem.lower[i], problem.upper[i]);
    }
  };
  const Objective bounded = [&](std::span<const double> scaled, std::span<double> gradient) {
    to_problem(scaled);
    const double value = problem.objective(point, gradient);
    for (std::size_t i = 0; i < unit.size(); ++i) gradient[i] *= unit[i];
    return value;
  };

  std::vector<Algorithm> sequence{Algorithm::slsqp, Algorithm::tnewton, Algorithm::lbfgs};
  const bool user_choice = settings.algorithm != Algorithm::automatic;
  if (user_choice) {
    std::erase(sequence, settings.algorithm);
    sequence.insert(sequence.begin(), settings.algorithm);
  }
  for (const Algorithm algorithm : sequence) {
    std::vector<double> start(unit.size());
    for (std::size_t i = 0; i < unit.size(); ++i) {
      start[i] = std::clamp(best.point[i] / unit[i], box.lower[i], box.upper[i]);
    }
    const detail::RunResult run =
        detail::run_nlopt(nlopt_code(algorithm), bounded, start, box, settings);
    best.evaluations += run.evaluations;
    if (have_point && run.value > best.value) continue;
    have_point = true;
    to_problem(run.point);
    if (take(point, run.value)) {
      const bool first = user_choice && algorithm == settings.algorithm;
      best.status = first ? FitStatus::converged : FitStatus::converged_fallback;
      return best;
    }
  }
  best.status = FitStatus::not_converged;
  return best;
}

}  // namespace nudipole::fit
