#include "nudipole/likelihood/morphing.hpp"

#include <cmath>

namespace nudipole::likelihood {
namespace {

class VerticalMorphing final : public Morphing {
 public:
  explicit VerticalMorphing(std::vector<std::size_t> nuisances)
      : nuisances_(std::move(nuisances)) {}

  [[nodiscard]] std::size_t variant_count() const override { return 1 + 2 * nuisances_.size(); }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override { return nuisances_; }

  [[nodiscard]] MorphWeights weights(std::span<const double> pulls) const override {
    const auto count = static_cast<Eigen::Index>(nuisances_.size());
    MorphWeights result{.weights = Eigen::VectorXd::Zero(1 + 2 * count),
                        .by_pull = Eigen::MatrixXd::Zero(1 + 2 * count, count)};
    result.weights(0) = 1.0;
    for (Eigen::Index k = 0; k < count; ++k) {
      const double p = pulls[nuisances_[static_cast<std::size_t>(k)]];
      const bool inside = std::abs(p) <= 1.0;
      const double square = inside ? p * p : 2.0 * std::abs(p) - 1.0;
      const double slope = inside ? 2.0 * p : std::copysign(2.0, p);
      const Eigen::Index minus = 1 + 2 * k;
      const Eigen::Index plus = minus + 1;
      result.weights(0) -= square;
      result.weights(minus) = 0.5 * (square - p);
      result.weights(plus) = 0.5 * (square + p);
      result.by_pull(0, k) = -slope;
      result.by_pull(minus, k) = 0.5 * (slope - 1.0);
      result.by_pull(plus, k) = 0.5 * (slope + 1.0);
    }
    return result;
  }

 private:
  std::vector<std::size_t> nuisances_;
};

}  // namespace

std::shared_ptr<const Morphing> vertical_morphing(std::vector<std::size_t> nuisances) {
  return std::make_shared<VerticalMorphing>(std::move(nuisances));
}

}  // namespace nudipole::likelihood
