#pragma once

#include <string>

namespace nudipole::likelihood {

enum class Prior { gaussian, none };

/// A nuisance parameter. Fits use its pull p = (value - centre)/width; a Gaussian prior adds p^2 to
/// -2 ln L, a free parameter adds nothing and `width` only sets its scale. Nuisances with equal
/// names in several experiments are one parameter and must be defined alike.
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

  bool operator==(const Nuisance&) const = default;
};

}  // namespace nudipole::likelihood
