"""Writes ../pandax4t_8b_limits.csv. Takes five seconds.

PandaX-4T 2024, paired and ionisation-only counts. The tables are those of data/pandax4t_8b_2024, the numbers
those of its SOURCE.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import solar
from profile_fit import LIMIT_COLUMNS, Likelihood, Process, Shape, limit_cells, limits, poisson
from table_file import read_table, writer

BINS = read_table("pandax4t_8b_2024/bins.csv")
ROWS = read_table("pandax4t_8b_2024/efficiency.csv")
SAMPLES = ("paired", "us2")
SCALES = {"pulled": (1.20 * 0.69, 1.04), "fixed": (1.20 * 0.69, 1.04), "digitised": (1.20, 1.04)}  # tonne years
EFFICIENCY_WIDTH = 0.25
WIDTHS = (0.0381, *(BINS["background_err"] / BINS["background"]))
FLUX = solar.total_flux("SNO-total-active") * 365.0 / 365.25
FITS = [("tau", m) for m in (0.01, 0.1, 1, 3, 5, 8, 10, 12)] + [(flavour, 1) for flavour in ("e", "mu", "universal")]


def events(mass, column="efficiency", scales=SCALES["pulled"]):
    """[shape, flavour, sample]; the dipole at d = 1e-6 /GeV."""
    of = [np.array(ROWS["sample"]) == sample for sample in SAMPLES]
    recoils = ROWS["recoil"][of[0]]
    response = lambda T: np.transpose([scale * np.interp(T * 1e3, recoils, ROWS[column][chosen])
                                       for chosen, scale in zip(of, scales)])
    return FLUX * solar.events(response, recoils * 1e-3, mass, order=16)


def scaled(pull):
    """A template times 1 + the width of the efficiency x its pull."""
    slope = np.array([EFFICIENCY_WIDTH])
    return Shape((pull,), lambda p: (1 + slope * p, slope[None], np.zeros((1, 1, 1))))


def likelihood(standard, portal, efficiency="pulled"):
    pulled = efficiency == "pulled"
    processes = []
    for k in range(2):
        only = lambda array: np.where(np.arange(2) == k, array, 0)[None]
        processes.append(Process((0,), only(standard), only(portal), scaled(3 + k) if pulled else Shape()))
        processes.append(Process((1 + k,), only(BINS["background"])))
    return Likelihood(poisson(BINS["n_obs"]), processes, [*WIDTHS, *((1.0, 1.0) if pulled else ())])


def fit_rows(efficiency, threshold, fits):
    column = {"middle": "efficiency"}.get(threshold, threshold)
    standard = events(0.0, column, SCALES[efficiency])[0].sum(0)
    for flavour, mass in fits:
        portal = solar.coupled(events(mass, column, SCALES[efficiency])[0], flavour)
        yield (efficiency, threshold, flavour, mass, *standard, *portal,
               *limit_cells(likelihood(standard, portal, efficiency), 1e-6))


def main():
    rows = list(fit_rows("pulled", "middle", FITS))
    for choice in (("pulled", "narrow"), ("pulled", "wide"), ("fixed", "middle"), ("digitised", "middle")):
        rows += fit_rows(*choice, (("tau", 0.1), ("tau", 8)))
    writer("make_pandax_8b.py", digits=13)("pandax4t_8b_limits.csv", [
        "PandaX-4T 2024, Winter shape, options efficiency and us2_threshold: Standard Model events of the two samples,",
        "dipole events at d = 1e-6 /GeV, -2 ln L without portal (sm) and at its minimum over d >= 0, the coupling there, and the",
        "couplings where it has risen by 2.71 and 4.61. Damped Newton over the pulls, Brent root finding. Accuracy 1e-10",
        "(d_best 1e-7)."],
        "efficiency [text],us2_threshold [text],flavour [text],mass [MeV],sm_paired [counts],sm_us2 [counts],"
        "dipole_paired [counts],dipole_us2 [counts]," + LIMIT_COLUMNS.format("1/GeV"), rows)
    for shape, standard in zip(solar.SHAPES, events(0.0).sum(1)):
        free = likelihood(0 * standard, standard, "fixed")
        free.widths = np.array([1e-6, *WIDTHS[1:]])
        strength = limits(free, (1.0,))[2]
        portal = events(0.1)[solar.SHAPES.index(shape)][2]
        for efficiency in ("pulled", "fixed"):
            found = limits(likelihood(standard, portal, efficiency), (2.706,))[3][0]
            print(shape, efficiency, "d_tau at .1 MeV:", 1e-6 * np.sqrt(found))
        print(shape, "events", standard, "best flux", strength * 5.25e6)


if __name__ == "__main__":
    main()
