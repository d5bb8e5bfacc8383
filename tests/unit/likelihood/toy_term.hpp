#pragma once

#include "nudipole/likelihood/term.hpp"

#include <memory>
#include <string>
#include <utility>

namespace nudipole::test {

/// Six bins, a signal, two backgrounds of equal scaling, one with two nuisances and one with none:
/// every way a component can be scaled.
inline likelihood::Term::Definition toy_definition(const std::string& name, double exposure = 1.0) {
  using likelihood::Prior;
  Eigen::ArrayXd signal(6);
  signal << 9.0, 7.0, 0.3, 2.0, 1.0, 0.5;
  Eigen::ArrayXd steady(6);
  steady << 10.0, 8.0, 0.1, 4.0, 2.0, 9.0;
  Eigen::ArrayXd prompt(6);
  prompt << 6.0, 5.0, 0.2, 1.0, 0.5, 0.25;
  const Eigen::ArrayXd late = 0.4 * prompt.reverse();
  const Eigen::ArrayXd fixed = Eigen::ArrayXd::Constant(6, 0.7);
  return {.name = name,
          .bin_count = 6,
          .statistic = likelihood::poisson_deviance(),
          .nuisances = {{.name = "flux", .width = 0.1, .lower = -0.5, .upper = 0.5},
                        {.name = "steady", .width = 0.05, .lower = -0.25, .upper = 0.25},
                        {.name = "free",
                         .centre = 0.2,
                         .width = 0.3,
                         .prior = Prior::none,
                         .lower = -0.4,
                         .upper = 2.0}},
          .components = {{"signal", exposure * signal, {0}},
                         {"steady", exposure * steady, {1}},
                         {"prompt", exposure * prompt, {0, 2}},
                         {"late", exposure * late, {1}},
                         {"fixed", exposure * fixed, {}}},
          .signal_scaled_by = {0}};
}

/// What the toy measured.
inline Eigen::ArrayXd toy_data(double exposure = 1.0) {
  Eigen::ArrayXd data(6);
  data << 31.0, 22.0, 0.0, 9.0, 3.0, 14.0;
  return exposure * data;
}

inline likelihood::Observed toy_observed() {
  return likelihood::poisson_deviance()->observe(toy_data());
}

/// Portal events per mu_B^2 in the bins of the toy.
inline Eigen::ArrayXd toy_portal() {
  Eigen::ArrayXd portal(6);
  portal << 4.0, 2.0, 1.0, 0.5, 0.25, 0.0;
  return portal * 1.0e18;
}

/// A squared coupling [mu_B^2] that gives the toy a few events.
inline constexpr double toy_x = 1.0e-18;

}  // namespace nudipole::test
