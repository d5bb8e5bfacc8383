#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::prediction {

/// Weights of template variants and their derivatives by the values of the nuisances.
struct MorphWeights {
  Eigen::VectorXd weights;   ///< [variant]
  Eigen::MatrixXd by_value;  ///< [variant, nuisance of the morphing]
};

/// How shape nuisances deform a template: the template at values t of the nuisances is a weighted
/// sum of fixed variants, T(t) = sum_v w_v(t) V_v, with w smooth in t and w = (1, 0, 0, ...) at
/// t = 0. A shape nuisance has centre 0 and width 1 unless a configuration says otherwise: then its
/// value is its pull.
class Morphing {
 public:
  virtual ~Morphing() = default;
  [[nodiscard]] virtual std::size_t variant_count() const = 0;
  /// Indices of the term's nuisances it depends on; columns of MorphWeights::by_value.
  [[nodiscard]] virtual const std::vector<std::size_t>& nuisances() const = 0;
  /// \param values  of all nuisances of the term
  [[nodiscard]] virtual MorphWeights weights(std::span<const double> values) const = 0;

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

}  // namespace nudipole::prediction
