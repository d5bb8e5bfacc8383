"""Writes the tables csi_2022_decay*.csv one folder up: N that decay within 30 cm are no recoils. Takes two minutes."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import brentq, minimize_scalar

import csi_2022 as csi
import pion_decay
from pion_decay import ARRIVAL, COUPLED, NEUTRINOS
from portal import (BOHR_MAGNETON, ELECTRON_MASS, HBAR_C, dipole, helm, log_panels)
from profile_fit import poisson, signal_and_backgrounds
from table_file import electron_steps, free_electrons, writer

PATH_CM = 30.0
EVENT_POINTS = {5: (1e-8, 3e-6, 1e-5), 29: (1e-8, 3e-7), 47: (1e-8, 5e-8, 1.5e-7), 50: (1e-8, 5e-8, 1.2e-7),
                52: (1e-8, 3e-8, 8e-8)}  # mass [MeV]: d [mu_B]
LIMIT_POINTS = [(mass, flavour) for mass in (40, 45, 47, 49.5, 50, 51, 52) for flavour in ("mu", "e", "universal")]
FLAVOURS = {"mu": 1, "e": 1, "universal": 3}  # that couple: N decays into each of them
THRESHOLDS = (2.71, 4.61)
ENERGY_ORDER, FINE = 80, {"order": 16, "width": 0.1}


def survival(E, T, m, d):
    """exp(-path/L) of an N made with recoil T: L = 16 pi p hbar c/(d^2 m^4), d in mu_B."""
    p = np.sqrt(np.maximum((E - T)**2 - m * m, 0))
    length_cm = 16 * np.pi * p / ((d * BOHR_MAGNETON)**2 * m**4) * HBAR_C * 1e-13
    return np.exp(-PATH_CM / np.maximum(length_cm, 1e-100))


class Events:
    """Energy bins of each neutrino; what does not depend on d is kept."""

    def __init__(self, response, m):
        self.m, self.pieces = m, []
        for neutrino in NEUTRINOS:
            for nuclide in csi.NUCLIDES.values():
                window = pion_decay.recoil_window(m, nuclide["M"], neutrino, 3e-5, np.inf)
                if window:
                    T, w = log_panels(*window, (), FINE["order"], FINE["width"])
                    q = np.sqrt(2 * nuclide["M"] * T + T * T)
                    charge = nuclide["z"] * helm(q, nuclide["rp"])
                    weights = (w * charge**2)[:, None] * response(csi.quenched(T))
                    self.pieces.append((neutrino, "nucleus", nuclide["M"], T, weights))
            for element in csi.NUCLIDES:
                window = pion_decay.recoil_window(m, ELECTRON_MASS, neutrino, 2e-6, 0.03)
                if window:
                    T, w = log_panels(*window, electron_steps(element), FINE["order"], FINE["width"])
                    weights = (w * free_electrons(element, T))[:, None] * response(T)
                    self.pieces.append((neutrino, "electron", ELECTRON_MASS, T, weights))

    def bins(self, d, total):
        """(neutrino, recoil) -> [energy bin]; total: root of the sum of squared couplings [mu_B]."""
        found = {(neutrino, recoil): np.zeros(csi.ENERGY_BINS) for neutrino in NEUTRINOS
                 for recoil in ("nucleus", "electron")}
        for neutrino, recoil, M, T, weights in self.pieces:
            kernel = lambda E, t: dipole(E, t, self.m, M, d * BOHR_MAGNETON) * survival(E, t, self.m, total)
            rate = pion_decay.per_recoil(T, self.m, M, neutrino, kernel, ENERGY_ORDER)
            found[neutrino, recoil] += csi.NORM * (rate @ weights)
        return found


class Curve:
    """Profiled -2 ln L against ln d."""

    def __init__(self, events, flavour, standard, factors):
        self.events, self.flavour, self.standard, self.factors = events, flavour, standard, factors
        self.statistic, self.backgrounds = poisson(csi.observed()), csi.backgrounds().values()

    def __call__(self, ln_d):
        d = np.exp(ln_d)
        bins = self.events.bins(d, d * np.sqrt(FLAVOURS[self.flavour]))
        portal = sum(np.outer(bins[neutrino, recoil], self.factors[ARRIVAL[neutrino]])
                     for neutrino in COUPLED[self.flavour] for recoil in ("nucleus", "electron"))
        return self.profile(self.standard + portal)

    def profile(self, signal):
        return signal_and_backgrounds(self.statistic, signal, 0 * signal, self.backgrounds,
                                      csi.PULL_WIDTHS.values()).profile(0.0)[0]

    def ends(self):
        """-2 ln L without portal, least, its d, and for each threshold the d between which it is above it."""
        x = np.linspace(np.log(5e-10), np.log(2e-5), 107)
        y = np.array([self(one) for one in x])
        top = int(np.argmax(y))
        without = self.profile(self.standard)
        minima = [(without, -np.inf)]
        for i in range(1, len(x) - 1):
            if y[i] <= min(y[i - 1], y[i + 1]) and y[i] < without:
                found = minimize_scalar(self, bounds=(x[i - 1], x[i + 1]), method="bounded", options={"xatol": 1e-9})
                minima.append((found.fun, found.x))
        least, best = min(minima)
        peak = minimize_scalar(lambda one: -self(one), bounds=(x[top - 1], x[top + 1]), method="bounded",
                               options={"xatol": 1e-9}).x
        ends = []
        for threshold in THRESHOLDS:
            excess = lambda one: self(one) - least - threshold
            if excess(peak) < 0:
                ends += [0, 0]
                continue
            low = max(i for i in range(top + 1) if x[i] < peak and y[i] < least + threshold)
            high = min(i for i in range(top, len(x)) if x[i] > peak and y[i] < least + threshold)
            ends += [np.exp(brentq(excess, x[low], peak, xtol=1e-12)), np.exp(brentq(excess, peak, x[high], xtol=1e-12))]
        return without, least, np.exp(best), *ends


def main():
    write = writer("make_csi_2022_decay.py")
    response, factors = csi.Response(), csi.time_factors()
    standard = sum(np.outer(bins(response, process, nu), factors[ARRIVAL[nu]]) for nu in NEUTRINOS
                   for bins, process in ((csi.nucleus_bins, "full"), (csi.electron_bins, "eves")))
    rows = []
    for mass, couplings in EVENT_POINTS.items():
        events = Events(response, mass)
        for d in couplings:
            bins = events.bins(d, d)
            rows += [(recoil, mass, d, csi.ENERGY_EDGES[i], csi.ENERGY_EDGES[i + 1],
                      *(bins[nu, recoil][i] for nu in NEUTRINOS))
                     for recoil in ("nucleus", "electron") for i in range(csi.ENERGY_BINS)]
    write("csi_2022_decay.csv",
          ["COHERENT CsI 2022: dipole events in the energy bins for each neutrino of the source, before the time factors, of N",
           "that do not decay within 30 cm: factor exp(-path/L) with E_N = E - T under the integrals, one coupling d.",
           "Accuracy 1e-8 of the sum of the bins."],
          "recoil [text],mass [MeV],d [mu_B],energy_lo [PE],energy_hi [PE],nu_mu [counts],nubar_mu [counts],nu_e [counts]",
          rows)
    rows = []
    for mass in sorted({mass for mass, _ in LIMIT_POINTS}):
        events = Events(response, mass)
        rows += [(flavour, mass, *Curve(events, flavour, standard, factors).ends())
                 for at, flavour in LIMIT_POINTS if at == mass]
    write("csi_2022_decay_limits.csv",
          ["COHERENT CsI 2022: limits when N that decay within 30 cm are no recoils: -2 ln L without portal and at its minimum",
           "over d >= 0, and the couplings between which it is above the minimum by 2.71 and by 4.61; 0: it never is.",
           "Accuracy 1e-7."],
          "flavour [text],mass [MeV],chi2_sm [-],chi2_min [-],d_best [mu_B],d_low_2.71 [mu_B],d_high_2.71 [mu_B],"
          "d_low_4.61 [mu_B],d_high_4.61 [mu_B]", rows)


if __name__ == "__main__":
    main()
