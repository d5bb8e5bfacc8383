"""Writes ../xenonnt_templates.csv, ../xenonnt_limits.csv and ../xenonnt_strength.csv.
Takes thirteen seconds.

XENONnT 2024 and 2026: bins of run x cS2 x purity with pulls of flux, efficiency, light and charge yield.
The tables are those of data/xenonnt_8b_2024 and _2026, the numbers those of their SOURCE.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import brentq

import solar
from profile_fit import LIMIT_COLUMNS, Likelihood, Process, limit_cells, limits, poisson, splines
from table_file import read_table, writer

TONNE_YEARS = {"SR0": 1.174398, "SR1": 2.342593, "SR2": 3.249665}
ACCIDENTAL_WIDTHS = {"SR0": 0.0904, "SR1": 0.0576, "SR2": 0.06}
WIDTHS = (0.0381, 0.25, 1.0, 1.0, 1.0, 0.58)  # flux, efficiency, light, charge, er, neutron
SHIFTS = np.arange(-3, 4)
SUFFIXES = ("m3", "m2", "m1", None, "p1", "p2", "p3")
TEMPLATE_MASS = 10
TAU_MASSES = (0.01, 0.1, 1, 3, 5, 8, 10, 12, 14)
FITS = [("tau", m) for m in TAU_MASSES] + [(flavour, 1) for flavour in ("e", "mu", "universal")]
FLUX = solar.total_flux("SNO-total-active")


class Release:
    def __init__(self, year):
        folder = f"xenonnt_8b_{year}/"
        self.year, self.bins = year, read_table(folder + "bins.csv")
        self.count = len(self.bins["run"])
        rows = read_table(folder + "efficiency.csv")
        labels = list(zip(rows["run"], rows["cs2_bin"], rows["purity"]))
        self.rows = []  # of each bin
        for label in self.labels():
            chosen = [i for i, row in enumerate(labels) if row == label]
            self.rows.append({name: np.array(column)[chosen] for name, column in rows.items()})
        self.recoils = self.rows[0]["recoil"]
        self.standard = self.events(0.0)

    def labels(self):
        return list(zip(*(self.bins[name] for name in ("run", "cs2_bin", "purity"))))

    def response(self, T):
        """Tonne years times the probability of each bin at each pair of yield shifts
        [recoil, bin x light x charge]: the shifts' ratios to the nominal column multiply."""
        result = np.empty((len(T), self.count, len(SHIFTS), len(SHIFTS)))
        for i, rows in enumerate(self.rows):
            column = lambda name: np.interp(T * 1e3, rows["recoil"], rows[name])
            nominal = column("e_0_0")
            light, charge = ([np.ones(len(T)) if suffix is None else column(axis + suffix) / nominal
                              for suffix in SUFFIXES] for axis in ("ly_", "qy_"))
            result[:, i] = TONNE_YEARS[rows["run"][0]] * np.einsum("t,lt,ct->tlc", nominal, light, charge)
        return result.reshape(len(T), -1)

    def events(self, mass):
        """[shape, flavour, bin, light, charge]; the dipole at d = 1e-6 /GeV."""
        found = FLUX * solar.events(self.response, self.recoils * 1e-3, mass, order=20)
        return found.reshape(*found.shape[:2], self.count, len(SHIFTS), len(SHIFTS))

    def likelihood(self, standard, portal):
        """From templates [bin, light, charge]."""
        runs = sorted(set(self.bins["run"]))
        variants = lambda events: np.reshape(events, (self.count, -1)).T
        signal = Process((0, 1), variants(standard), variants(portal), splines((2, 3), SHIFTS))
        backgrounds = [Process((4,), self.bins["er"]), Process((5,), self.bins["neutron"])]
        backgrounds += [Process((6 + k,), self.bins["ac"] * (np.array(self.bins["run"]) == run))
                        for k, run in enumerate(runs)]
        return Likelihood(poisson(self.bins["n_obs"]), [signal, *backgrounds],
                          [*WIDTHS, *(ACCIDENTAL_WIDTHS[run] for run in runs)])


def template_rows(release, tau):
    for component, events in (("cevns", release.standard[0].sum(0)), ("dipole", tau)):
        for label, grid in zip(release.labels(), events):
            for i, t in enumerate(SHIFTS):
                for axis, number in (("t_ly", grid[i, 3]), ("t_qy", grid[3, i]), ("both", grid[i, i])):
                    yield release.year, component, *label, axis, t, number


def strength_rows(release):
    for shape, standard in zip(solar.SHAPES, release.standard.sum(1)):
        likelihood = release.likelihood(0 * standard, standard)
        _, best, strength, (upper,) = limits(likelihood, (1.0,))
        risen = lambda x: likelihood.profile(x)[0] - best - 1.0
        lower = brentq(risen, 0.0, strength, xtol=1e-15, rtol=1e-13)
        yield (release.year, shape, strength, lower, upper, standard[:, 3, 3].sum(), best,
               likelihood.profile(1.0)[0])


def main():
    write = writer("make_xenonnt.py", digits=13)
    templates, fits, strengths = [], [], []
    for release in (Release(2024), Release(2026)):
        portals = {mass: release.events(mass)[0] for mass in TAU_MASSES}
        coupled = lambda flavour, mass: (portals[mass].sum(0) if flavour == "universal" else
                                         portals[mass][solar.FLAVOURS.index(flavour)])
        templates += template_rows(release, coupled("tau", TEMPLATE_MASS))
        standard = release.standard[0].sum(0)
        fits += [(release.year, flavour, mass,
                  *limit_cells(release.likelihood(standard, coupled(flavour, mass)), 1e-6))
                 for flavour, mass in FITS]
        strengths += strength_rows(release)

    note = "CEvNS without the term -T/E, Julian year of 365.25 days."
    write("xenonnt_templates.csv",
          ["XENONnT: events in each bin with one yield, or both, shifted by t standard deviations, at 5.25e6 /cm2/s,",
           "Winter shape. dipole: tau flavour, 10 MeV, d = 1e-6 /GeV. " + note + " Accuracy 1e-11."],
          "year [-],component [text],run [text],cs2_bin [-],purity [-],axis [text],t [-],events [counts]",
          templates)
    write("xenonnt_limits.csv",
          ["XENONnT, Winter shape: -2 ln L without portal (sm) and at its minimum over d >= 0, the coupling there, and the",
           "couplings where it has risen by 2.71 and 4.61. Yield shifts by the product of natural cubic splines through the",
           "7 x 7 variants; flux and efficiency pulls scale the signal by 1 + f + e. Damped Newton over the pulls, Brent root",
           "finding. " + note + " Accuracy 1e-10 (d_best 1e-7)."],
          "year [-],flavour [text],mass [MeV]," + LIMIT_COLUMNS.format("1/GeV"), fits)
    write("xenonnt_strength.csv",
          ["XENONnT: best-fit strength of the Standard Model 8B signal, the ends of its interval (-2 ln L risen by 1), and",
           "the events at strength 1. Otherwise as xenonnt_limits.csv."],
          "year [-],shape [text],best [-],lower [-],upper [-],sm_events [counts],chi2_min [-],chi2_sm [-]",
          strengths)


if __name__ == "__main__":
    main()
