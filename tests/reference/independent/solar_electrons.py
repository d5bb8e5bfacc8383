"""Solar neutrinos on the electrons of xenon: recoils by direct integrals over E and T, electron-recoil data sets.

The tables are those of data/fluxes, data/elements and of the experiments' folders, the single numbers those of their
SOURCE.md. Spectra and probabilities are linear between rows, lines have no width.
"""

import numpy as np
from scipy.special import erf

from portal import (AVOGADRO, BOHR_MAGNETON, ELECTRON_MASS, dipole, eves,
                    integrate_over_pieces, log_panels, minimum_energy, recoil_range)
from table_file import electron_steps, free_electrons, read_isotopes, read_table

FLAVOURS = ("e", "mu", "tau")
SOURCES = ("pp", "7Be", "pep", "13N", "15O", "17F")
SECONDS = 365.25 * 86400
ATOMS = 1e6 / sum(abundance * nuclide["atomic_mass"] for abundance, nuclide in read_isotopes("xe")) * AVOGADRO
UNIT = 1e-11  # mu_B, of dipole events


# ---- sources --------------------------------------------------------------------------------------
def total_flux(source, model):
    table = read_table("fluxes/solar_flux.csv")
    return next(flux for name, which, flux in zip(table["source"], table["model"], table["flux"])
                if (name, which) == (source, model))


def lines(source):
    """Energy and shares [flavour] of each line of a source, the branching inside."""
    table = read_table("fluxes/solar_lines.csv")
    return [(table["energy"][i], table["share"][i] * np.array([table["pe" + f][i] for f in FLAVOURS]))
            for i, name in enumerate(table["source"]) if name == source]


class Continuum:
    def __init__(self, source):
        self.table = read_table(f"fluxes/solar_{source.lower()}.csv")
        self.knots = self.table["energy"]

    def density(self, E):
        """Per MeV and unit flux [flavour, ...]."""
        column = lambda name: np.interp(E, self.knots, self.table[name])
        return np.array([column("shape") * column("pe" + flavour) for flavour in FLAVOURS])


CONTINUA = {source: Continuum(source) for source in SOURCES if not lines(source)}


def rates(T, m):
    """Recoils per electron, MeV and unit flux: Standard Model (m = 0), or dipole at d = UNIT
    [source, flavour, recoil]."""
    if m > 0:
        kernels = [lambda E, t: dipole(E, t, m, ELECTRON_MASS, UNIT * BOHR_MAGNETON)] * 3
    else:
        kernels = [lambda E, t, f=f: eves(E, t, f, False) for f in FLAVOURS]
    e_min = minimum_energy(T, m, ELECTRON_MASS)
    result = np.zeros((len(SOURCES), 3, len(T)))
    for s, source in enumerate(SOURCES):
        if source in CONTINUA:
            one = CONTINUA[source]
            if m > 0:
                result[s] = integrate_over_pieces(T, e_min, one.knots, one.density, kernels[0], 6)
                continue
            for f, kernel in enumerate(kernels):
                of_flavour = lambda E, f=f: one.density(E)[f]
                result[s, f] = integrate_over_pieces(T, e_min, one.knots, of_flavour, kernel, 6)
        for energy, shares in lines(source):
            for f, kernel in enumerate(kernels):
                result[s, f] += np.where(energy >= e_min, shares[f] * kernel(energy, T), 0)
    return result


def kinematic_breaks(m):
    """Recoils where a rate jumps or ends."""
    ends = [one.knots[-1] for one in CONTINUA.values()]
    ends += [energy for source in SOURCES for energy, _ in lines(source)]
    return [T for E in ends for T in recoil_range(E, m, ELECTRON_MASS) or () if T > 0]


