#pragma once

#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/likelihood/evaluator.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::inference::detail {

/// Fits in which the same parameters move: likelihood and minimiser with their memory, which all
/// these fits use one after the other.
class Fitter {
 public:
  /// \param pois  parameters of interest that move, ascending; all nuisances that are not fixed do
  Fitter(std::shared_ptr<const likelihood::Joint> joint, prediction::Signals signals,
         const fit::Settings& settings, std::vector<std::size_t> pois);

  [[nodiscard]] const std::vector<std::size_t>& pois() const { return pois_; }

  /// Minimum over all that moves.
  /// \param start  its values of what does not move stay
  /// \param units  in which the parameters of interest move [moving poi]
  [[nodiscard]] ProfilePoint fit(const ProfilePoint& start, std::span<const double> units,
                                 const likelihood::Observation& observation);

  /// Diagonal of the expected Hessian by the parameters of interest that move.
  [[nodiscard]] std::vector<double> poi_curvature(const ProfilePoint& point);
  /// Expected second derivative of the profile by the i-th of them; 0 when it is not positive.
  [[nodiscard]] double profile_curvature(const ProfilePoint& point, std::size_t i);

 private:
  [[nodiscard]] fit::Problem problem();
  void place(const ProfilePoint& start);
  /// Moves to parameters in the units of the fit.
  void move_to(std::span<const double> parameters);
  double evaluate(std::span<const double> parameters, std::span<double> gradient);

  std::shared_ptr<const likelihood::Joint> joint_;
  prediction::Signals signals_;
  std::vector<std::size_t> pois_;
  std::vector<std::size_t> nuisances_;  ///< that move
  likelihood::Evaluator evaluator_;
  const likelihood::Observation* observation_ = nullptr;
  std::vector<double> units_;
  std::vector<double> poi_;    ///< [parameter of interest]
  std::vector<double> pulls_;  ///< [nuisance]
  std::vector<prediction::SignalPoint> points_;
  std::vector<double> evaluated_;  ///< parameters of the last value
  fit::Minimiser minimiser_;       ///< last: it refers to this object
};

}  // namespace nudipole::inference::detail
