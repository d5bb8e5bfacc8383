#pragma once

#include "nudipole/detector/smearing.hpp"

#include <span>
#include <vector>

namespace nudipole::detector::detail {

/// Densities of the observed energy at one recoil. Those of the first response that asks are kept:
/// of variants with the same smearing and the same E_ee, which differ by their efficiencies alone,
/// the points are the same but for those beside a break.
class RecoilDensities {
 public:
  /// \param observed  [n], ascending \return [n]
  [[nodiscard]] std::vector<double> at(const Smearing& smearing, double e_ee_MeV,
                                       std::span<const double> observed);

 private:
  const Smearing* smearing_ = nullptr;  ///< of those that are kept
  double e_ee_MeV_ = 0.0;
  std::vector<double> observed_{};
  std::vector<double> densities_{};
};

}  // namespace nudipole::detector::detail
