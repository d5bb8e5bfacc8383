#include "nudipole/prediction/signal.hpp"

#include <algorithm>

namespace nudipole::prediction {

Eigen::ArrayXd SignalPoint::events() const {
  Eigen::ArrayXd sum = strength.front() * templates.front()->col(0);
  for (std::size_t b = 1; b < templates.size(); ++b) sum += strength[b] * templates[b]->col(0);
  return sum;
}

LinearSignal::LinearSignal(std::vector<Eigen::ArrayXXd> per_poi)
    : per_poi_(std::move(per_poi)),
      closed_(std::ranges::all_of(
          per_poi_, [](const Eigen::ArrayXXd& events) { return (events == 0.0).all(); })) {}

SignalPoint LinearSignal::at(std::span<const double> poi) const {
  const auto count = static_cast<Eigen::Index>(per_poi_.size());
  SignalPoint point{.templates = {},
                    .strength = {poi.begin(), poi.end()},
                    .by_poi = Eigen::MatrixXd::Identity(count, count)};
  point.templates.reserve(per_poi_.size());
  for (const Eigen::ArrayXXd& events : per_poi_) point.templates.push_back(&events);
  return point;
}

}  // namespace nudipole::prediction
