#pragma once

#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/profile.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace nudipole::inference::detail {

/// How -2 ln L rises above the best fit along one parameter of interest, the others profiled.
/// Thresholds are looked for one after the other; what was fitted for one serves the next.
///
/// The root of the rise, u = sqrt(-2 ln L - minimum), is nearly linear in the parameter, and every
/// fit knows the slope of the profile exactly (envelope theorem). Two fits thus give a cubic for
/// the parameter as a function of u, and three or four fits a limit. Each fit begins with the
/// nuisances of the nearest one before: the order of fits is fixed by the arguments alone.
class Rise {
 public:
  /// \param start    the minimum from which -2 ln L rises
  /// \param minimum  -2 ln L above which rises are counted: that of the start, or less
  Rise(const Profile& profile, std::size_t poi, const ProfilePoint& start, double minimum,
       double largest);

  /// Upper end: where the rise is first `delta_chi2`, up to the largest value.
  [[nodiscard]] Limit upper_limit(double delta_chi2);

  /// A value that was fitted and where the rise is `ceiling` or little more; none when it stays
  /// below up to the largest value or a fit on the way has not converged.
  [[nodiscard]] std::optional<double> above(double ceiling);

 private:
  struct Visited {
    double poi;
    double rise;
    double slope;
    double root;     ///< sqrt(rise)
    double by_root;  ///< d poi/d root
    std::vector<double> pulls;
  };

  [[nodiscard]] ProfilePoint fit(double poi, const std::vector<double>& start) const;
  /// \return its place
  std::size_t visit(double poi);
  /// The first visited place that reaches a rise, or the number of places.
  [[nodiscard]] std::size_t first_above(double rise) const;
  /// Where the rise should be that of `root`, by the two places on both sides of `end`.
  [[nodiscard]] double guess(double root, std::size_t end) const;
  /// The guess, kept between the places where the rise is less and more.
  [[nodiscard]] double next(double root, std::size_t end) const;
  [[nodiscard]] Limit found(double poi) const;
  [[nodiscard]] Limit without_value(LimitStatus status) const;

  const Profile* profile_;
  std::size_t poi_;
  double minimum_;
  double curvature_;  ///< of the profile at the start, nearly; 0 when it is not known
  double largest_;
  bool converged_;
  std::vector<Visited> visited_;  ///< ascending; first the start
};

}  // namespace nudipole::inference::detail
