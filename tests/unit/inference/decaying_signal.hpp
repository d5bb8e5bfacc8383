#pragma once

#include "nudipole/prediction/signal.hpp"

#include <cmath>
#include <memory>

namespace nudipole::test {

/// A signal that is linear neither in its parameters nor in a common factor of them, as when what
/// is produced also decays on its way: events(p, q) = (p + q^2/2 + q) exp(-p L) D with a
/// bin-dependent L. The general way to serve a likelihood: the events and their derivatives are the
/// templates.
class DecayingSignal final : public prediction::Signal {
 public:
  DecayingSignal(Eigen::ArrayXXd per_poi, Eigen::ArrayXd rate)
      : per_poi_(std::move(per_poi)), rate_(std::move(rate)) {}

  [[nodiscard]] std::size_t poi_count() const override { return 2; }
  [[nodiscard]] bool is_closed() const override { return false; }
  [[nodiscard]] prediction::SignalPoint at(std::span<const double> poi) const override {
    const double p = poi[0];
    const double q = poi[1];
    const double made = p + 0.5 * q * q + q;
    const Eigen::ArrayXXd alive = per_poi_.colwise() * (-p * rate_).exp();
    auto templates = std::make_shared<std::vector<Eigen::ArrayXXd>>();
    templates->emplace_back(made * alive);
    templates->emplace_back(alive.colwise() * (1.0 - made * rate_));
    templates->emplace_back((q + 1.0) * alive);
    Eigen::MatrixXd by_poi = Eigen::MatrixXd::Zero(2, 3);
    by_poi(0, 1) = by_poi(1, 2) = 1.0;
    return {.templates = {&(*templates)[0], &(*templates)[1], &(*templates)[2]},
            .strength = {1.0, 0.0, 0.0},
            .by_poi = by_poi,
            .owner = templates};
  }

 private:
  Eigen::ArrayXXd per_poi_;  ///< [bin, variant]
  Eigen::ArrayXd rate_;      ///< [bin]
};

}  // namespace nudipole::test
