#pragma once

#include "nudipole/flux/spectrum.hpp"

#include <vector>

namespace nudipole::flux::detail {

/// q0 + q1 y + q2 y^2 on one piece, y = upper - E the distance from its upper end.
struct Parabola {
  double q0;
  double q1;
  double q2;
};

/// A spectrum of parabolas between knots, 0 outside.
class PiecewisePolynomialSpectrum final : public Spectrum {
 public:
  /// \param knots_MeV  [pieces + 1], strictly ascending, >= 0
  /// \param pieces     [pieces], ascending in energy
  PiecewisePolynomialSpectrum(std::vector<double> knots_MeV, std::vector<Parabola> pieces);

  void moments_above(std::span<const double> energies_MeV,
                     std::span<Moments> moments) const override;
  [[nodiscard]] const std::vector<double>& breaks_MeV() const override { return knots_; }

 private:
  /// Moments of piece `piece` above `energy_MeV`, which lies in it.
  [[nodiscard]] Moments inside(std::size_t piece, double energy_MeV) const;

  std::vector<double> knots_;
  std::vector<Parabola> pieces_;
  std::vector<Moments> above_;  ///< moments above the upper knot of each piece
};

/// Throws DataError unless the points ascend from >= 0 and the values are >= 0 and not all 0.
/// \param what  name for messages
void require_points(const std::vector<double>& energies_MeV, const std::vector<double>& values,
                    const char* what);

/// Number of points up to the first of the zeros at the end.
std::size_t points_to_end_point(const std::vector<double>& values);

}  // namespace nudipole::flux::detail
