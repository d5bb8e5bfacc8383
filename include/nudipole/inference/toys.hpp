#pragma once

#include "nudipole/core/poisson.hpp"
#include "nudipole/core/random.hpp"
#include "nudipole/inference/profile.hpp"

#include <Eigen/Core>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace nudipole::inference {

/// What happens to the centres of the Gaussian priors in a toy.
enum class Auxiliary : std::int8_t {
  fluctuated,  ///< a_k ~ Normal(theta_k, width_k) with theta_k of the hypothesis
  fixed        ///< a_k as in the data: the ensemble is conditional on them
};

/// Draws data sets that follow one hypothesis: n_i ~ Poisson(mu_i), or Normal(mu_i, error_i), as
/// the statistic of each term says, and the centres of the priors. What all toys of the hypothesis
/// share is made once.
class ToyGenerator {
 public:
  /// \param signals  [term] at the hypothesis
  /// \param pulls    [nuisance] at the hypothesis
  /// \throws NumericalError naming term and bin where counts are expected to be negative
  ToyGenerator(std::shared_ptr<const likelihood::Joint> joint,
               likelihood::Joint::SignalPoints signals, std::vector<double> pulls,
               Auxiliary auxiliary);

  /// mu [term][bin].
  [[nodiscard]] const std::vector<Eigen::ArrayXd>& expected() const { return expected_; }
  /// The Asimov data set: mu itself, with the priors centred at the hypothesis.
  [[nodiscard]] likelihood::Observation asimov() const;
  /// The data set that a stream stands for: terms, bins, then nuisances, in their order.
  [[nodiscard]] likelihood::Observation draw(RandomStream& stream) const;

 private:
  using Samplers = std::variant<std::vector<PoissonSampler>, Eigen::ArrayXd>;

  std::shared_ptr<const likelihood::Joint> joint_;
  std::vector<Eigen::ArrayXd> expected_;
  std::vector<Samplers> samplers_;  ///< [term] one for each bin, or the errors [bin]
  std::vector<double> pulls_;
  Auxiliary auxiliary_;
};

/// Two fits of one observation: at a hypothesis, and over all parameters.
struct HypothesisTest {
  ProfilePoint tested;
  ProfilePoint best;
};

/// Both fits, the one at the hypothesis from the nuisances of the fit without signal; parameters of
/// interest that the hypothesis does not give are profiled in it. Where one is
/// not a verified minimum, or the one with less freedom lies lower, which shows that the other one
/// has ended in a higher local minimum, each is tried from where the other one ended.
/// \param given  [parameter of interest], each >= 0
/// \throws NumericalError where -2 ln L has no value
HypothesisTest test_hypothesis(const Profile& profile,
                               std::span<const std::optional<double>> given);
/// The same for a single parameter of interest.
HypothesisTest test_hypothesis(const Profile& profile, double poi);

/// q = -2 ln [L(x, theta^^(x)) / L(x^, theta^)], x^ >= 0: the two-sided statistic, in the order of
/// Feldman and Cousins (physics/9711021). Not a number when a fit is not a verified minimum, or
/// when the fit over all parameters has missed a minimum that the other one found.
double two_sided_statistic(const HypothesisTest& test);
/// The same, but 0 where x^ > x: the data speak against smaller signals only (Cowan, Cranmer,
/// Gross, Vitells, 1007.1727, eq. 16). Of a single parameter of interest.
double one_sided_statistic(const HypothesisTest& test);

/// Whether a toy's statistic counts as at least as large as the observed one. Fits are exact to
/// 1e-9 of -2 ln L, and with few counts many toys have the observed value.
constexpr bool at_least_as_large(double toy, double observed) {
  constexpr double tie = 1.0e-7;
  return toy >= observed - tie;
}

}  // namespace nudipole::inference
