#pragma once

#include "nudipole/prediction/signal.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace nudipole::prediction {

/// Events of those N that outlive a path. The parameters of interest x_a are squared couplings
/// [mu_B^2], which make N and let it decay:
///   events(x) = sum_a x_a sum_k exp(-c_k W) T_ak,   W = sum_b w_b x_b.
/// They rise with x, and fall where most N decay.
class SurvivingSignal final : public Signal {
 public:
  struct Definition {
    /// T_ak: events per mu_B^2 of N with momentum k [poi][momentum], each [bin, variant].
    std::vector<std::vector<Eigen::ArrayXXd>> per_poi;
    /// c_k: path over length of flight at W = 1 mu_B^2 [momentum].
    std::vector<double> decays;
    /// w_a: sum of the squares of the moments in units of d_a^2 [poi].
    std::vector<double> widths;
  };

  /// \throws Error (unexpected) for sizes that do not belong together
  explicit SurvivingSignal(Definition definition);

  [[nodiscard]] std::size_t poi_count() const override { return events_.size(); }
  [[nodiscard]] SignalPoint at(std::span<const double> poi) const override;
  [[nodiscard]] bool is_closed() const override;
  [[nodiscard]] double rises_to() const override { return rises_to_; }

 private:
  [[nodiscard]] double find_turn() const;

  Eigen::Index bins_;
  Eigen::Index variants_;
  std::vector<Eigen::MatrixXd> events_;  ///< [poi][bin and variant, momentum]
  Eigen::ArrayXd decays_;                ///< [momentum]
  std::vector<double> widths_;           ///< [poi]
  double rises_to_;
};

}  // namespace nudipole::prediction
