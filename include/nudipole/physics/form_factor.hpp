#pragma once

namespace nudipole::physics {

/// Helm form factor F(q) = 3 j1(q R0)/(q R0) exp(-q^2 s^2/2) with s = 0.9 fm and
/// R0^2 = 5/3 (R^2 - 3 s^2), so that the rms radius is R (KDK eq. 7 read correctly).
class HelmFormFactor {
 public:
  /// \param rms_radius_fm  larger than sqrt(3) s = 1.56 fm
  /// \throws DataError for a smaller radius
  explicit HelmFormFactor(double rms_radius_fm);

  /// F at momentum transfer q [MeV], F(0) = 1.
  [[nodiscard]] double operator()(double q_MeV) const;

 private:
  double box_radius_fm_;  ///< R0
};

}  // namespace nudipole::physics
