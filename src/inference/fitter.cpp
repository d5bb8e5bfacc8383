#include "fitter.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <limits>

namespace nudipole::inference::detail {
namespace {

std::vector<std::size_t> not_fixed(const likelihood::Joint& joint) {
  std::vector<std::size_t> free;
  for (std::size_t k = 0; k < joint.nuisances().size(); ++k) {
    if (!joint.nuisances()[k].is_fixed()) free.push_back(k);
  }
  return free;
}

/// Places of what moves in [parameters of interest..., nuisances...].
std::vector<std::size_t> moving(const std::vector<std::size_t>& pois, std::size_t poi_count,
                                const std::vector<std::size_t>& nuisances) {
  std::vector<std::size_t> places = pois;
  for (const std::size_t k : nuisances) places.push_back(poi_count + k);
  return places;
}

std::vector<prediction::SignalPoint> points_at(const prediction::Signals& signals,
                                               const std::vector<double>& poi) {
  std::vector<prediction::SignalPoint> points;
  for (const auto& signal : signals) points.push_back(signal->at(poi));
  return points;
}

}  // namespace

Fitter::Fitter(std::shared_ptr<const likelihood::Joint> joint, prediction::Signals signals,
               const fit::Settings& settings, std::vector<std::size_t> pois)
    : joint_(std::move(joint)),
      signals_(std::move(signals)),
      pois_(std::move(pois)),
      nuisances_(not_fixed(*joint_)),
      evaluator_(*joint_, signals_.front()->poi_count(),
                 moving(pois_, signals_.front()->poi_count(), nuisances_)),
      units_(pois_.size(), 1.0),
      poi_(signals_.front()->poi_count()),
      pulls_(joint_->nuisances().size()),
      points_(points_at(signals_, poi_)),
      minimiser_(problem(), settings) {}

fit::Problem Fitter::problem() {
  fit::Problem problem{.objective = {}, .curvature = {}, .start = {}, .lower = {}, .upper = {}};
  problem.start.resize(pois_.size() + nuisances_.size());
  problem.lower.resize(pois_.size());
  problem.upper.resize(pois_.size(), std::numeric_limits<double>::infinity());
  for (const std::size_t k : nuisances_) {
    problem.lower.push_back(joint_->nuisances()[k].lower_pull());
    problem.upper.push_back(joint_->nuisances()[k].upper_pull());
  }
  const auto scale = [this](Eigen::MatrixXd& hessian) {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      hessian.row(static_cast<Eigen::Index>(i)) *= units_[i];
      hessian.col(static_cast<Eigen::Index>(i)) *= units_[i];
    }
  };
  problem.objective = [this](std::span<const double> parameters, std::span<double> gradient) {
    return evaluate(parameters, gradient);
  };
  problem.curvature = [this, scale](std::span<const double> parameters) {
    move_to(parameters);
    Eigen::MatrixXd hessian;
    evaluator_.curvature(pulls_, hessian);
    scale(hessian);
    return hessian;
  };
  problem.derivatives = [this, scale](std::span<const double> parameters,
                                      fit::SecondDerivatives kind, std::span<double> gradient,
                                      Eigen::MatrixXd& hessian) {
    move_to(parameters);
    const auto wanted = kind == fit::SecondDerivatives::exact ? likelihood::Hessian::observed
                                                              : likelihood::Hessian::expected;
    if (!evaluator_.derivatives(pulls_, *observation_, wanted, gradient, hessian)) return false;
    for (std::size_t i = 0; i < units_.size(); ++i) gradient[i] *= units_[i];
    scale(hessian);
    return true;
  };
  return problem;
}

void Fitter::place(const ProfilePoint& start) {
  poi_ = start.poi;
  pulls_ = start.pulls;
  for (std::size_t t = 0; t < signals_.size(); ++t) signals_[t]->move(points_[t], poi_);
  evaluator_.set_signals(points_);
}

void Fitter::move_to(std::span<const double> parameters) {
  evaluated_.clear();
  for (std::size_t i = 0; i < nuisances_.size(); ++i) {
    pulls_[nuisances_[i]] = parameters[pois_.size() + i];
  }
  if (pois_.empty()) return;
  for (std::size_t i = 0; i < pois_.size(); ++i) poi_[pois_[i]] = parameters[i] * units_[i];
  for (std::size_t t = 0; t < signals_.size(); ++t) signals_[t]->move(points_[t], poi_);
  evaluator_.set_signals(points_);
}

double Fitter::evaluate(std::span<const double> parameters, std::span<double> gradient) {
  move_to(parameters);
  const double value = evaluator_.value(pulls_, *observation_, gradient);
  for (std::size_t i = 0; i < std::min(units_.size(), gradient.size()); ++i) {
    gradient[i] *= units_[i];
  }
  evaluated_.assign(parameters.begin(), parameters.end());
  return value;
}

ProfilePoint Fitter::fit(const ProfilePoint& start, std::span<const double> units,
                         const likelihood::Observation& observation) {
  observation_ = &observation;
  units_.assign(units.begin(), units.end());
  place(start);
  std::vector<double> parameters;
  parameters.reserve(pois_.size() + nuisances_.size());
  for (std::size_t i = 0; i < pois_.size(); ++i) parameters.push_back(poi_[pois_[i]] / units_[i]);
  for (const std::size_t k : nuisances_) parameters.push_back(pulls_[k]);
  const fit::Result result = minimiser_.from(parameters);

  // Slopes and parts are those of the last evaluation: a gradient makes the data's slopes known.
  if (evaluated_ != result.point) {
    std::vector<double> gradient(parameters.size());
    (void)evaluate(result.point, gradient);
  }
  ProfilePoint point{.poi = poi_,
                     .minus_two_log_l = result.value,
                     .slope = std::vector<double>(poi_.size()),
                     .pulls = pulls_,
                     .status = result.status,
                     .evaluations = result.evaluations,
                     .parts = evaluator_.parts()};
  for (std::size_t a = 0; a < poi_.size(); ++a) point.slope[a] = evaluator_.slope(a);
  return point;
}

std::vector<double> Fitter::poi_curvature(const ProfilePoint& point) {
  place(point);
  Eigen::MatrixXd hessian;
  evaluator_.curvature(pulls_, hessian);
  std::vector<double> diagonal;
  for (std::size_t i = 0; i < pois_.size(); ++i) {
    diagonal.push_back(hessian(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(i)));
  }
  return diagonal;
}

double Fitter::profile_curvature(const ProfilePoint& point, std::size_t i) {
  const auto place_of_poi = static_cast<Eigen::Index>(i);
  place(point);
  Eigen::MatrixXd hessian;
  evaluator_.curvature(pulls_, hessian);
  // What the other parameters take away: the Schur complement, 1/(H^-1)_ii, in units of unit errors
  // because parameters of interest are as small as 1e-20.
  const Eigen::VectorXd unit = hessian.diagonal().cwiseMax(1.0e-300).cwiseSqrt().cwiseInverse();
  const Eigen::LDLT<Eigen::MatrixXd> factors{unit.asDiagonal() * hessian * unit.asDiagonal()};
  if (!factors.isPositive()) return 0.0;
  const double inverse =
      factors.solve(Eigen::VectorXd::Unit(hessian.rows(), place_of_poi))(place_of_poi);
  return inverse > 0.0 ? 1.0 / (inverse * unit(place_of_poi) * unit(place_of_poi)) : 0.0;
}

}  // namespace nudipole::inference::detail
