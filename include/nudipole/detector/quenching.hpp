#pragma once

#include <memory>
#include <vector>

namespace nudipole::detector {

/// Turns a recoil energy into the electron-equivalent energy that the detector sees.
class Quenching {
 public:
  virtual ~Quenching() = default;
  /// E_ee [MeV] of a recoil T [MeV].
  [[nodiscard]] virtual double electron_equivalent_MeV(double recoil_MeV) const = 0;
  /// Recoil energies [MeV] where the function is not smooth, ascending.
  [[nodiscard]] virtual std::vector<double> breaks_MeV() const { return {}; }

 protected:
  Quenching() = default;
  Quenching(const Quenching&) = default;
  Quenching& operator=(const Quenching&) = default;
  Quenching(Quenching&&) = default;
  Quenching& operator=(Quenching&&) = default;
};

/// E_ee = T: electron recoils.
std::shared_ptr<const Quenching> no_quenching();
/// E_ee = sum_k c_k T^(k+1), T and E_ee in MeV: the scintillation response of CsI[Na]
/// (COHERENT 2022 uses four terms); one term is a constant quenching factor.
/// \param coefficients  c_0, c_1, ... in MeV^-k
std::shared_ptr<const Quenching> polynomial_quenching(std::vector<double> coefficients);
/// Lindhard et al., Mat. Fys. Medd. Dan. Vid. Selsk. 33 (1963) no. 10: E_ee = T k g/(1 + k g),
/// g = 3 e^0.15 + 0.7 e^0.6 + e, e = 11.5 Z^(-7/3) T/keV.
/// \param k  strength of the electronic stopping, e.g. 0.157 for germanium
/// \param charge  Z
std::shared_ptr<const Quenching> lindhard_quenching(double k, double charge);
/// E_ee = T Q(T) with the quenching factor Q linear between rows and constant outside. T Q(T) need
/// not be monotonic.
/// \param recoils_MeV  [n >= 2], ascending
/// \param factors      [n]
std::shared_ptr<const Quenching> tabulated_quenching(std::vector<double> recoils_MeV,
                                                     std::vector<double> factors);
/// E_ee = T (a + b min(T, T_c)): a quenching factor that grows linearly and is held above T_c
/// (CENNS-10, arXiv:2006.12659).
/// \param factor             a
/// \param slope_per_MeV      b
/// \param constant_above_MeV T_c, > 0
std::shared_ptr<const Quenching> linear_factor_quenching(double factor, double slope_per_MeV,
                                                         double constant_above_MeV);

}  // namespace nudipole::detector
