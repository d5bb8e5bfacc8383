#include "nudipole/prediction/surviving_signal.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::prediction {

SurvivingSignal::SurvivingSignal(Definition definition)
    : bins_(0), variants_(0), widths_(std::move(definition.widths)), rises_to_(0.0) {
  const std::vector<double>& decays = definition.decays;
  decays_ =
      Eigen::Map<const Eigen::ArrayXd>(decays.data(), static_cast<Eigen::Index>(decays.size()));
  if (definition.per_poi.empty() || decays.empty() || definition.per_poi.size() != widths_.size() ||
      std::ranges::any_of(definition.per_poi,
                          [&](const auto& one) { return one.size() != decays.size(); })) {
    throw Error(ErrorKind::unexpected, "momenta and events of a signal do not belong together");
  }
  const Eigen::ArrayXXd& first = definition.per_poi.front().front();
  bins_ = first.rows();
  variants_ = first.cols();
  for (const std::vector<Eigen::ArrayXXd>& by_momentum : definition.per_poi) {
    Eigen::MatrixXd& events = events_.emplace_back(first.size(), decays_.size());
    for (Eigen::Index k = 0; k < decays_.size(); ++k) {
      events.col(k) = by_momentum[static_cast<std::size_t>(k)].reshaped().matrix();
    }
  }
  rises_to_ = find_turn();
}

SignalPoint SurvivingSignal::at(std::span<const double> poi) const {
  double width = 0.0;
  for (std::size_t a = 0; a < poi.size(); ++a) width += widths_[a] * poi[a];
  const Eigen::VectorXd alive = (-width * decays_).exp().matrix();
  const Eigen::VectorXd fading = (decays_ * alive.array()).matrix();
  Eigen::VectorXd total = Eigen::VectorXd::Zero(bins_ * variants_);
  Eigen::VectorXd lost = total;  // by unit of W
  auto templates = std::make_shared<std::vector<Eigen::ArrayXXd>>(1);
  for (std::size_t a = 0; a < poi.size(); ++a) {
    const Eigen::VectorXd surviving = events_[a] * alive;
    templates->push_back(surviving.reshaped(bins_, variants_).array());
    if (poi[a] == 0.0) continue;
    total += poi[a] * surviving;
    lost += poi[a] * (events_[a] * fading);
  }
  templates->front() = total.reshaped(bins_, variants_).array();
  const auto count = static_cast<Eigen::Index>(poi.size());
  SignalPoint point{.templates = {},
                    .strength = std::vector<double>(templates->size()),
                    .by_poi = Eigen::MatrixXd::Zero(count, count + 1),
                    .owner = templates};
  point.strength.front() = 1.0;
  for (std::size_t a = 0; a < poi.size(); ++a) {
    (*templates)[a + 1] -= widths_[a] * lost.reshaped(bins_, variants_).array();
    point.by_poi(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(a) + 1) = 1.0;
  }
  for (const Eigen::ArrayXXd& one : *templates) point.templates.push_back(&one);
  return point;
}

bool SurvivingSignal::is_closed() const {
  return std::ranges::all_of(
      events_, [](const Eigen::MatrixXd& events) { return (events.array() == 0.0).all(); });
}

double SurvivingSignal::find_turn() const {
  constexpr double never = std::numeric_limits<double>::infinity();
  if (poi_count() > 1 || is_closed() || widths_.front() == 0.0) return never;
  const Eigen::VectorXd all = events_.front().topRows(bins_).colwise().sum().transpose();
  const auto slope = [&](double x) {
    const Eigen::ArrayXd gone = widths_.front() * x * decays_;
    return (all.array() * (1.0 - gone) * (-gone).exp()).sum();
  };
  // From where even the slowest N are many to where the fastest are few.
  double low = 1.0 / (widths_.front() * decays_.maxCoeff());
  double high = 1.0 / (widths_.front() * decays_.minCoeff());
  constexpr double precision = 1.0e-6;
  while (high > low * (1.0 + precision)) {
    const double middle = std::sqrt(low * high);
    (slope(middle) > 0.0 ? low : high) = middle;
  }
  return high;
}

}  // namespace nudipole::prediction
