#pragma once

#include <string>

namespace nudipole::likelihood {

enum class Prior {
  gaussian,
  none,  ///< a free parameter
  fixed  ///< held at the centre: no parameter of a fit, nothing added to -2 ln L
};

/// A nuisance parameter. Fits use its pull p = (value - centre)/width; a Gaussian prior adds p^2 to
/// -2 ln L, a free parameter adds nothing and `width` only sets its scale, a fixed one stays at
/// p = 0. Nuisances with equal names in several experiments are one parameter and must be defined
/// alike.
struct Nuisance {
  std::string name;
  double centre = 0.0;
  double width = 1.0;  ///< > 0; standard deviation of the prior
  Prior prior = Prior::gaussian;
  double lower = -1.0;  ///< bounds of the value; predictions stay positive inside
  double upper = 1.0;

  [[nodiscard]] double value(double pull) const { return centre + width * pull; }
  [[nodiscard]] double lower_pull() const { return (lower - centre) / width; }
  [[nodiscard]] double upper_pull() const { return (upper - centre) / width; }
  [[nodiscard]] bool is_fixed() const { return prior == Prior::fixed; }

  bool operator==(const Nuisance&) const = default;
};

/// The definition in words, e.g. "centre 0, width 0.1, gaussian, bounds -0.5 .. 10"; numbers read
/// back exactly.
std::string describe(const Nuisance& nuisance);

}  // namespace nudipole::likelihood
