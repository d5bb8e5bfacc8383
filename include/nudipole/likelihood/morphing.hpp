#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::likelihood {

/// Weights of template variants and their derivatives by the pulls they depend on.
struct MorphWeights {
  Eigen::VectorXd weights;    ///< [variant]
  Eigen::MatrixXd by_pull;    ///< [variant, nuisance of the morphing]
};

/// How shape nuisances deform a template: the template at some pulls is a weighted sum of fixed
/// variants, T(p) = sum_v w_v(p) V_v, with w smooth in p and w = (1, 0, 0, ...) at p = 0.
class Morphing {
 public:
  virtual ~Morphing() = default;
  [[nodiscard]] virtual std::size_t variant_count() const = 0;
  /// Indices of the term's nuisances it depends on; columns of MorphWeights::by_pull.
  [[nodiscard]] virtual const std::vector<std::size_t>& nuisances() const = 0;
  /// \param pulls  all pulls of the term
  [[nodiscard]] virtual MorphWeights weights(std::span<const double> pulls) const = 0;

 protected:
  Morphing() = default;
  Morphing(const Morphing&) = default;
  Morphing& operator=(const Morphing&) = default;
  Morphing(Morphing&&) = default;
  Morphing& operator=(Morphing&&) = default;
};

/// Independent nuisances with variants at -1 and +1: the parabola through -1, 0, +1 inside, its
/// tangent outside; deformations of several nuisances add up. Variants are ordered nominal, then
/// minus and plus of each nuisance.
std::shared_ptr<const Morphing> vertical_morphing(std::vector<std::size_t> nuisances);

}  // namespace nudipole::likelihood
