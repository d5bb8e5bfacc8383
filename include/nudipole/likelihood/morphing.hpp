#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::likelihood {

/// Weights of template variants and their derivatives by the pulls they depend on.
struct MorphWeights {
  Eigen::VectorXd weights;  ///< [variant]
  Eigen::MatrixXd by_pull;  ///< [variant, nuisance of the morphing]
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

/// Which variants of a shape are known.
enum class Sides {
  both,  ///< at -1 and at +1
  plus   ///< at +1 only; the variant at -1 is its mirror image, 2 nominal - plus
};

/// One nuisance that deforms a template.
struct VerticalShape {
  std::size_t nuisance;  ///< index into the term's nuisances
  Sides sides = Sides::both;
};

/// Independent nuisances with variants at -1 and +1: the parabola through -1, 0, +1 inside, its
/// tangent outside (a straight line where only +1 is known); deformations of several nuisances add
/// up. Variants are ordered nominal, then of each nuisance minus (where known) and plus.
std::shared_ptr<const Morphing> vertical_morphing(std::vector<VerticalShape> shapes);
/// The same with both sides known for all.
std::shared_ptr<const Morphing> vertical_morphing(const std::vector<std::size_t>& nuisances);

}  // namespace nudipole::likelihood
