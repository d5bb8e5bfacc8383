"""Borexino Phase II: events in 257 bins of the published energy axis by direct double integrals over E and T.

The tables are those of data/, the single numbers those of data/borexino_phase2/SOURCE.md.
"""

import numpy as np
from scipy.special import erf

import solar_electrons as solar
from portal import AVOGADRO, log_panels
from profile_fit import Likelihood, Process, poisson
from table_file import read_isotopes, read_table

BINS = read_table("borexino_phase2/spectrum.csv")
EDGES = np.append(BINS["energy_lo"], BINS["energy_hi"][-1])
MASS_G, SECONDS = 1e8, 582.326 * 86400
MOLECULE = {"c": 9, "h": 12}  # pseudocumene
ELECTRONS = MASS_G * AVOGADRO * (9 * 6 + 12) / sum(
    atoms * sum(abundance * nuclide["atomic_mass"] for abundance, nuclide in read_isotopes(element))
    for element, atoms in MOLECULE.items())
LOWEST, HIGHEST = 0.02, 1.52  # MeV; the axis begins 7 widths above the first
RATES = {"pp": ("pp",), "7Be": ("7Be",), "pep_cno": ("pep", "13N", "15O", "17F")}
TEMPLATES = ("c14", "pileup", "kr85", "bi210", "po210")
WIDTHS = {"c14": 0.05, "pileup": 0.02, "pp": 0.006, "7Be": 0.06, "pep_cno": 0.15}
FREE = 1e6  # width of a parameter without a prior
LEAST = -0.999  # of all scale factors less 1


def position(T):
    """Mean on the published axis [keV] of a recoil T [MeV]."""
    return -22.629 + 1139.60 * T - 61.80 * T * T + 14.831 * np.exp(-T / 0.120)


def width(T):
    return 63.44 * np.sqrt(T)


def response(T):
    """Probability of each bin [recoil, bin]."""
    z = (EDGES - position(T)[:, None]) / (np.sqrt(2) * width(T)[:, None])
    return np.diff(0.5 * erf(z), axis=1)


def knots_of_rates(m):
    """Recoils [MeV] where a rate has a kink: largest ones of neutrinos at the knots of the continua."""
    return [T for one in solar.CONTINUA.values() for E in one.knots
            for T in solar.recoil_range(E, m, solar.ELECTRON_MASS) or () if T > 0]


def events(m=0.0, model="B16-GS98"):
    """Standard Model (m = 0) or dipole events at d = 1e-11 mu_B [source, flavour, bin]."""
    steps = [LOWEST]
    while steps[-1] < HIGHEST:
        steps.append(steps[-1] + 0.5e-3 * width(steps[-1]))
    T, w = log_panels(LOWEST, HIGHEST, steps + solar.kinematic_breaks(m) + knots_of_rates(m), 8, 0.1)
    flux = np.array([solar.total_flux(source, model) for source in solar.SOURCES])
    return flux[:, None, None] * ELECTRONS * SECONDS * ((solar.rates(T, m) * w) @ response(T))


def by_rate(sources):
    """Events [source, bin] summed into those that a parameter of the fit scales."""
    return {name: sum(sources[solar.SOURCES.index(source)] for source in members)
            for name, members in RATES.items()}


class NotNegative:
    """The likelihood with no scale factor below LEAST + 1. It is convex in them: those that would be below are held
    at the bound, until none is left."""

    def __init__(self, templates, rest, portal, widths):
        self.templates, self.rest, self.portal, self.widths = templates, rest, portal, widths
        self.known, self.portal_events = {}, portal.sum()

    def with_held(self, held):
        """The likelihood of the other factors, and their names."""
        if held not in self.known:
            names = [name for name in self.templates if name not in held]
            rest = self.rest + sum(((1 + LEAST) * self.templates[name] for name in held), np.zeros(len(self.rest)))
            processes = [Process((k,), self.templates[name]) for k, name in enumerate(names)]
            self.known[held] = (names, Likelihood(poisson(BINS["n_obs"]), [*processes, Process((), rest, self.portal)],
                                                  [self.widths[name] for name in names]))
        return self.known[held]

    def profile(self, x):
        held = frozenset()
        while True:
            names, likelihood = self.with_held(held)
            value, theta, slope = likelihood.profile(x)
            low = {name for name, factor in zip(names, theta) if factor < LEAST}
            if not low:
                penalty = sum((LEAST / self.widths[name])**2 for name in held)
                return value + penalty, theta, slope
            held |= low


def likelihood(standard, portal, rates="pulled"):
    """From Standard Model events [source, bin] and the portal's [bin]."""
    templates = {name: BINS[name] for name in TEMPLATES} | by_rate(standard)
    widths = {name: FREE if rates == "free" and name in RATES else WIDTHS.get(name, FREE) for name in templates}
    return NotNegative(templates, BINS["other"], portal, widths)
