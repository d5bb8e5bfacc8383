#pragma once

#include "nudipole/likelihood/term.hpp"

#include <Eigen/Core>

#include <span>
#include <string>
#include <vector>

namespace nudipole::likelihood {

/// Portal templates of one mass: [term][bin, variant], events per mu_B^2.
using PortalTemplates = std::vector<Eigen::ArrayXXd>;

/// The likelihood of several data sets with one coupling. Nuisances of equal name are one
/// parameter; its prior counts once.
class Joint {
 public:
  /// \throws ConfigError when two terms define a nuisance of one name differently
  explicit Joint(std::vector<Term> terms);

  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  [[nodiscard]] const std::vector<Nuisance>& nuisances() const { return nuisances_; }

  /// -2 ln L(x, pulls) with priors.
  /// \param gradient  out: [1 + nuisance]: by x, by each pull; empty: not wanted
  double evaluate(double x, const PortalTemplates& portal, std::span<const double> pulls,
                  std::span<double> gradient) const;

  /// Expected Hessian [1 + nuisance, 1 + nuisance] in (x, pulls), priors included.
  [[nodiscard]] Eigen::MatrixXd curvature(double x, const PortalTemplates& portal,
                                          std::span<const double> pulls) const;

  /// The parts of -2 ln L: one for each term, then the sum of the priors.
  [[nodiscard]] std::vector<double> contributions(double x, const PortalTemplates& portal,
                                                  std::span<const double> pulls) const;

  /// Pulls of term `term` in the order of its own nuisances.
  [[nodiscard]] std::vector<double> term_pulls(std::size_t term,
                                               std::span<const double> pulls) const;

 private:
  std::vector<Term> terms_;
  std::vector<Nuisance> nuisances_;
  std::vector<std::vector<std::size_t>> index_;  ///< [term][local nuisance] -> global
};

}  // namespace nudipole::likelihood
