"""Writes ../combined_limits.csv: COHERENT CsI 2022 and CENNS-10 (12 bins) together. Takes five seconds.

The neutrino yield of the source, 10 %, is one pull of both; the rest of each signal's uncertainty in
quadrature is its own: mu = (1 + flux + own) (S + x D) + backgrounds.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import cenns10 as lar
import csi_2022 as csi
from pion_decay import ARRIVAL, COUPLED, NEUTRINOS
from profile_fit import Likelihood, Process, gaussian, limits, poisson, side_by_side
from table_file import writer

MASSES = (0.1, 1, 10, 29.8, 45)
FLUX_WIDTH = 0.10
CSI_BINS, LAR_BINS = csi.ENERGY_BINS * csi.TIME_BINS, len(lar.ENERGY_EDGES) - 1


def rest(width):
    return np.sqrt(width**2 - FLUX_WIDTH**2)


def in_csi(events):
    return np.append(events, np.zeros(LAR_BINS))


def in_lar(events):
    return np.append(np.zeros(CSI_BINS), events)


def main():
    csi_response, lar_response = csi.Response(), lar.Reconstructed()
    factors = csi.time_factors()
    widths = [FLUX_WIDTH, rest(csi.PULL_WIDTHS["signal"]),
              *(csi.PULL_WIDTHS[name] for name in ("brn", "nin", "ssb")),
              rest(lar.PULL_WIDTHS["signal"]),
              *(lar.PULL_WIDTHS[name] for name in ("brn_prompt", "brn_delayed"))]

    def csi_events(process, neutrinos, mass=0.0):
        electrons = "dipole" if process == "dipole" else "eves"
        return sum(np.outer(csi.nucleus_bins(csi_response, process, nu, mass)
                            + csi.electron_bins(csi_response, electrons, nu, mass),
                            factors[ARRIVAL[nu]]) for nu in neutrinos)

    def lar_events(process, neutrinos, mass=0.0):
        return sum(lar.nucleus_bins(lar_response, process, nu, mass) for nu in neutrinos)

    statistic = side_by_side(poisson(csi.observed()), gaussian(*lar.observed()), CSI_BINS)
    standard = (in_csi(csi_events("full", NEUTRINOS)), in_lar(lar_events("full", NEUTRINOS)))
    backgrounds = [Process((2 + k,), in_csi(events))
                   for k, events in enumerate(csi.backgrounds().values())]
    backgrounds += [Process((6 + k,), in_lar(events))
                    for k, events in enumerate(lar.backgrounds().values())]
    rows = []
    for mass in MASSES:
        for flavour, coupled in COUPLED.items():
            signals = [Process((0, 1), standard[0], in_csi(csi_events("dipole", coupled, mass))),
                       Process((0, 5), standard[1], in_lar(lar_events("dipole", coupled, mass)))]
            likelihood = Likelihood(statistic, signals + backgrounds, widths)
            at_zero, best, best_x, found = limits(likelihood, (2.71, 4.61))
            flux = likelihood.profile(best_x)[1][0]
            rows.append((flavour, mass, at_zero, best, flux,
                         *(1e-9 * np.sqrt(x) for x in (best_x, *found))))
    writer("make_combined.py")("combined_limits.csv", [
        "COHERENT CsI 2022 and CENNS-10 (12 bins) with a common neutrino yield of 10 %: -2 ln L without portal (sm) and at",
        "its minimum over d >= 0, the common pull's value and the coupling there, and the couplings where it has risen by",
        "2.71 and 4.61. Damped Newton over eight pulls, Brent root finding. Accuracy 1e-9 (d_best 1e-6, a root of a slope)."],
        "flavour [text],mass [MeV],chi2_sm [-],chi2_min [-],sns_flux [-],d_best [mu_B],"
        "d_limit_2.71 [mu_B],d_limit_4.61 [mu_B]", rows)


if __name__ == "__main__":
    main()
