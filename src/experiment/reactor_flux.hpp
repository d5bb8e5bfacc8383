#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/flux/source.hpp"

namespace nudipole::experiment::detail {

/// Antineutrinos of a power reactor (kind `reactor`), components of electron flavour.
///
/// Spectra per fission, linear between rows, zero outside. Below 2 MeV Vogel and Engel, weighted by
/// `fission_fractions`, or (key `below_2MeV: kopeikin_2012`) Kopeikin, Phys. Atom. Nucl. 75 (2012)
/// 143, of a whole reactor; from 2 MeV on Mueller et al., or `above_2MeV: huber` Huber, who leaves
/// 238U to Mueller, or `mueller_polynomial` the polynomials of Mueller et al. in rows of 25 keV.
/// With Kopeikin the spectrum has a step at 2 MeV and is two components.
/// `normalisation` of kind `spectrum`: `flux_per_cm2_s` over the whole interpolated spectrum;
/// of kind `power`: P/(4 pi L^2) divided by the mean energy per fission.
/// `neutron_capture`: 238U captures, each with a 239U and a 239Np antineutrino: `off`, `added` (the
/// fission part keeps its scale) or `included` (a flux of kind `spectrum` is that of both; the same
/// as `added` for kind `power`).
/// `tail`: `none` ends at the last row; `polynomial` goes on to `tail_end_MeV` with the shape of
/// the exponential polynomials, joined to the last row of each isotope; it adds to the flux.
std::vector<config::Key> reactor_keys();
flux::Source make_reactor(const config::Section& section, const Context& context);

}  // namespace nudipole::experiment::detail
