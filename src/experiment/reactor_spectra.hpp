#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/flux/reactor.hpp"

#include <vector>

namespace nudipole::experiment::detail {

/// Antineutrinos per fission [1/MeV]: one function, or two that meet with a step.
struct FissionSpectrum {
  std::vector<flux::PiecewiseLinear> parts;
  /// Antineutrinos per fission without those of the tail.
  double tabulated_per_fission;
};

/// Keys that choose the spectra: `below_2MeV`, `above_2MeV`, `polynomial_end_MeV`, `tail` and
/// `tail_end_MeV`.
std::vector<config::Key> fission_spectrum_keys();
/// \param section    of kind `reactor`
/// \param fractions  shares of the fissions
FissionSpectrum read_fission_spectrum(const config::Section& section, const Context& context,
                                      const flux::PerIsotope<double>& fractions);

}  // namespace nudipole::experiment::detail
