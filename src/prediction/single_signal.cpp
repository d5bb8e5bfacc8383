#include "nudipole/prediction/single_signal.hpp"

#include <array>
#include <vector>

namespace nudipole::prediction {
namespace {

/// True when the parameter of a point has no effect on any bin.
bool has_no_slope(const SignalPoint& point) {
  for (std::size_t b = 0; b < point.templates.size(); ++b) {
    const double factor = point.by_poi(0, static_cast<Eigen::Index>(b));
    if (factor != 0.0 && (*point.templates[b] != 0.0).any()) return false;
  }
  return true;
}

}  // namespace

SingleSignal::SingleSignal(std::shared_ptr<const Signal> whole, std::size_t poi)
    : whole_(std::move(whole)), poi_(poi), closed_(has_no_slope(at(std::array{0.0}))) {}

SignalPoint SingleSignal::at(std::span<const double> poi) const {
  std::vector<double> all(whole_->poi_count());
  all[poi_] = poi.front();
  SignalPoint point = whole_->at(all);
  point.by_poi = point.by_poi.row(static_cast<Eigen::Index>(poi_)).eval();
  return point;
}

Signals along(const Signals& signals, std::size_t poi) {
  Signals single;
  single.reserve(signals.size());
  for (const auto& signal : signals) {
    single.push_back(std::make_shared<SingleSignal>(signal, poi));
  }
  return single;
}

}  // namespace nudipole::prediction
