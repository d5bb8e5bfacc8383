#pragma once

#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/profile.hpp"

#include <span>
#include <vector>

namespace nudipole::inference::detail {

/// Excluded values of a single parameter of interest whose signal grows and falls again. From the
/// minimum at small values -2 ln L rises to a peak, near which the signal is largest, and falls to
/// its value without signal: what is excluded lies around the peak.
class Band {
 public:
  /// \param best     over all values
  /// \param largest  where the search ends
  Band(const Profile& profile, const ProfilePoint& best, double largest);

  /// For each threshold the lower end of the excluded values, with the upper one where it is below
  /// the largest value.
  [[nodiscard]] std::vector<Limit> limits(std::span<const double> delta_chi2);

 private:
  struct Visited {
    double poi;
    double rise;
    double slope;
    std::vector<double> pulls;
  };

  [[nodiscard]] Visited visit(double poi, const std::vector<double>& pulls);
  /// The first place above the minimum at small values where -2 ln L rises no more.
  [[nodiscard]] Visited peak();
  /// Places from the peak on, until the rise is below `least`.
  [[nodiscard]] std::vector<Visited> descent(const Visited& top, double least);
  /// Where the rise falls through a threshold between two places.
  [[nodiscard]] double root(const Visited& above, const Visited& below, double delta_chi2);

  const Profile* profile_;
  ProfilePoint below_;  ///< the minimum at small values
  double minimum_;
  double largest_;
  bool converged_;
};

}  // namespace nudipole::inference::detail
