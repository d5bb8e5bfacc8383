"""Writes the tables csi_2022_plane*.csv one folder up: two couplings, d_e and d_mu. Takes a minute."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import brentq

import csi_2022 as csi
from pion_decay import ARRIVAL, COUPLED, NEUTRINOS
from profile_fit import poisson, signal_and_backgrounds
from table_file import writer

MASSES = (1, 10, 29, 40)
GRID = (0.0, 1.0, 2.0, 3.5, 5.0, 7.0)  # couplings of the map in 1e-9 mu_B
THRESHOLDS = (2.71, 4.61)


class Plane:
    """-2 ln L over x = d_e^2 and y = d_mu^2, in (1e-9 mu_B)^2."""

    def __init__(self, standard, portals):
        counts, backgrounds = csi.observed(), csi.backgrounds()
        self.standard, self.portals = standard, portals
        self.make = lambda fixed, portal: signal_and_backgrounds(
            poisson(counts), fixed, portal, backgrounds.values(), csi.PULL_WIDTHS.values())

    def along(self, a, other):
        """Likelihood in parameter a alone, the other one fixed."""
        return self.make(self.standard + other * self.portals[1 - a], self.portals[a])

    def best_of(self, a, other):
        """The parameter a >= 0 of least -2 ln L for a fixed other one."""
        likelihood = self.along(a, other)
        slope = lambda x: likelihood.profile(x)[2]
        if slope(0.0) >= 0:
            return 0.0
        upper = 1.0
        while slope(upper) < 0:
            upper *= 2
        return brentq(slope, 0.0, upper, xtol=1e-13, rtol=1e-14)

    def value(self, a, x, other):
        return self.along(a, other).profile(x)[0]

    def profiled(self, a, x):
        """Least -2 ln L over the other parameter."""
        return self.value(a, x, self.best_of(1 - a, x))

    def best(self):
        """Where -2 ln L is least: x, y."""
        def slope(x):
            return self.along(0, self.best_of(1, x)).profile(x)[2]
        x = 0.0
        if slope(0.0) < 0:
            upper = 1.0
            while slope(upper) < 0:
                upper *= 2
            x = brentq(slope, 0.0, upper, xtol=1e-13, rtol=1e-14)
        return x, self.best_of(1, x)


def upper_limit(function, least, start, threshold):
    """Where a function has risen by the threshold above its least value, beyond the start."""
    excess = lambda x: function(x) - least - threshold
    upper = max(2 * start, 1.0)
    while excess(upper) < 0:
        upper *= 1.5
    return brentq(excess, start, upper, xtol=1e-12, rtol=1e-13)


def main():
    write = writer("make_csi_2022_plane.py")
    response, factors = csi.Response(), csi.time_factors()

    def events(bins, process, neutrinos, mass=0.0):
        return sum(np.outer(bins(response, process, nu, mass), factors[ARRIVAL[nu]]) for nu in neutrinos)

    standard = events(csi.nucleus_bins, "full", NEUTRINOS) + events(csi.electron_bins, "eves", NEUTRINOS)
    points, limits = [], []
    for mass in MASSES:
        portals = [events(csi.nucleus_bins, "dipole", COUPLED[f], mass)
                   + events(csi.electron_bins, "dipole", COUPLED[f], mass) for f in ("e", "mu")]
        plane = Plane(standard, portals)
        points += [(mass, 1e-9 * e, 1e-9 * mu, plane.value(0, e**2, mu**2)) for e in GRID for mu in GRID]
        x, y = plane.best()
        least = plane.value(0, x, y)
        points.append((mass, 1e-9 * np.sqrt(x), 1e-9 * np.sqrt(y), least))
        for a, (name, best) in enumerate((("e", x), ("mu", y))):
            found = [upper_limit(lambda v: plane.profiled(a, v), least, best, t) for t in THRESHOLDS]
            limits.append((mass, name, "profiled", *(1e-9 * np.sqrt(v) for v in found)))
            alone = plane.best_of(a, 0.0)
            found = [upper_limit(lambda v: plane.value(a, v, 0.0), plane.value(a, alone, 0.0), alone, t)
                     for t in THRESHOLDS]
            limits.append((mass, name, "zero", *(1e-9 * np.sqrt(v) for v in found)))
    write("csi_2022_plane.csv",
          ["COHERENT CsI 2022 with two couplings: -2 ln L over the nuisances at points (d_e, d_mu); the last row of a mass",
           "is the minimum over both couplings >= 0. Damped Newton over the pulls, roots of slopes. Accuracy 1e-10 of",
           "-2 ln L; the couplings at the minimum 1e-6."],
          "mass [MeV],d_e [mu_B],d_mu [mu_B],chi2 [-]", points)
    write("csi_2022_plane_limits.csv",
          ["COHERENT CsI 2022 with two couplings: upper limits on each, the other one profiled (others) or at 0, where",
           "-2 ln L has risen by 2.71 and 4.61 above its minimum over what is free. Brent root finding. Accuracy 1e-8."],
          "mass [MeV],coupling [text],others [text],d_limit_2.71 [mu_B],d_limit_4.61 [mu_B]", limits)


if __name__ == "__main__":
    main()
