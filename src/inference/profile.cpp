#include "nudipole/inference/profile.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nudipole::inference {

Profile::Profile(std::shared_ptr<const likelihood::Joint> joint, prediction::Signals signals,
                 std::shared_ptr<const likelihood::Observation> observation,
                 const fit::Settings& settings)
    : joint_(std::move(joint)),
      signals_(std::move(signals)),
      observation_(std::move(observation)),
      settings_(settings) {
  const std::size_t terms = joint_->terms().size();
  if (terms == 0 || signals_.size() != terms || observation_->terms.size() != terms ||
      std::ranges::any_of(signals_,
                          [this](const auto& one) { return one->poi_count() != poi_count(); })) {
    throw Error(ErrorKind::unexpected, "likelihood, signals and data do not belong together");
  }
  for (std::size_t k = 0; k < joint_->nuisances().size(); ++k) {
    if (!joint_->nuisances()[k].is_fixed()) free_.push_back(k);
  }
}

bool Profile::is_closed() const {
  return std::ranges::all_of(signals_, [](const auto& signal) { return signal->is_closed(); });
}

std::vector<prediction::SignalPoint> Profile::signals_at(std::span<const double> poi) const {
  std::vector<prediction::SignalPoint> points;
  points.reserve(signals_.size());
  for (const auto& signal : signals_) points.push_back(signal->at(poi));
  return points;
}

ProfilePoint Profile::fit_from(const ProfilePoint& start, const std::vector<std::size_t>& pois,
                               const std::vector<double>& units) const {
  ProfilePoint point = start;
  std::vector<prediction::SignalPoint> signals = signals_at(point.poi);
  const auto move_to = [&](std::span<const double> parameters) {
    for (std::size_t i = 0; i < pois.size(); ++i) point.poi[pois[i]] = parameters[i] * units[i];
    if (!pois.empty()) signals = signals_at(point.poi);
    for (std::size_t i = 0; i < free_.size(); ++i) {
      point.pulls[free_[i]] = parameters[pois.size() + i];
    }
  };

  fit::Problem problem{.objective = {}, .curvature = {}, .start = {}, .lower = {}, .upper = {}};
  const auto add = [&problem](double value, double lower, double upper) {
    problem.start.push_back(value);
    problem.lower.push_back(lower);
    problem.upper.push_back(upper);
  };
  std::vector<Eigen::Index> rows;  // of the parameters in gradients and Hessians
  for (std::size_t i = 0; i < pois.size(); ++i) {
    rows.push_back(static_cast<Eigen::Index>(pois[i]));
    add(start.poi[pois[i]] / units[i], 0.0, std::numeric_limits<double>::infinity());
  }
  for (const std::size_t k : free_) {
    const likelihood::Nuisance& nuisance = joint_->nuisances()[k];
    rows.push_back(static_cast<Eigen::Index>(poi_count() + k));
    add(start.pulls[k], nuisance.lower_pull(), nuisance.upper_pull());
  }
  problem.curvature = [&](std::span<const double> parameters) {
    move_to(parameters);
    Eigen::MatrixXd curvature = joint_->curvature(signals, point.pulls)(rows, rows);
    for (std::size_t i = 0; i < units.size(); ++i) {
      curvature.row(static_cast<Eigen::Index>(i)) *= units[i];
      curvature.col(static_cast<Eigen::Index>(i)) *= units[i];
    }
    return curvature;
  };
  std::vector<double> full(poi_count() + joint_->nuisances().size());
  problem.objective = [&](std::span<const double> parameters, std::span<double> gradient) {
    move_to(parameters);
    const double value = joint_->evaluate(signals, point.pulls, *observation_, full);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      gradient[i] = full[static_cast<std::size_t>(rows[i])];
      if (i < units.size()) gradient[i] *= units[i];
    }
    return value;
  };
  const fit::Result result = fit::minimise(problem, settings_);

  move_to(result.point);
  joint_->evaluate(signals, point.pulls, *observation_, full);
  point.minus_two_log_l = result.value;
  point.slope.assign(full.begin(), full.begin() + static_cast<std::ptrdiff_t>(poi_count()));
  point.status = result.status;
  point.evaluations = result.evaluations;
  return point;
}

ProfilePoint Profile::at(std::span<const double> poi) const {
  ProfilePoint start;
  start.poi.assign(poi.begin(), poi.end());
  start.pulls.resize(joint_->nuisances().size());
  return fit_from(start, {}, {});
}

ProfilePoint Profile::improve(const ProfilePoint& at_bound, std::vector<std::size_t> pois) const {
  if (is_closed() ||
      std::ranges::none_of(pois, [&](std::size_t a) { return at_bound.slope[a] < 0.0; })) {
    return at_bound;
  }
  // -2 ln L falls: the minimum is inside. The parameters of interest move in units of their
  // standard errors; those without any effect on the data stay.
  const Eigen::MatrixXd curvature = joint_->curvature(signals_at(at_bound.poi), at_bound.pulls);
  const auto squared_unit = [&curvature](std::size_t a) {
    const auto i = static_cast<Eigen::Index>(a);
    return curvature(i, i);
  };
  std::erase_if(pois, [&](std::size_t a) { return squared_unit(a) == 0.0; });
  std::vector<double> units;
  for (const std::size_t a : pois) units.push_back(1.0 / std::sqrt(squared_unit(a)));
  ProfilePoint inside = fit_from(at_bound, pois, units);
  return inside.minus_two_log_l > at_bound.minus_two_log_l ? at_bound : inside;
}

ProfilePoint Profile::minimum(std::span<const std::optional<double>> given) const {
  std::vector<double> start(poi_count());
  std::vector<std::size_t> pois;
  for (std::size_t a = 0; a < start.size(); ++a) {
    start[a] = given[a].value_or(0.0);
    if (!given[a]) pois.push_back(a);
  }
  return improve(at(start), std::move(pois));
}

BestFit Profile::best_fit() const {
  BestFit result{.best = {}, .without_signal = at(std::vector<double>(poi_count()))};
  std::vector<std::size_t> all(poi_count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  result.best = improve(result.without_signal, std::move(all));
  return result;
}

std::vector<double> Profile::contributions(const ProfilePoint& point) const {
  return joint_->contributions(signals_at(point.poi), point.pulls, *observation_);
}

}  // namespace nudipole::inference
