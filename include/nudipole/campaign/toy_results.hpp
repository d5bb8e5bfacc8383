#pragma once

#include "nudipole/campaign/toy_request.hpp"
#include "nudipole/inference/binomial.hpp"
#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/q_histogram.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What the counts of a toys campaign mean. Its rule asks this too, so that a run stops by what a
/// reader of its file sees.
namespace nudipole::campaign {

/// The name of the campaign in result files.
inline constexpr std::string_view toys_kind = "toys";

std::string_view to_string(ToyMethod method) noexcept;
ToyMethod toy_method(const labelled::Dataset& data);
/// Parameters that a hypothesis gives: couplings that are not profiled, and the mass where the best
/// fit runs over it too. Asymptotically q is chi2 with so many degrees of freedom; the saturated
/// statistic of goodness of fit is not.
int given_parameters(const labelled::Dataset& data);
/// Couplings that a hypothesis gives: the first so many of the configuration.
std::size_t given_couplings(const labelled::Dataset& data);

/// One test at one point.
struct ToyOutcome {
  double mass_MeV = 0.0;               ///< not a number where it has no mass
  std::vector<double> couplings_mu_B;  ///< [coupling of the configuration]
  std::string test;
  std::int64_t toys = 0;    ///< with both fits verified
  std::int64_t failed = 0;  ///< without; they are in nothing else
  double q_observed = 0.0;
  /// Share of toys with q at least as large, or CL_s; by chi2 where `is_asymptotic`.
  double p_value = 0.0;
  double p_error = 0.0;
  bool is_asymptotic = false;
  inference::Proportion with_signal;          ///< toys of the point
  inference::Proportion without_signal;       ///< toys of the Standard Model, for CL_s
  std::vector<inference::Quantile> critical;  ///< [confidence] of q of the point's toys
};

/// All outcomes at one place on the axis `point`.
std::vector<ToyOutcome> toy_outcomes(const labelled::Dataset& data, std::size_t point);
/// At all points that have toys, or do without.
std::vector<ToyOutcome> toy_outcomes(const labelled::Dataset& data);

/// A toy with a fit that is not a verified minimum, as `nudipole toys --toy` makes it again.
struct FailedToy {
  double mass_MeV;
  std::vector<double> couplings_mu_B;
  std::int64_t number;
};

/// Toys that failed: every one of an item whose q is kept, else the first of an item.
std::vector<FailedToy> failed_toys(const labelled::Dataset& data);

/// One end of an interval, found by toys.
struct ToyLimit {
  double mass_MeV;
  double confidence;
  enum class End { upper, lower } end;
  double coupling_mu_B;  ///< not a number unless the status is ok
  double mc_error;       ///< of the coupling, relative
  inference::LimitStatus status;
  double asymptotic_mu_B;  ///< upper limit by the formulae of large samples

  /// Whether an upper limit and the asymptotic one are apart by more than 3 errors and 5 %.
  [[nodiscard]] bool differs() const;
};

/// Limits of a campaign that finds them (feldman_cousins, cls), by level and mass; lower ends only
/// where there are some, as in the construction of Feldman and Cousins. None for other methods.
std::vector<ToyLimit> toy_limits(const labelled::Dataset& data);

/// An expected limit.
struct ExpectedLimit {
  double mass_MeV;
  double confidence;
  double sigma;  ///< the quantile, in standard deviations of a Gaussian
  double coupling_mu_B;
  enum class Kind { asimov, toys } kind;
  int dof = 1;  ///< degrees of freedom of Delta chi2
};

/// Limits that experiments without signal give: by toys where the campaign has them, and by the
/// Asimov data set; those of a grid by the Asimov data set alone.
std::vector<ExpectedLimit> expected_limits(const labelled::Dataset& data);

}  // namespace nudipole::campaign
