#include "nudipole/prediction/variation.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nudipole::prediction {

Variation parabola(std::size_t nuisance) {
  return {nuisance, {0.0, -1.0, 1.0}, Interpolation::parabola};
}

Variation straight_line(std::size_t nuisance) {
  return {nuisance, {0.0, 1.0}, Interpolation::parabola};
}

Variation spline(std::size_t nuisance, std::vector<double> points) {
  return {nuisance, std::move(points), Interpolation::spline};
}

Variations::Variations(std::span<const Variation> variations) {
  for (const auto& [nuisance, points, interpolation] : variations) {
    if (interpolation != Interpolation::parabola) continue;
    if (points != parabola(nuisance).points && points != straight_line(nuisance).points) {
      throw Error(ErrorKind::unexpected, "a parabola is known at 0, -1, 1 or at 0, 1");
    }
    nuisances_.push_back(nuisance);
    parabolas_.push_back(points.size() - 1);
  }
  for (const Variation& variation : variations) {
    if (variation.interpolation != Interpolation::spline) continue;
    const std::vector<double>& points = variation.points;
    if (points.size() < 2 || points.front() != 0.0) {
      throw Error(ErrorKind::unexpected, "a spline begins with the point 0 and has two or more");
    }
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return points[i]; });
    std::vector<double> knots;
    for (const std::size_t i : order) knots.push_back(points[i]);
    nuisances_.push_back(variation.nuisance);
    splines_.push_back({std::move(order), math::NaturalSpline{std::move(knots)}});
  }
}

std::size_t Variations::variant_count() const {
  std::size_t count = std::accumulate(parabolas_.begin(), parabolas_.end(), std::size_t{1});
  for (const Spline& one : splines_) count *= one.order.size();
  return count;
}

VariantWeights Variations::parabolas(std::span<const double> values) const {
  const auto variants = static_cast<Eigen::Index>(
      std::accumulate(parabolas_.begin(), parabolas_.end(), std::size_t{1}));
  const auto count = static_cast<Eigen::Index>(parabolas_.size());
  VariantWeights result{.weights = Eigen::VectorXd::Zero(variants),
                        .by_value = Eigen::MatrixXd::Zero(variants, count)};
  result.weights(0) = 1.0;
  Eigen::Index variant = 1;
  for (Eigen::Index k = 0; k < count; ++k) {
    const auto index = static_cast<std::size_t>(k);
    const double p = values[nuisances_[index]];
    if (parabolas_[index] == 1) {
      result.weights(0) -= p;
      result.by_value(0, k) = -1.0;
      result.weights(variant) = p;
      result.by_value(variant, k) = 1.0;
      variant += 1;
      continue;
    }
    const bool inside = std::abs(p) <= 1.0;
    const double square = inside ? p * p : 2.0 * std::abs(p) - 1.0;
    const double slope = inside ? 2.0 * p : std::copysign(2.0, p);
    result.weights(0) -= square;
    result.by_value(0, k) = -slope;
    result.weights(variant) = 0.5 * (square - p);
    result.by_value(variant, k) = 0.5 * (slope - 1.0);
    result.weights(variant + 1) = 0.5 * (square + p);
    result.by_value(variant + 1, k) = 0.5 * (slope + 1.0);
    variant += 2;
  }
  return result;
}

VariantWeights Variations::times_spline(const VariantWeights& factor, std::size_t index,
                                        double value) const {
  const auto& [order, curve] = splines_[index];
  const math::NaturalSpline::Weights ascending = curve.at(value);
  const auto length = static_cast<Eigen::Index>(order.size());
  Eigen::VectorXd heights(length);
  Eigen::VectorXd slopes(length);
  for (std::size_t i = 0; i < order.size(); ++i) {
    heights(static_cast<Eigen::Index>(order[i])) = ascending.value[i];
    slopes(static_cast<Eigen::Index>(order[i])) = ascending.slope[i];
  }
  const Eigen::Index before = factor.weights.size();
  const Eigen::Index own = factor.by_value.cols();
  VariantWeights product{.weights = Eigen::VectorXd(before * length),
                         .by_value = Eigen::MatrixXd(before * length, own + 1)};
  for (Eigen::Index i = 0; i < before; ++i) {
    product.weights.segment(i * length, length) = factor.weights(i) * heights;
    for (Eigen::Index column = 0; column < own; ++column) {
      product.by_value.col(column).segment(i * length, length) =
          factor.by_value(i, column) * heights;
    }
    product.by_value.col(own).segment(i * length, length) = factor.weights(i) * slopes;
  }
  return product;
}

VariantWeights Variations::weights(std::span<const double> values) const {
  VariantWeights result = parabolas(values);
  for (std::size_t k = 0; k < splines_.size(); ++k) {
    result = times_spline(result, k, values[nuisances_[parabolas_.size() + k]]);
  }
  return result;
}

}  // namespace nudipole::prediction
