#include "nudipole/prediction/morphing.hpp"

#include <cmath>

namespace nudipole::prediction {
namespace {

class VerticalMorphing final : public Morphing {
 public:
  explicit VerticalMorphing(std::vector<VerticalShape> shapes) : shapes_(std::move(shapes)) {
    for (const VerticalShape& shape : shapes_) {
      nuisances_.push_back(shape.nuisance);
      variants_ += shape.sides == Sides::both ? 2 : 1;
    }
  }

  [[nodiscard]] std::size_t variant_count() const override { return variants_; }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override { return nuisances_; }

  [[nodiscard]] MorphWeights weights(std::span<const double> values) const override {
    const auto variants = static_cast<Eigen::Index>(variants_);
    const auto count = static_cast<Eigen::Index>(shapes_.size());
    MorphWeights result{.weights = Eigen::VectorXd::Zero(variants),
                        .by_value = Eigen::MatrixXd::Zero(variants, count)};
    result.weights(0) = 1.0;
    Eigen::Index variant = 1;
    for (Eigen::Index k = 0; k < count; ++k) {
      const VerticalShape& shape = shapes_[static_cast<std::size_t>(k)];
      const double p = values[shape.nuisance];
      if (shape.sides == Sides::plus) {
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

 private:
  std::vector<VerticalShape> shapes_;
  std::vector<std::size_t> nuisances_;
  std::size_t variants_ = 1;
};

}  // namespace

std::shared_ptr<const Morphing> vertical_morphing(std::vector<VerticalShape> shapes) {
  return std::make_shared<VerticalMorphing>(std::move(shapes));
}

std::shared_ptr<const Morphing> vertical_morphing(const std::vector<std::size_t>& nuisances) {
  std::vector<VerticalShape> shapes;
  for (const std::size_t nuisance : nuisances) shapes.push_back({nuisance, Sides::both});
  return vertical_morphing(std::move(shapes));
}

}  // namespace nudipole::prediction
