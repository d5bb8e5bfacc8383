#pragma once

#include "nudipole/core/units.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/likelihood/joint.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nudipole::inference {

/// One fit of the nuisances at a coupling.
struct ProfilePoint {
  double x_mu_B2 = 0.0;          ///< squared coupling
  double minus_two_log_l = 0.0;  ///< minimum over the nuisances
  double slope = 0.0;            ///< d(-2 ln L)/dx along the profile [mu_B^-2] (envelope theorem)
  std::vector<double> pulls;     ///< [nuisance]
  fit::FitStatus status = fit::FitStatus::not_done;
  int evaluations = 0;
};

/// What a limit is worth; the codes are stored in result files.
enum class LimitStatus : std::int8_t {
  not_done = -1,
  ok = 0,
  none_in_range = 1,  ///< Delta chi2 stays below the threshold up to the largest coupling
  closed = 2,         ///< nothing can be produced at this mass: no limit exists
  failed = 3,         ///< a fit on the way did not converge
};
std::string_view to_string(LimitStatus status) noexcept;

struct Limit {
  double x_mu_B2;  ///< NaN unless the status is ok
  LimitStatus status;
};

/// Threshold of Delta chi2 for a confidence level: quantile of chi2 with `dof` degrees of freedom,
/// e.g. 2.706 for 0.90 and 1, 4.605 for 0.90 and 2 (Wilks).
double delta_chi2_threshold(double confidence, int dof);

/// Profile likelihood in x = d^2 at one mass, over all nuisances that are not fixed. Every fit
/// starts from the same point (no pulls), so a result depends on nothing but its own arguments.
class Profile {
 public:
  /// Both are referred to, not copied, and must outlive this object.
  Profile(const likelihood::Joint& joint, const likelihood::PortalTemplates& portal,
          const fit::Settings& settings);

  /// True when every portal template vanishes: the mass is out of reach.
  [[nodiscard]] bool is_closed() const;

  /// Minimum over the nuisances at x >= 0.
  [[nodiscard]] ProfilePoint at(double x_mu_B2) const;

  /// Minimum over the nuisances and x >= 0.
  [[nodiscard]] ProfilePoint best_fit() const;

  /// Upper limit: the x above the best fit where -2 ln L has risen by `delta_chi2` (bracketed
  /// root finding on the exact profile).
  /// \param largest_x_mu_B2  where the search ends
  [[nodiscard]] Limit upper_limit(const ProfilePoint& best, double delta_chi2,
                                  double largest_x_mu_B2) const;

 private:
  [[nodiscard]] ProfilePoint finish(double x_mu_B2, std::vector<double> pulls,
                                    const fit::Result& result) const;
  /// All pulls, those of fixed nuisances 0. \param fitted  [free nuisance]
  [[nodiscard]] std::vector<double> all_pulls(std::span<const double> fitted) const;

  const likelihood::Joint* joint_;
  const likelihood::PortalTemplates* portal_;
  fit::Settings settings_;
  std::vector<std::size_t> free_;  ///< nuisances that are not fixed
  std::vector<double> lower_;      ///< pull bounds [free nuisance]
  std::vector<double> upper_;
};

}  // namespace nudipole::inference
