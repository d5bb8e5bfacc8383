#include "nudipole/inference/profile.hpp"

#include "nudipole/core/error.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::inference {
namespace {

/// Relative precision of a limit in x.
constexpr int root_bits = 40;

/// Rows of a Hessian in (x, nuisances).
std::vector<Eigen::Index> rows_of(const std::vector<std::size_t>& nuisances) {
  std::vector<Eigen::Index> rows;
  rows.reserve(nuisances.size());
  for (const std::size_t k : nuisances) rows.push_back(static_cast<Eigen::Index>(1 + k));
  return rows;
}

}  // namespace

std::string_view to_string(LimitStatus status) noexcept {
  switch (status) {
    case LimitStatus::not_done: return "not_done";
    case LimitStatus::ok: return "ok";
    case LimitStatus::none_in_range: return "none_in_range";
    case LimitStatus::closed: return "closed";
    case LimitStatus::failed: break;
  }
  return "failed";
}

double delta_chi2_threshold(double confidence, int dof) {
  return boost::math::quantile(boost::math::chi_squared{static_cast<double>(dof)}, confidence);
}

Profile::Profile(const likelihood::Joint& joint, const likelihood::PortalTemplates& portal,
                 const fit::Settings& settings)
    : joint_(&joint), portal_(&portal), settings_(settings) {
  for (std::size_t k = 0; k < joint.nuisances().size(); ++k) {
    const likelihood::Nuisance& nuisance = joint.nuisances()[k];
    if (nuisance.is_fixed()) continue;
    free_.push_back(k);
    lower_.push_back(nuisance.lower_pull());
    upper_.push_back(nuisance.upper_pull());
  }
}

std::vector<double> Profile::all_pulls(std::span<const double> fitted) const {
  std::vector<double> pulls(joint_->nuisances().size());
  for (std::size_t i = 0; i < free_.size(); ++i) pulls[free_[i]] = fitted[i];
  return pulls;
}

bool Profile::is_closed() const {
  return std::ranges::all_of(*portal_,
                             [](const Eigen::ArrayXXd& events) { return (events == 0.0).all(); });
}

ProfilePoint Profile::finish(double x_mu_B2, std::vector<double> pulls,
                             const fit::Result& result) const {
  std::vector<double> gradient(1 + pulls.size());
  joint_->evaluate(x_mu_B2, *portal_, pulls, gradient);
  return {.x_mu_B2 = x_mu_B2,
          .minus_two_log_l = result.value,
          .slope = gradient[0],
          .pulls = std::move(pulls),
          .status = result.status,
          .evaluations = result.evaluations};
}

ProfilePoint Profile::at(double x_mu_B2) const {
  fit::Problem problem{.objective = {},
                       .curvature = {},
                       .start = std::vector<double>(free_.size()),
                       .lower = lower_,
                       .upper = upper_};
  const std::vector<Eigen::Index> rows = rows_of(free_);
  problem.curvature = [&](std::span<const double> fitted) -> Eigen::MatrixXd {
    return joint_->curvature(x_mu_B2, *portal_, all_pulls(fitted))(rows, rows);
  };
  std::vector<double> full_gradient(1 + joint_->nuisances().size());
  problem.objective = [&](std::span<const double> fitted, std::span<double> gradient) {
    const double value = joint_->evaluate(x_mu_B2, *portal_, all_pulls(fitted), full_gradient);
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = full_gradient[1 + free_[i]];
    return value;
  };
  const fit::Result result = fit::minimise(problem, settings_);
  return finish(x_mu_B2, all_pulls(result.point), result);
}

ProfilePoint Profile::best_fit() const {
  ProfilePoint without_portal = at(0.0);
  if (is_closed() || without_portal.slope >= 0.0) return without_portal;

  // -2 ln L falls with x: the minimum is inside. Both x (in units of its standard error) and the
  // nuisances are free.
  const double unit = 1.0 / std::sqrt(joint_->curvature(0.0, *portal_, without_portal.pulls)(0, 0));
  fit::Problem problem{.objective = {},
                       .curvature = {},
                       .start = {0.0},
                       .lower = {0.0},
                       .upper = {std::numeric_limits<double>::infinity()}};
  for (const std::size_t k : free_) problem.start.push_back(without_portal.pulls[k]);
  problem.lower.insert(problem.lower.end(), lower_.begin(), lower_.end());
  problem.upper.insert(problem.upper.end(), upper_.begin(), upper_.end());
  std::vector<Eigen::Index> rows = rows_of(free_);
  rows.insert(rows.begin(), Eigen::Index{0});
  problem.curvature = [&](std::span<const double> point) {
    Eigen::MatrixXd curvature =
        joint_->curvature(point[0] * unit, *portal_, all_pulls(point.subspan(1)))(rows, rows);
    curvature.row(0) *= unit;
    curvature.col(0) *= unit;
    return curvature;
  };
  std::vector<double> full_gradient(1 + joint_->nuisances().size());
  problem.objective = [&](std::span<const double> point, std::span<double> gradient) {
    const double value =
        joint_->evaluate(point[0] * unit, *portal_, all_pulls(point.subspan(1)), full_gradient);
    gradient[0] = full_gradient[0] * unit;
    for (std::size_t i = 0; i < free_.size(); ++i) gradient[1 + i] = full_gradient[1 + free_[i]];
    return value;
  };
  const fit::Result result = fit::minimise(problem, settings_);
  if (result.value > without_portal.minus_two_log_l) return without_portal;
  return finish(result.point[0] * unit, all_pulls(std::span{result.point}.subspan(1)), result);
}

Limit Profile::upper_limit(const ProfilePoint& best, double delta_chi2,
                           double largest_x_mu_B2) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (is_closed()) return {nan, LimitStatus::closed};
  bool all_converged = fit::is_converged(best.status);
  const auto excess = [&](double x) {
    const ProfilePoint point = at(x);
    all_converged = all_converged && fit::is_converged(point.status);
    return point.minus_two_log_l - best.minus_two_log_l - delta_chi2;
  };

  // Step up from the best fit in steps of the standard error until the threshold is passed.
  const Eigen::MatrixXd curvature = joint_->curvature(best.x_mu_B2, *portal_, best.pulls);
  double step = std::sqrt(2.0 * delta_chi2 / curvature(0, 0));
  double below = best.x_mu_B2;
  double excess_below = -delta_chi2;
  double above = below;
  double excess_above = excess_below;
  while (excess_above < 0.0) {
    if (above >= largest_x_mu_B2) {
      return {nan, all_converged ? LimitStatus::none_in_range : LimitStatus::failed};
    }
    below = above;
    excess_below = excess_above;
    above = std::min(below + step, largest_x_mu_B2);
    excess_above = excess(above);
    step *= 2.0;
  }
  if (excess_above == 0.0) return {above, all_converged ? LimitStatus::ok : LimitStatus::failed};

  constexpr std::uintmax_t most_iterations = 100;
  std::uintmax_t iterations = most_iterations;
  const auto bracket = boost::math::tools::toms748_solve(
      excess, below, above, excess_below, excess_above,
      boost::math::tools::eps_tolerance<double>(root_bits), iterations);
  const bool found = iterations < most_iterations;
  if (!found || !all_converged) return {nan, LimitStatus::failed};
  return {0.5 * (bracket.first + bracket.second), LimitStatus::ok};
}

}  // namespace nudipole::inference
