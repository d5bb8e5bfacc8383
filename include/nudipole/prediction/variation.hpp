#pragma once

#include "nudipole/math/natural_spline.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

namespace nudipole::prediction {

enum class Interpolation {
  /// The parabola through -1, 0 and +1 inside and its tangent outside; where only 0 and +1 are
  /// known a straight line, which makes the version at -1 the mirror image 2 nominal - plus.
  parabola,
  /// Natural cubic spline through any number of points: twice continuously differentiable, a
  /// straight line outside.
  spline
};

/// How a template depends on one nuisance: the points at which it is known, and the way between.
struct Variation {
  std::size_t nuisance;        ///< index into the term's nuisances
  std::vector<double> points;  ///< values of the nuisance; the first is 0, the nominal template
  Interpolation interpolation;
};

/// Known at -1 and +1.
Variation parabola(std::size_t nuisance);
/// Known at +1 only.
Variation straight_line(std::size_t nuisance);
/// \param points  the first is 0, the others in any order
Variation spline(std::size_t nuisance, std::vector<double> points);

/// Weights of template variants and their derivatives by the values of the nuisances.
struct VariantWeights {
  Eigen::VectorXd weights;   ///< [variant]
  Eigen::MatrixXd by_value;  ///< [variant, nuisance of the variations]
};

/// How a template depends on several nuisances: at values t it is a weighted sum of fixed variants,
/// T(t) = sum_v w_v(t) V_v, with w smooth in t, w = (1, 0, 0, ...) at t = 0, and T exact at every
/// variant. A shape nuisance has centre 0 and width 1 unless a configuration says otherwise: then
/// its value is its pull.
///
/// All parabolas together are one factor, 1 + the sum of what each adds; every spline is a factor
/// of its own. The variants are the products of one version of each factor, the last factor
/// fastest: first the parabolas' (nominal, then the points of each), then the points of the
/// splines, all in the order given. The first variant is the nominal one.
class Variations {
 public:
  /// \throws Error (unexpected) for points that do not begin with 0, occur twice, or do not fit the
  ///         interpolation
  explicit Variations(std::span<const Variation> variations);

  [[nodiscard]] std::size_t variant_count() const;
  /// Indices of the term's nuisances it depends on; columns of VariantWeights::by_value.
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const { return nuisances_; }
  /// \param values  of all nuisances of the term
  [[nodiscard]] VariantWeights weights(std::span<const double> values) const;

 private:
  friend class VariationPoint;

  struct Spline {
    std::vector<std::size_t> order;  ///< of the points, by their values
    math::NaturalSpline curve;
  };

  std::vector<std::size_t> nuisances_;  ///< of parabolas, then of splines
  std::vector<std::size_t> parabolas_;  ///< points of each beside 0: 1 or 2
  std::vector<Spline> splines_;
};

/// The weights at one point after another, in memory that is taken once: what a fit uses.
class VariationPoint {
 public:
  /// \param variations  must outlive this
  explicit VariationPoint(const Variations& variations);

  /// \param values  of all nuisances of the term
  void move(std::span<const double> values);

  [[nodiscard]] const VariantWeights& weights() const { return weights_; }
  /// Second derivatives of a sum over the variants, sum_v f_v d2 w_v/dt_j dt_k [nuisance, nuisance]
  /// at the point moved to; where a parabola becomes its tangent, those of the tangent.
  /// \param by_variant  f [variant]
  [[nodiscard]] const Eigen::MatrixXd& second_derivatives(const Eigen::VectorXd& by_variant);

 private:
  /// One factor of the product: the parabolas together, or a spline.
  struct Factor {
    std::size_t first;  ///< of its nuisances, in the order of the variations
    Eigen::Index own;   ///< how many it has
    /// [point, 1 + 2 own]: the values, then first and then second derivatives by each nuisance.
    Eigen::MatrixXd columns;
  };

  void move_parabolas(std::span<const double> values);
  void move_spline(std::size_t index, double value);
  /// Product of one column of each factor, of which some are not the values.
  template <class Column>
  void product(Column&& column, double* result) const;

  const Variations* variations_;
  std::vector<Factor> factors_;
  std::vector<std::size_t> factor_of_;  ///< [nuisance of the variations]
  math::NaturalSpline::Weights spline_;
  VariantWeights weights_;
  Eigen::VectorXd second_;  ///< [variant]
  Eigen::MatrixXd second_derivatives_;
};

}  // namespace nudipole::prediction
