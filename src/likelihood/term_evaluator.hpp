#pragma once

#include "kernels.hpp"
#include "nudipole/likelihood/evaluator.hpp"
#include "nudipole/likelihood/term.hpp"
#include "nudipole/prediction/variation.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace nudipole::likelihood::detail {

/// One term's part of an Evaluator. Its expectation is a sum over groups of processes that scale
/// and vary alike, mu = sum_g (1 + sum_k theta_k) V_g w(theta), plus backgrounds of free shape. The
/// signal is added to the group that it varies with, so that it costs nothing while it stays.
///
/// Derivatives are by the moving parameters, places in [parameters of interest..., nuisances...] of
/// this term. Calls go: set_signal, move, then whatever is wanted there.
class TermEvaluator {
 public:
  TermEvaluator(const Term& term, std::size_t poi_count, std::vector<std::size_t> moving);

  void set_signal(const prediction::SignalPoint& signal);
  /// Works out the expectation and its derivatives.
  void move(std::span<const double> pulls);

  [[nodiscard]] const Eigen::ArrayXd& expected() const { return expected_; }
  /// -2 ln L of the data; may be not finite. \param gradient  out: [moving], or empty
  double value(const Observed& observed, std::span<double> gradient);
  /// \return false where there is no value
  bool derivatives(const Observed& observed, Hessian kind, std::span<double> gradient,
                   Eigen::MatrixXd& hessian);
  void curvature(Eigen::MatrixXd& hessian);
  /// Slope of -2 ln L by a parameter of interest where the last value or derivatives were.
  [[nodiscard]] double slope(std::size_t poi);

  [[nodiscard]] const Term& term() const { return *term_; }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  /// Processes that scale with the same nuisances and vary with the same variations.
  struct Group {
    const std::vector<std::size_t>* scaled_by;
    std::size_t varied;                    ///< place in varied_, or `none`
    Eigen::ArrayXXd fixed;                 ///< [bin, variant] components; empty when there are none
    Eigen::ArrayXXd variants;              ///< [bin, variant] with the signal
    Eigen::ArrayXd varied_events{};        ///< [bin]; empty without variations
    Eigen::VectorXd by_variant{};          ///< [variant]
    std::vector<const double*> columns{};  ///< of the variants
    double factor = 1.0;

    /// Events at the point moved to, before scaling [bin].
    [[nodiscard]] const double* events() const {
      return varied == none ? variants.data() : varied_events.data();
    }
  };
  /// A background of free shape with its own values.
  struct FreeShape {
    const ParametricBackground* background;
    std::vector<double> values;
    ParametricBackground::Prediction prediction;
    Eigen::MatrixXd second_derivatives;
  };
  /// Variations that some groups share.
  struct Varied {
    const prediction::Variations* variations;
    prediction::VariationPoint point;
  };

  void add_groups();
  void find_columns_that_only_scale();
  [[nodiscard]] std::size_t place_of(const prediction::Variations* variations);
  [[nodiscard]] std::size_t slot(std::size_t nuisance) const {
    return slots_[poi_count_ + nuisance];
  }
  [[nodiscard]] double width(std::size_t nuisance) const;
  [[nodiscard]] double scale(const std::vector<std::size_t>& scaled_by) const;
  double* column(std::size_t slot) { return jacobian_.col(static_cast<Eigen::Index>(slot)).data(); }
  /// Of the next sum into a column: the first one after `move` began clears it.
  Start start_of(std::size_t slot) { return std::exchange(starts_[slot], Start::there); }
  void move_group(Group& group);
  void move_free_shape(FreeShape& shape);
  void move_signal_column(std::size_t poi, std::size_t slot);
  /// sum_b by_poi(a, b) T_b^T d(-2 ln L)/d mu, into signal_by_variant_.
  void project_signal(std::size_t poi);
  void add_second_derivatives_of(Group& group, Eigen::MatrixXd& hessian);
  void add_second_derivatives_of(FreeShape& shape, Eigen::MatrixXd& hessian);
  void add_second_derivatives_by(std::size_t poi, Eigen::MatrixXd& hessian);

  const Term* term_;
  std::size_t poi_count_;
  std::size_t bins_;
  std::vector<std::size_t> moving_;
  std::vector<std::size_t> slots_;  ///< [parameter] -> place among the moving, or `none`
  const prediction::SignalPoint* signal_ = nullptr;
  std::vector<Group> groups_{};
  std::size_t signal_group_ = none;
  std::vector<Varied> varied_{};
  std::vector<FreeShape> free_shapes_{};
  std::vector<double> values_;            ///< [nuisance]
  Eigen::ArrayXd expected_;               ///< mu [bin]
  Eigen::ArrayXd by_mu_;                  ///< d(-2 ln L)/d mu [bin]
  Eigen::ArrayXd second_;                 ///< second derivative by mu [bin]
  Eigen::ArrayXXd jacobian_;              ///< d mu/d parameter [bin, moving]
  std::vector<const double*> columns_{};  ///< [moving] of the Jacobian
  /// [moving] Whether a parameter does nothing but scale processes that do not vary: then its
  /// column changes with the signal only.
  std::vector<bool> only_scales_{};
  std::vector<Start> starts_;  ///< [moving]
  Eigen::VectorXd signal_by_variant_{};
};

/// \throws NumericalError that tells where the least expectation of a term is
[[noreturn]] void throw_not_finite(const TermEvaluator& term);

}  // namespace nudipole::likelihood::detail
