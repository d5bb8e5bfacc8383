"""Writes ../xenonnt_s2only_templates.csv and ../xenonnt_s2only_limits.csv; prints the sums of the prediction
beside the released ones and what straight lines between the anchors do. Takes ten seconds.

XENONnT ionisation-only 2026: 3 runs x 7 bins of cS2. The tables are those of data/xenonnt_s2only_2026, the
numbers those of its SOURCE.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.interpolate import CubicSpline

import solar
from profile_fit import LIMIT_COLUMNS, Likelihood, Process, Shape, limit_cells, limits, poisson
from table_file import read_table, writer

RUNS = ("SR0", "SR1", "SR2")
TONNE_YEARS = {"SR0": 1.50, "SR1": 2.44, "SR2": 3.89}
FLUX_WIDTH, EFFICIENCY_WIDTH = 0.0381, 0.112
CATHODE = {"SR0": 0.146, "SR1": 0.104, "SR2": 0.074}
DELAYED = {"SR0": 0.408, "SR1": 0.192, "SR2": 0.135}
SINGLE = {"SR0": 0.171, "SR1": 0.078}
SHIFTS = np.arange(-3, 4)
SUFFIXES = ("m3", "m2", "m1", "0", "p1", "p2", "p3")
COMMON_YEAR = 365.0 / 365.25  # of the release, in those of solar.py
FLUX = solar.total_flux("SNO-total-active")
BINS = read_table("xenonnt_s2only_2026/bins.csv")
OF_RUN = {run: np.array(BINS["run"]) == run for run in RUNS}
TAU_MASSES = (0.01, 0.1, 1, 3, 5, 8, 10, 12)
FITS = [("tau", m) for m in TAU_MASSES] + [(flavour, m) for flavour in ("e", "mu", "universal") for m in (0.1, 5)]


def read_response():
    rows = read_table("xenonnt_s2only_2026/efficiency.csv")
    labels = list(zip(rows["run"], rows["cs2_bin"]))
    recoils, columns = None, []
    for label in zip(BINS["run"], BINS["cs2_bin"]):
        chosen = [i for i, row in enumerate(labels) if row == label]
        recoils = rows["recoil"][chosen]
        columns.append([rows["e_0" if suffix == "0" else "qy_" + suffix][chosen] for suffix in SUFFIXES])
    return recoils, np.array(columns)  # [bin, shift, recoil]


RECOILS, RESPONSE = read_response()


def response(T):
    """Tonne years times the probability of each bin at each shift of the charge yield [recoil, bin x shift]."""
    exposure = np.array([TONNE_YEARS[run] for run in BINS["run"]])
    at = np.array([[np.interp(T * 1e3, RECOILS, column) for column in columns] for columns in RESPONSE])
    return np.moveaxis(exposure[:, None, None] * at, 2, 0).reshape(len(T), -1)


def events(mass):
    """[shape, flavour, bin, shift]; the dipole at d = 1e-6 /GeV."""
    found = FLUX * COMMON_YEAR * solar.events(response, RECOILS * 1e-3, mass, order=20)
    return found.reshape(*found.shape[:2], len(BINS["run"]), len(SHIFTS))


# ---- shapes ---------------------------------------------------------------------------------------
def spline_basis():
    basis = CubicSpline(SHIFTS, np.eye(len(SHIFTS)), bc_type="natural")
    return lambda t: [basis(t, order) for order in range(3)]


def line_basis():
    def at(t):
        i = int(np.clip(np.floor(t) + 3, 0, 5))
        value, slope = np.zeros(7), np.zeros(7)
        value[i + 1] = t - SHIFTS[i]
        value[i] = 1 - value[i + 1]
        slope[i], slope[i + 1] = -1, 1
        return value, slope, np.zeros(7)
    return at


def shifted(pull, basis):
    """Variants at SHIFTS."""
    def weights(p):
        w, dw, d2w = basis(p[0])
        return w, dw[None], d2w[None, None]
    return Shape((pull,), weights)


def scaled_and_shifted(efficiency, pull, basis):
    """The same times 1 + width x pull of the efficiency."""
    def weights(p):
        factor = 1 + EFFICIENCY_WIDTH * p[0]
        w, dw, d2w = basis(p[1])
        mixed = EFFICIENCY_WIDTH * dw
        return (factor * w, np.array([EFFICIENCY_WIDTH * w, factor * dw]),
                np.array([[0 * w, mixed], [mixed, factor * d2w]]))
    return Shape((efficiency, pull), weights)


# ---- likelihood -----------------------------------------------------------------------------------
PULLS = ("flux", "qy", *(f"efficiency_{run}" for run in RUNS), *(f"shape_{run}" for run in RUNS),
         *(f"cathode_{run}" for run in RUNS), *(f"delayed_{run}" for run in RUNS), "single_SR0", "single_SR1")
WIDTHS = [FLUX_WIDTH, *[1.0] * 7, *CATHODE.values(), *DELAYED.values(), *SINGLE.values()]


def likelihood(standard, portal, basis):
    """From templates [bin, shift]."""
    index = PULLS.index
    processes = []
    for run in RUNS:
        only = lambda array: np.where(OF_RUN[run][:, None], array, 0).T
        processes.append(Process((index("flux"),), only(standard), only(portal),
                                 scaled_and_shifted(index(f"efficiency_{run}"), index("qy"), basis)))
        cathode = np.transpose([BINS[f"cathode_{suffix}"] for suffix in SUFFIXES])
        processes.append(Process((index(f"cathode_{run}"),), only(cathode), None,
                                 shifted(index(f"shape_{run}"), basis)))
        processes.append(Process((index(f"delayed_{run}"),), BINS["delayed"] * OF_RUN[run]))
        if run in SINGLE:
            processes.append(Process((index(f"single_{run}"),), BINS["single"] * OF_RUN[run]))
    return Likelihood(poisson(BINS["n_obs"]), processes, WIDTHS)


def main():
    write = writer("make_xenonnt_s2only.py", digits=13)
    standard = events(0.0).sum(1)  # [shape, bin, shift]
    portals = {mass: events(mass)[0] for mass in TAU_MASSES}
    coupled = lambda flavour, mass: (portals[mass].sum(0) if flavour == "universal" else
                                     portals[mass][solar.FLAVOURS.index(flavour)])
    templates = [(run, cs2, name, t, grid[i, j]) for name, grid in
                 (("cevns", standard[0]), ("dipole", coupled("tau", 0.1)))
                 for i, (run, cs2) in enumerate(zip(BINS["run"], BINS["cs2_bin"])) for j, t in enumerate(SHIFTS)]
    write("xenonnt_s2only_templates.csv",
          ["XENONnT ionisation-only: events in each bin with the charge yield shifted by t standard deviations at 5.25e6",
           "/cm2/s, Winter shape; dipole: tau flavour, 0.1 MeV, d = 1e-6 /GeV. CEvNS without the term -T/E. Accuracy 1e-11."],
          "run [text],cs2_bin [-],component [text],t [-],events [counts]", templates)
    spline = spline_basis()
    write("xenonnt_s2only_limits.csv",
          ["XENONnT ionisation-only, Winter shape: -2 ln L without portal (sm) and at its minimum over d >= 0, the coupling",
           "there, and the couplings where it has risen by 2.71 and 4.61. Natural cubic splines between the anchors of the",
           "charge yield and of the cathode's shape; signal times (1 + flux)(1 + efficiency). Damped Newton over the pulls,",
           "Brent root finding. Accuracy 1e-10 (d_best 1e-7)."],
          "flavour [text],mass [MeV]," + LIMIT_COLUMNS.format("1/GeV"),
          [(flavour, mass, *limit_cells(likelihood(standard[0], coupled(flavour, mass), spline), 1e-6))
           for flavour, mass in FITS])

    for name, events_ in zip(solar.SHAPES, standard):
        print(name, "8B events", *(f"{run} {events_[OF_RUN[run], 3].sum():.3f}" for run in RUNS))
    print("released    ", *(f"{run} {BINS['b8_0'][OF_RUN[run]].sum():.3f}" for run in RUNS))
    bahcall = events(0.1)[1][2]
    for label, sm, portal in (("winter", standard[0], coupled("tau", 0.1)), ("bahcall", standard[1], bahcall)):
        for kind, basis in (("splines", spline), ("lines", line_basis())):
            one = likelihood(sm, portal, basis)
            zero, best, x, (limit,) = limits(one, (2.706,))
            theta = one.profile(x)[1]
            print(label, kind, "d_tau at .1 MeV:", 1e-6 * np.sqrt(limit), "chi2", zero, best, "x", x,
                  dict(zip(PULLS, np.round(theta / WIDTHS, 2))))


if __name__ == "__main__":
    main()
