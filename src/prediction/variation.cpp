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

VariantWeights Variations::weights(std::span<const double> values) const {
  VariationPoint point{*this};
  point.move(values);
  return point.weights();
}

VariationPoint::VariationPoint(const Variations& variations) : variations_(&variations) {
  const auto add = [this](std::size_t first, std::size_t own, std::size_t points) {
    const auto nuisances = static_cast<Eigen::Index>(own);
    factors_.push_back(
        {first, nuisances, Eigen::MatrixXd(static_cast<Eigen::Index>(points), 1 + 2 * nuisances)});
    factor_of_.resize(first + own, factors_.size() - 1);
  };
  const std::vector<std::size_t>& parabolas = variations.parabolas_;
  add(0, parabolas.size(), std::accumulate(parabolas.begin(), parabolas.end(), std::size_t{1}));
  for (std::size_t k = 0; k < variations.splines_.size(); ++k) {
    add(parabolas.size() + k, 1, variations.splines_[k].order.size());
  }
  const auto variants = static_cast<Eigen::Index>(variations.variant_count());
  const auto count = static_cast<Eigen::Index>(factor_of_.size());
  weights_ = {.weights = Eigen::VectorXd(variants), .by_value = Eigen::MatrixXd(variants, count)};
  second_.resize(variants);
  second_derivatives_.resize(count, count);
}

void VariationPoint::move_parabolas(std::span<const double> values) {
  Eigen::MatrixXd& columns = factors_.front().columns;
  const Eigen::Index count = factors_.front().own;
  columns.setZero();
  columns(0, 0) = 1.0;
  Eigen::Index variant = 1;
  for (Eigen::Index k = 0; k < count; ++k) {
    const auto index = static_cast<std::size_t>(k);
    const double p = values[variations_->nuisances_[index]];
    const Eigen::Index slope_column = 1 + k;
    if (variations_->parabolas_[index] == 1) {
      columns(0, 0) -= p;
      columns(0, slope_column) = -1.0;
      columns(variant, 0) = p;
      columns(variant, slope_column) = 1.0;
      variant += 1;
      continue;
    }
    const bool inside = std::abs(p) <= 1.0;
    const double square = inside ? p * p : 2.0 * std::abs(p) - 1.0;
    const double slope = inside ? 2.0 * p : std::copysign(2.0, p);
    columns(0, 0) -= square;
    columns(0, slope_column) = -slope;
    columns(variant, 0) = 0.5 * (square - p);
    columns(variant, slope_column) = 0.5 * (slope - 1.0);
    columns(variant + 1, 0) = 0.5 * (square + p);
    columns(variant + 1, slope_column) = 0.5 * (slope + 1.0);
    if (inside) {
      columns(0, slope_column + count) = -2.0;
      columns(variant, slope_column + count) = 1.0;
      columns(variant + 1, slope_column + count) = 1.0;
    }
    variant += 2;
  }
}

void VariationPoint::move_spline(std::size_t index, double value) {
  const auto& [order, curve] = variations_->splines_[index];
  curve.at(value, spline_);
  Eigen::MatrixXd& columns = factors_[1 + index].columns;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(order[i]);
    columns(row, 0) = spline_.value[i];
    columns(row, 1) = spline_.slope[i];
    columns(row, 2) = spline_.curvature[i];
  }
}

template <class Column>
void VariationPoint::product(Column&& column, double* result) const {
  result[0] = 1.0;
  Eigen::Index size = 1;
  for (std::size_t f = 0; f < factors_.size(); ++f) {
    const auto factor = factors_[f].columns.col(column(f));
    // From the back, so that what is there is used before it is overwritten.
    for (Eigen::Index i = size; i-- > 0;) {
      const double before = result[i];
      for (Eigen::Index p = 0; p < factor.size(); ++p) {
        result[i * factor.size() + p] = before * factor(p);
      }
    }
    size *= factor.size();
  }
}

void VariationPoint::move(std::span<const double> values) {
  move_parabolas(values);
  for (std::size_t k = 0; k < variations_->splines_.size(); ++k) {
    move_spline(k, values[variations_->nuisances_[variations_->parabolas_.size() + k]]);
  }
  product([](std::size_t) { return Eigen::Index{0}; }, weights_.weights.data());
  for (std::size_t j = 0; j < factor_of_.size(); ++j) {
    product(
        [&](std::size_t f) {
          return f == factor_of_[j] ? static_cast<Eigen::Index>(1 + j - factors_[f].first) : 0;
        },
        weights_.by_value.col(static_cast<Eigen::Index>(j)).data());
  }
}

const Eigen::MatrixXd& VariationPoint::second_derivatives(const Eigen::VectorXd& by_variant) {
  second_derivatives_.setZero();
  for (std::size_t j = 0; j < factor_of_.size(); ++j) {
    for (std::size_t k = 0; k <= j; ++k) {
      // Parabolas add up: no two of them have a mixed derivative.
      if (factor_of_[j] == factor_of_[k] && j != k) continue;
      product(
          [&](std::size_t f) {
            const auto place = [&](std::size_t nuisance) {
              return static_cast<Eigen::Index>(1 + nuisance - factors_[f].first);
            };
            if (f == factor_of_[j]) return place(j) + (j == k ? factors_[f].own : 0);
            return f == factor_of_[k] ? place(k) : Eigen::Index{0};
          },
          second_.data());
      const double sum = second_.dot(by_variant);
      second_derivatives_(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k)) = sum;
      second_derivatives_(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)) = sum;
    }
  }
  return second_derivatives_;
}

}  // namespace nudipole::prediction
