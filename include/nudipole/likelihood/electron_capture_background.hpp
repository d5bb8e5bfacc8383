#pragma once

#include "nudipole/likelihood/parametric_background.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace nudipole::likelihood {

/// Fixed numbers of the background of a germanium detector with 71Ge in it (C22 eq. 3.3, AC22
/// eq. 20). Energies in keV of electron equivalent.
struct ElectronCaptureShape {
  double reference_energy_keV;  ///< E_0, where the exponential has its amplitude
  double l2_energy_keV;
  double l2_share;  ///< strength of L2 relative to L1
  double m_energy_keV;
  double m_width_keV;
};

/// Parameters in the order of ParametricBackground::nuisances().
enum class ElectronCaptureParameter {
  constant,   ///< N [events/bin]
  amplitude,  ///< A [events/bin], of the exponential at E_0
  peak,       ///< H [events/bin x keV], area of the L1 peak
  ln_decay,   ///< ln(T/keV), decay constant of the exponential
  l1_energy,  ///< E_L1 [keV]
  width,      ///< s [keV], of the peaks L1 and L2
  m_ratio,    ///< beta, strength of M relative to L1
};
inline constexpr std::size_t electron_capture_parameter_count = 7;

/// Constant, epithermal neutrons and electron-capture peaks:
/// B(E) = N + A exp(-(E - E_0)/T) + H [g(E; E_L1, s) + r g(E; E_L2, s) + beta g(E; E_M, s_M)]
/// with g a Gaussian of unit area [1/keV], at the centre of each bin, as in the published fits. The
/// exponential is pinned at E_0 inside the window and its decay constant enters by its logarithm:
/// the amplitude at E = 0 and T itself are correlated beyond 99 %.
/// \param centres_keV  of the bins [bin]
/// \param nuisances    indices of the term's nuisances in the order of ElectronCaptureParameter
std::shared_ptr<const ParametricBackground> electron_capture_background(
    std::string name, const std::vector<double>& centres_keV, const ElectronCaptureShape& shape,
    std::array<std::size_t, electron_capture_parameter_count> nuisances);

}  // namespace nudipole::likelihood
