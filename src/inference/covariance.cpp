#include "nudipole/inference/covariance.hpp"

#include "nudipole/core/error.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::inference {
namespace {

/// -2 ln L at the parameters of a fit, in steps of their own size.
class Surface {
 public:
  Surface(const FittedModel& model, const ProfilePoint& point)
      : model_(&model), poi_(point.poi), pulls_(point.pulls) {}

  [[nodiscard]] std::vector<prediction::SignalPoint> signals() const {
    std::vector<prediction::SignalPoint> points;
    for (const auto& signal : model_->signals) points.push_back(signal->at(poi_));
    return points;
  }
  [[nodiscard]] Eigen::VectorXd gradient() const {
    std::vector<double> values(poi_.size() + pulls_.size());
    model_->joint.evaluate(signals(), pulls_, model_->observation, values);
    return Eigen::Map<const Eigen::VectorXd>(values.data(),
                                             static_cast<Eigen::Index>(values.size()));
  }
  [[nodiscard]] Eigen::MatrixXd expected_curvature() const {
    return model_->joint.curvature(signals(), pulls_);
  }
  double& at(std::size_t parameter) {
    return parameter < poi_.size() ? poi_[parameter] : pulls_[parameter - poi_.size()];
  }
  [[nodiscard]] double lower(std::size_t parameter) const {
    return parameter < poi_.size() ? 0.0 : nuisance(parameter).lower_pull();
  }
  [[nodiscard]] double upper(std::size_t parameter) const {
    return parameter < poi_.size() ? std::numeric_limits<double>::infinity()
                                   : nuisance(parameter).upper_pull();
  }
  [[nodiscard]] bool is_given(std::size_t parameter, PoiState pois) const {
    return parameter < poi_.size() ? pois == PoiState::given : nuisance(parameter).is_fixed();
  }

 private:
  [[nodiscard]] const likelihood::Nuisance& nuisance(std::size_t parameter) const {
    return model_->joint.nuisances()[parameter - poi_.size()];
  }

  const FittedModel* model_;
  std::vector<double> poi_;
  std::vector<double> pulls_;
};

[[noreturn]] void refuse() {
  throw NumericalError("the fit has no covariance: -2 ln L does not rise in all directions",
                       {.expected = "second derivatives that are positive definite",
                        .hint = "fix one of the parameters that the data do not tell apart"});
}

}  // namespace

double Covariance::error(std::size_t parameter) const {
  const auto i = static_cast<Eigen::Index>(parameter);
  return std::sqrt(matrix(i, i));
}

double Covariance::correlation(std::size_t one, std::size_t other) const {
  return matrix(static_cast<Eigen::Index>(one), static_cast<Eigen::Index>(other)) /
         (error(one) * error(other));
}

Eigen::MatrixXd Covariance::of_pulls(std::size_t nuisances) const {
  const auto size = static_cast<Eigen::Index>(nuisances);
  return matrix.bottomRightCorner(size, size);
}

Covariance covariance(const FittedModel& model, const ProfilePoint& point, PoiState pois) {
  Surface surface{model, point};
  const std::size_t count = point.poi.size() + point.pulls.size();
  const auto size = static_cast<Eigen::Index>(count);
  Covariance result{.matrix = Eigen::MatrixXd::Zero(size, size), .free = {}};
  // Steps in units of the error that a parameter would have if all others were known.
  const Eigen::VectorXd units =
      (2.0 / surface.expected_curvature().diagonal().array()).sqrt().matrix();
  constexpr double step = 1.0e-3;
  for (std::size_t k = 0; k < count; ++k) {
    if (surface.is_given(k, pois)) continue;
    const double unit = units(static_cast<Eigen::Index>(k));
    if (!std::isfinite(unit)) refuse();
    const double value = surface.at(k);
    const double room = std::min(value - surface.lower(k), surface.upper(k) - value);
    if (room > step * unit) result.free.push_back(k);
  }
  const std::vector<Eigen::Index> rows(result.free.begin(), result.free.end());
  const Eigen::VectorXd scale = units(rows);
  Eigen::MatrixXd hessian(scale.size(), scale.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto column = static_cast<Eigen::Index>(i);
    double& value = surface.at(result.free[i]);
    const double centre = value;
    const double reach = step * scale(column);
    value = centre + reach;
    const Eigen::VectorXd above = surface.gradient();
    value = centre - reach;
    const Eigen::VectorXd below = surface.gradient();
    value = centre;
    hessian.col(column) = ((above - below)(rows).array() * scale.array() / (2.0 * step)).matrix();
  }
  const Eigen::LLT<Eigen::MatrixXd> factors{0.5 * (hessian + hessian.transpose())};
  if (factors.info() != Eigen::Success) refuse();
  const Eigen::MatrixXd inverse =
      2.0 * factors.solve(Eigen::MatrixXd::Identity(scale.size(), scale.size()));
  result.matrix(rows, rows) = scale.asDiagonal() * inverse * scale.asDiagonal();
  return result;
}

}  // namespace nudipole::inference
