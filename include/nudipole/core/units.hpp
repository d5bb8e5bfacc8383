#pragma once

#include "nudipole/core/constants.hpp"

namespace nudipole {

/// Conversion factors that are used at the borders of the program (files, command line).
namespace units {

inline constexpr double MeV_per_keV = 1.0e-3;
inline constexpr double keV_per_MeV = 1.0e3;
inline constexpr double cm_per_m = 1.0e2;
inline constexpr double g_per_kg = 1.0e3;
inline constexpr double seconds_per_day = 86400.0;
/// The elementary charge in coulombs (exact) times 1e6.
inline constexpr double joule_per_MeV = 1.602176634e-13;

}  // namespace units

/// Transition magnetic moment d of L = (d/2) Nbar sigma_{mu nu} nu F^{mu nu} + h.c.
/// (LLX eq. 1), held in Bohr magnetons. mu_B = sqrt(pi alpha) / m_e = 296.304 GeV^-1.
class DipoleCoupling {
 public:
  static constexpr DipoleCoupling from_mu_B(double value) { return DipoleCoupling{value}; }
  static DipoleCoupling from_per_GeV(double value);
  /// The coupling whose square is `x` [mu_B^2]; negative x is taken as 0.
  static DipoleCoupling from_square(double x_mu_B2);

  [[nodiscard]] constexpr double mu_B() const { return mu_B_; }
  [[nodiscard]] double per_GeV() const;
  /// x = d^2 [mu_B^2], the variable in which every prediction is linear.
  [[nodiscard]] constexpr double squared_mu_B2() const { return mu_B_ * mu_B_; }

 private:
  explicit constexpr DipoleCoupling(double value_mu_B) : mu_B_(value_mu_B) {}
  double mu_B_;
};

namespace units {

/// One Bohr magneton [GeV^-1]: sqrt(pi alpha) / m_e = 296.304053924.
double bohr_magneton_per_GeV();
/// One Bohr magneton [MeV^-1].
double bohr_magneton_per_MeV();

}  // namespace units
}  // namespace nudipole
