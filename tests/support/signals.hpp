#pragma once

#include "nudipole/prediction/signal.hpp"

#include <memory>
#include <utility>
#include <vector>

/// Linear signals of one parameter of interest.
namespace nudipole::test {

/// Events per unit of the parameter of interest [term], each [bin, variant].
using Templates = std::vector<Eigen::ArrayXXd>;

inline prediction::SignalPoint signal_at(double x, const Eigen::ArrayXXd& per_x) {
  const auto owner = std::make_shared<const Templates>(Templates{per_x});
  return {.templates = {&owner->front()},
          .strength = {x},
          .by_poi = Eigen::MatrixXd::Identity(1, 1),
          .owner = owner};
}

inline std::vector<prediction::SignalPoint> signals_at(double x, const Templates& per_x) {
  std::vector<prediction::SignalPoint> points;
  for (const Eigen::ArrayXXd& one : per_x) points.push_back(signal_at(x, one));
  return points;
}

inline prediction::Signals linear_signals(const Templates& per_x) {
  prediction::Signals signals;
  for (const Eigen::ArrayXXd& one : per_x) {
    signals.push_back(std::make_shared<prediction::LinearSignal>(Templates{one}));
  }
  return signals;
}

}  // namespace nudipole::test
