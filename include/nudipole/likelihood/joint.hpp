#pragma once

#include "nudipole/likelihood/observation.hpp"
#include "nudipole/likelihood/term.hpp"
#include "nudipole/prediction/signal.hpp"

#include <Eigen/Core>

#include <span>
#include <string>
#include <vector>

namespace nudipole::likelihood {

/// The likelihood of several data sets with common parameters of interest. Nuisances of equal name
/// are one parameter; its prior counts once. It holds no data. Its functions are for a few points;
/// what asks again and again makes itself an Evaluator.
///
/// Arguments that all functions share: `signals` [term], one point of each data set's signal, all
/// at the same parameters of interest; `pulls` [nuisance], inside the bounds. Parameters are
/// counted [parameters of interest..., nuisances...].
class Joint {
 public:
  using SignalPoints = std::span<const prediction::SignalPoint>;

  /// \throws ConfigError when two terms define a nuisance of one name differently
  explicit Joint(std::vector<Term> terms);

  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  [[nodiscard]] const std::vector<Nuisance>& nuisances() const { return nuisances_; }

  /// Data as an observation, with the priors where the nuisances say.
  /// \param values  [term][bin]: measured, expected (Asimov data) or drawn
  /// \throws DataError naming the term whose statistic does not accept them;
  ///         Error (unexpected) for another number of terms or bins
  [[nodiscard]] Observation observe(std::vector<Eigen::ArrayXd> values) const;

  /// Expected events [term][bin].
  [[nodiscard]] std::vector<Eigen::ArrayXd> expected(SignalPoints signals,
                                                     std::span<const double> pulls) const;

  /// -2 ln L with priors.
  /// \param gradient  out, for a fit's sake: [parameter]; empty: not wanted
  /// \throws NumericalError when the value is not finite
  double evaluate(SignalPoints signals, std::span<const double> pulls,
                  const Observation& observation, std::span<double> gradient) const;

  /// Expected Hessian [parameter, parameter] of -2 ln L, priors included.
  [[nodiscard]] Eigen::MatrixXd curvature(SignalPoints signals,
                                          std::span<const double> pulls) const;

  /// The parts of -2 ln L: one for each term, then the sum of the priors.
  /// \throws NumericalError when one is not finite
  [[nodiscard]] std::vector<double> contributions(SignalPoints signals,
                                                  std::span<const double> pulls,
                                                  const Observation& observation) const;

  /// Places of the nuisances of term `term` among those of the joint likelihood.
  [[nodiscard]] const std::vector<std::size_t>& nuisances_of(std::size_t term) const {
    return index_[term];
  }
  /// Pulls of term `term` in the order of its own nuisances.
  [[nodiscard]] std::vector<double> term_pulls(std::size_t term,
                                               std::span<const double> pulls) const;

 private:
  std::vector<Term> terms_;
  std::vector<Nuisance> nuisances_;
  std::vector<std::vector<std::size_t>> index_;  ///< [term][local nuisance] -> global
};

}  // namespace nudipole::likelihood
