"""COHERENT CENNS-10 liquid argon in 12 energy bins by direct double integrals over E and T.

The tables are those of data/coherent_cenns10 and data/nuclides.csv; the single numbers below are
those of data/coherent_cenns10/SOURCE.md.
"""

import numpy as np

from csi_2022 import per_recoil, read_nuclide, read_table, recoil_window
from portal import AVOGADRO, FLAVOUR, charge_and_kernel, log_panels, panels

ENERGY_EDGES = np.arange(0.0, 121.0, 10.0)  # keVee
MASS_G = 24.4e3
DISTANCE_CM = 2750.0
PROTONS_ON_TARGET = 13.8e22
NEUTRINOS_PER_PROTON = 0.09
QUENCHING, QUENCHING_SLOPE_PER_KEV, CONSTANT_ABOVE_KEV = 0.246, 7.8e-4, 125.0
RESOLUTION = 0.58  # sigma = RESOLUTION sqrt(E) in keVee
SHAPE_ERROR = 0.01674  # of the neutrons in each bin
PULL_WIDTHS = {"signal": 0.134, "brn_prompt": 0.32, "brn_delayed": 1.0}

ARGON = read_nuclide("Ar40")
NORM = (NEUTRINOS_PER_PROTON * PROTONS_ON_TARGET / (4 * np.pi * DISTANCE_CM**2)
        * MASS_G / ARGON["atomic_mass"] * AVOGADRO)
EFFICIENCY = read_table("coherent_cenns10/efficiency.csv")
COUNTS = read_table("coherent_cenns10/energy.csv")


def quenched_kev(t_kev):
    return t_kev * (QUENCHING + QUENCHING_SLOPE_PER_KEV * np.minimum(t_kev, CONSTANT_ABOVE_KEV))


def efficiency(e_kev):
    """Linear between the rows, 0 below the first, constant above the last."""
    return np.interp(e_kev, EFFICIENCY["energy"], EFFICIENCY["efficiency"], left=0.0)


def recoil_marks():
    """Recoils [MeV] where the quenched energy crosses a bin edge or a row of the efficiency."""
    t_kev = np.linspace(0.1, 600.0, 600001)
    energies = np.concatenate([EFFICIENCY["energy"], ENERGY_EDGES[1:]])
    return [*(np.interp(energies, quenched_kev(t_kev), t_kev) * 1e-3), CONSTANT_ABOVE_KEV * 1e-3]


MARKS = recoil_marks()


class Response:
    """Probability of each bin: Gaussian smearing, efficiency at the reconstructed energy."""

    def __init__(self, order=8):
        knots = EFFICIENCY["energy"]
        edges = [*knots, *np.linspace(knots[-1], ENERGY_EDGES[-1], 170), *ENERGY_EDGES[1:]]
        self.x, w = panels(edges, order)
        bins = np.minimum(np.searchsorted(ENERGY_EDGES, self.x, side="right") - 1,
                          len(ENERGY_EDGES) - 2)
        self.weights = np.zeros((len(self.x), len(ENERGY_EDGES) - 1))
        self.weights[np.arange(len(self.x)), bins] = w * efficiency(self.x)

    def __call__(self, T):
        result = np.zeros((len(T), self.weights.shape[1]))
        for i in range(0, len(T), 400):  # bounded memory
            e_kev = quenched_kev(T[i:i + 400, None] * 1e3)
            sigma = RESOLUTION * np.sqrt(e_kev)
            z = (self.x - e_kev) / sigma
            result[i:i + 400] = (np.exp(-z * z / 2) / sigma / np.sqrt(2 * np.pi)) @ self.weights
        return result


def nucleus_bins(response, process, neutrino, m=0.0, order=16, width=0.05, energy_order=16):
    """Events in the energy bins. process: full | leading | dipole, the latter at d = 1e-9 mu_B."""
    M = ARGON["M"]
    window = recoil_window(m, M, neutrino, 5e-4, np.inf)  # 0.5 keVnr: no efficiency
    if window is None:
        return np.zeros(len(ENERGY_EDGES) - 1)
    T, w = log_panels(*window, MARKS, order, width)
    q = np.sqrt(2 * M * T + T * T)
    charge, kernel = charge_and_kernel(process, FLAVOUR[neutrino], ARGON, q, m)
    rate = per_recoil(T, m, M, neutrino, kernel, energy_order)
    return NORM * ((w * charge**2 * rate) @ response(T))


def backgrounds():
    return {name: COUNTS[name] for name in ("brn_prompt", "brn_delayed")}


def observed():
    """Steady-state-subtracted data and their errors."""
    neutrons = COUNTS["brn_prompt"] + COUNTS["brn_delayed"]
    return COUNTS["data_subtracted"], np.sqrt(COUNTS["error"]**2 + (SHAPE_ERROR * neutrons)**2)