# ---- detectors ------------------------------------------------------------------------------------
class Detector:
    """One data set: efficiency is of the observed or of the true energy (keV)."""

    def __init__(self, folder, tonne_years, width, edges, efficiency_of, background_width, bins="bins.csv",
                 threshold=0.0, largest_keV=np.inf):
        self.folder, self.tonne_years, self.width = folder, tonne_years, width
        self.edges, self.efficiency_of = np.array(edges, dtype=float), efficiency_of
        self.background_width, self.threshold = background_width, threshold
        self.largest_keV = largest_keV  # recoils above are not counted
        self.bins = read_table(f"{folder}/{bins}")
        self.efficiency = read_table(f"{folder}/efficiency.csv")

    def efficiency_at(self, E):
        return np.interp(E, self.efficiency["energy"], self.efficiency["efficiency"], left=0.0)

    def breaks(self):
        """True energies [MeV] between which the response is smooth; a Gaussian needs steps of its width."""
        steps = [0.004]  # nothing below reaches an efficiency above 0
        while steps[-1] < self.edges[-1] + 12 * self.width(self.edges[-1]):
            steps.append(steps[-1] + min(0.6 * self.width(steps[-1]), 0.5 * steps[-1]))
        knots = [E for E in self.efficiency["energy"] if E > steps[0]] if self.efficiency_of == "true" else []
        return 1e-3 * np.array([*steps, *knots])

    def response(self, T):
        """Tonne years times the probability of each bin [recoil, bin]; T in MeV. A Gaussian times a straight
        line is integrated in closed form: (a + b T) P - b s^2 p between the knots."""
        E = 1e3 * T
        sigma = self.width(E)
        if self.efficiency_of == "true":
            P = 0.5 * erf((self.edges - E[:, None]) / (np.sqrt(2) * sigma[:, None]))
            return self.tonne_years * self.efficiency_at(E)[:, None] * np.diff(P, axis=1)
        knots = np.unique(np.concatenate([self.edges, self.efficiency["energy"], [self.threshold]]))
        knots = knots[(knots >= max(self.edges[0], self.threshold)) & (knots <= self.edges[-1])]
        z = (knots - E[:, None]) / sigma[:, None]
        P = np.diff(0.5 * erf(z / np.sqrt(2)), axis=1)
        p = np.diff(np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi), axis=1)
        # From inside each piece: the efficiency jumps to 0 below its first knot.
        lower, upper = knots[:-1], knots[1:]
        at_third, at_two = (self.efficiency_at(lower + f * (upper - lower)) for f in (1 / 3, 2 / 3))
        slope = (at_two - at_third) / ((upper - lower) / 3)
        height = at_third - slope * (lower + (upper - lower) / 3)
        pieces = (height + slope * E[:, None]) * P - slope * sigma[:, None] * p
        place = np.digitize(0.5 * (lower + upper), self.edges) - 1
        result = np.zeros((len(E), len(self.edges) - 1))
        np.add.at(result.T, place, pieces.T)
        return self.tonne_years * result

    def events(self, m=0.0, electrons="xe", ratio=None):
        """Events per unit flux of each source [source, flavour, bin]."""
        marks = self.breaks()
        top = min(marks.max(), 1e-3 * self.largest_keV)
        breaks = [*marks, *electron_steps(electrons), *kinematic_breaks(m)]
        if ratio is not None:
            breaks += list(1e-3 * ratio["recoil"])
        T, w = log_panels(marks.min(), top, breaks, 8, 0.1)
        number = ATOMS * SECONDS * free_electrons(electrons, T)
        if ratio is not None:
            number = number * np.interp(1e3 * T, ratio["recoil"], ratio["ratio"])
        return (rates(T, m) * number * w) @ self.response(T)


def linear(E):
    return 0.310 * np.sqrt(E) + 0.0037 * E


def root(E):
    return 0.33 * np.sqrt(E)


def cubic(E):
    return 0.073 + 0.173 * E - 6.5e-3 * E**2 + 1.1e-4 * E**3


def detector(name, options):
    """A data set with options {option: choice} of its experiment.yaml."""
    efficiency_of = "observed" if options.get("efficiency") == "reconstructed" else "true"
    if name == "xenonnt_er_2022" and options.get("bins") == "wide":
        return Detector(name, 1.16, linear, range(0, 141, 2), "observed", 0.10, "bins_wide.csv", 1.0)
    if name == "xenonnt_er_2022":
        return Detector(name, 1.16, linear, range(1, 31), "observed", 0.10)
    if name == "lz_er_2022":
        return Detector(name, 0.9, root, range(0, 21), efficiency_of, 0.053)
    if name == "lz_er_2024":
        return Detector(name, 3.3, root, range(0, 21), efficiency_of, 0.037)
    return Detector("pandax4t_er_run1", 0.995, cubic, range(0, 31), efficiency_of, 0.062,
                    largest_keV=40 if efficiency_of == "observed" else np.inf)
