"""COHERENT CENNS-10 liquid argon in 12 energy bins by direct double integrals over E and T.

The tables are those of data/coherent_cenns10 and data/nuclides.csv; the single numbers below are
those of data/coherent_cenns10/SOURCE.md.
"""

import numpy as np
from scipy.special import ndtr

import pion_decay
from portal import panels
from table_file import read_nuclide, read_table

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
NORM = pion_decay.exposure(NEUTRINOS_PER_PROTON, PROTONS_ON_TARGET, DISTANCE_CM, MASS_G,
                           ARGON["atomic_mass"])
EFFICIENCY = read_table("coherent_cenns10/efficiency.csv")
COUNTS = read_table("coherent_cenns10/energy.csv")


def quenched_kev(t_kev):
    return t_kev * (QUENCHING + QUENCHING_SLOPE_PER_KEV * np.minimum(t_kev, CONSTANT_ABOVE_KEV))


def efficiency(e_kev):
    """Linear between the rows, 0 below the first, constant above the last."""
    return np.interp(e_kev, EFFICIENCY["energy"], EFFICIENCY["efficiency"], left=0.0)


def recoil_marks():
    """Recoils [MeV] where the quenched energy crosses a bin edge or a row of the efficiency, or bends."""
    e_kev = np.concatenate([EFFICIENCY["energy"], ENERGY_EDGES[1:]])
    a, b = QUENCHING, QUENCHING_SLOPE_PER_KEV
    t_kev = np.where(e_kev < quenched_kev(CONSTANT_ABOVE_KEV),
                     (np.sqrt(a * a + 4 * b * e_kev) - a) / (2 * b), e_kev / (a + b * CONSTANT_ABOVE_KEV))
    return [*(t_kev * 1e-3), CONSTANT_ABOVE_KEV * 1e-3]


MARKS = recoil_marks()


class Reconstructed:
    """Probability of each bin: Gaussian smearing, efficiency at the reconstructed energy."""

    def __init__(self, order=8):
        knots = EFFICIENCY["energy"]
        edges = [*knots, *np.linspace(knots[-1], ENERGY_EDGES[-1], 170), *ENERGY_EDGES[1:]]
        self.x, w = panels(edges, order)
        self.weights = in_bins(self.x) * (w * efficiency(self.x))[:, None]

    def __call__(self, T):
        result = np.zeros((len(T), self.weights.shape[1]))
        for i in range(0, len(T), 400):  # bounded memory
            e_kev = quenched_kev(T[i:i + 400, None] * 1e3)
            sigma = RESOLUTION * np.sqrt(e_kev)
            z = (self.x - e_kev) / sigma
            result[i:i + 400] = (np.exp(-z * z / 2) / sigma / np.sqrt(2 * np.pi)) @ self.weights
        return result


def in_bins(e_kev):
    """1 in the bin of each energy [energy, bin]."""
    e_kev = e_kev[:, None]
    return ((e_kev >= ENERGY_EDGES[:-1]) & (e_kev < ENERGY_EDGES[1:])).astype(float)


def deposited(T):
    """Gaussian smearing, efficiency at the deposited energy."""
    e_kev = quenched_kev(T * 1e3)[:, None]
    z = (e_kev - ENERGY_EDGES) / (RESOLUTION * np.sqrt(e_kev))
    return efficiency(e_kev) * (ndtr(z[:, :-1]) - ndtr(z[:, 1:]))


def sharp(T):
    """No smearing."""
    e_kev = quenched_kev(T * 1e3)
    return efficiency(e_kev)[:, None] * in_bins(e_kev)


def nucleus_bins(response, process, neutrino, m=0.0, quadrature=()):
    """Events in the energy bins. process: full | leading | dipole, the latter at d = 1e-9 mu_B. Recoils
    begin at 0.01 keV = 2.5 eVee, no signal."""
    return NORM * pion_decay.nucleus_bins([ARGON], response, process, neutrino, m, least=1e-5,
                                          breaks=MARKS, quadrature=quadrature)


def backgrounds():
    return {name: COUNTS[name] for name in ("brn_prompt", "brn_delayed")}


def observed():
    """Steady-state-subtracted data and their errors."""
    neutrons = COUNTS["brn_prompt"] + COUNTS["brn_delayed"]
    return COUNTS["data_subtracted"], np.sqrt(COUNTS["error"]**2 + (SHAPE_ERROR * neutrons)**2)
