#include "nudipole/prediction/spline_morphing.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/math/natural_spline.hpp"

#include <algorithm>
#include <numeric>

namespace nudipole::prediction {
namespace {

/// Spline over one axis, its weights in the order in which the axis lists its pulls.
class AxisSpline {
 public:
  explicit AxisSpline(const MorphingAxis& axis)
      : order_(sorted(axis.pulls)), spline_(ascending(axis.pulls, order_)) {}

  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] math::NaturalSpline::Weights at(double pull) const {
    const math::NaturalSpline::Weights sorted_weights = spline_.at(pull);
    math::NaturalSpline::Weights weights = sorted_weights;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      weights.value[order_[i]] = sorted_weights.value[i];
      weights.slope[order_[i]] = sorted_weights.slope[i];
    }
    return weights;
  }

 private:
  /// Indices of the pulls in ascending order of their values.
  static std::vector<std::size_t> sorted(const std::vector<double>& pulls) {
    if (pulls.size() < 2 || pulls.front() != 0.0) {
      throw Error(ErrorKind::unexpected, "a morphing axis begins with pull 0 and has two or more");
    }
    std::vector<std::size_t> order(pulls.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return pulls[i]; });
    return order;
  }
  static std::vector<double> ascending(const std::vector<double>& pulls,
                                       const std::vector<std::size_t>& order) {
    std::vector<double> knots;
    for (const std::size_t i : order) knots.push_back(pulls[i]);
    return knots;
  }

  std::vector<std::size_t> order_;
  math::NaturalSpline spline_;
};

class SplineMorphing final : public Morphing {
 public:
  explicit SplineMorphing(const std::vector<MorphingAxis>& axes) {
    for (const MorphingAxis& axis : axes) {
      nuisances_.push_back(axis.nuisance);
      splines_.emplace_back(axis);
      variants_ *= splines_.back().size();
    }
  }

  [[nodiscard]] std::size_t variant_count() const override { return variants_; }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override { return nuisances_; }

  [[nodiscard]] MorphWeights weights(std::span<const double> values) const override {
    const auto axes = static_cast<Eigen::Index>(splines_.size());
    MorphWeights result{.weights = Eigen::VectorXd::Ones(1),
                        .by_value = Eigen::MatrixXd::Ones(1, axes)};
    for (Eigen::Index axis = 0; axis < axes; ++axis) {
      const auto k = static_cast<std::size_t>(axis);
      const auto [value, slope] = splines_[k].at(values[nuisances_[k]]);
      const auto length = static_cast<Eigen::Index>(value.size());
      const Eigen::Map<const Eigen::VectorXd> heights{value.data(), length};
      const Eigen::Map<const Eigen::VectorXd> slopes{slope.data(), length};
      const Eigen::Index before = result.weights.size();
      MorphWeights next{.weights = Eigen::VectorXd(before * length),
                        .by_value = Eigen::MatrixXd(before * length, axes)};
      for (Eigen::Index i = 0; i < before; ++i) {
        next.weights.segment(i * length, length) = result.weights(i) * heights;
        for (Eigen::Index column = 0; column < axes; ++column) {
          next.by_value.col(column).segment(i * length, length) =
              result.by_value(i, column) * (column == axis ? slopes : heights);
        }
      }
      result = std::move(next);
    }
    return result;
  }

 private:
  std::vector<std::size_t> nuisances_;
  std::vector<AxisSpline> splines_;
  std::size_t variants_ = 1;
};

}  // namespace

std::shared_ptr<const Morphing> spline_morphing(const std::vector<MorphingAxis>& axes) {
  return std::make_shared<SplineMorphing>(axes);
}

}  // namespace nudipole::prediction
