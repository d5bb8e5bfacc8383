#pragma once

#include "nudipole/likelihood/joint.hpp"
#include "nudipole/likelihood/observation.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::likelihood {

namespace detail {
class TermEvaluator;
}

/// Which second derivatives of -2 ln L a fit wants.
enum class Hessian {
  observed,  ///< the exact ones; may be indefinite far from a minimum. For a signal that is not
             ///< linear those by two parameters of interest are the expected ones.
  expected   ///< averaged over data that follow the prediction: J^T C J, never indefinite
};

/// -2 ln L of a joint likelihood where fits call it, over and over: all memory is taken in the
/// constructor, and evaluations take none. For one thread at a time.
///
/// Some parameters move, and derivatives are by these alone. `pulls` are all nuisances.
class Evaluator {
 public:
  /// \param joint      must outlive this
  /// \param poi_count  parameters of interest of the signals
  /// \param moving     [moving] places in [parameters of interest..., nuisances...], ascending
  Evaluator(const Joint& joint, std::size_t poi_count, std::vector<std::size_t> moving);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// \param signals  [term], which must live until the next call
  void set_signals(Joint::SignalPoints signals);

  /// -2 ln L with priors. \param gradient  out: [moving], or empty: not wanted
  /// \throws NumericalError when the value is not finite
  double value(std::span<const double> pulls, const Observation& observation,
               std::span<double> gradient);
  /// Derivatives without the value, which costs logarithms.
  /// \param gradient  out: [moving]
  /// \param hessian   out: [moving, moving]
  /// \return false where -2 ln L has no value
  bool derivatives(std::span<const double> pulls, const Observation& observation, Hessian kind,
                   std::span<double> gradient, Eigen::MatrixXd& hessian);
  /// The expected Hessian [moving, moving], which needs no data.
  void curvature(std::span<const double> pulls, Eigen::MatrixXd& hessian);

  /// Expected events [term][bin].
  [[nodiscard]] std::vector<Eigen::ArrayXd> expected(std::span<const double> pulls);

  /// The parts of the last value(): one for each term, then the sum of the priors.
  [[nodiscard]] const std::vector<double>& parts() const { return parts_; }
  /// Slope of -2 ln L by a parameter of interest, moving or not, where the last value() was.
  [[nodiscard]] double slope(std::size_t poi);

 private:
  /// One term with where its parameters are.
  struct Part {
    std::unique_ptr<detail::TermEvaluator> term;
    std::vector<std::size_t> nuisances;  ///< [local] -> of the joint likelihood
    std::vector<std::size_t> moving;     ///< [moving of the term] -> moving
    std::vector<double> pulls;           ///< [local]
    std::vector<double> gradient;        ///< [moving of the term]
    Eigen::MatrixXd hessian;             ///< [moving of the term, same]
  };

  void move(std::span<const double> pulls);
  /// The priors' part of -2 ln L; starts the gradient, unless it is empty.
  double prior(std::span<const double> pulls, const Observation& observation,
               std::span<double> gradient) const;
  void start_hessian(Eigen::MatrixXd& hessian) const;
  static void add_gradient(const Part& part, std::span<double> gradient);
  static void add_hessian(const Part& part, Eigen::MatrixXd& hessian);

  const Joint* joint_;
  std::size_t poi_count_;
  std::vector<std::size_t> moving_;
  std::vector<Part> terms_{};
  std::vector<double> parts_;
};

}  // namespace nudipole::likelihood
