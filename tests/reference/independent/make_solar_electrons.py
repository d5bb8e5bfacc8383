"""Writes ../solar_electrons_events.csv and ../solar_electrons_limits.csv.
Takes fifteen seconds.

XENONnT, LUX-ZEPLIN and PandaX-4T electron recoils: solar neutrinos on xenon's electrons, a background that is the
published total less the neutrinos in it, and two pulls; or the pulls of the fluxes of single sources.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import functools

import numpy as np

import solar_electrons as solar
from profile_fit import LIMIT_COLUMNS, Likelihood, Process, limit_cells, poisson
from table_file import read_table, writer

MASSES = (1e-4, 0.01, 0.05, 0.1, 0.2, 0.3)
EVENT_MASSES = (1e-4, 0.1, 0.2)
NAMES = ("xenonnt_er_2022", "lz_er_2022", "lz_er_2024", "pandax4t_er_run1")
COMMON = [("flux", "B16-AGSS09met"), ("flux_pulls", "by_source"), ("free_electrons", "rrpa"), ("binding", "rrpa"),
          ("subtraction", "own")]
# Pulls of single sources: width, sources.
BY_SOURCE = [(0.006, ["pp"]), (0.06, ["7Be"]), (0.15, ["pep", "13N", "15O", "17F"])]
RATIO = read_table("elements/xe_rrpa_ratio.csv")


@functools.lru_cache(maxsize=None)
def unit_events(name, options, m):
    """Of options that change the response."""
    chosen = dict(options)
    electrons = "xe_rrpa" if chosen.get("free_electrons") == "rrpa" else "xe"
    ratio = RATIO if chosen.get("binding") == "rrpa" and m == 0 else None
    return solar.detector(name, chosen).events(m, electrons, ratio)


def events(name, options, m):
    """[source, flavour, bin]"""
    model = dict(options).get("flux", "B16-GS98")
    response = tuple(pair for pair in options if pair[0] not in ("flux", "flux_pulls", "subtraction"))
    if m > 0:
        response = tuple(pair for pair in response if pair[0] != "binding")
    fluxes = np.array([solar.total_flux(source, model) for source in solar.SOURCES])
    return fluxes[:, None, None] * unit_events(name, response, m)


def coupled(by_flavour, flavour):
    """Sum over the flavours that couple, the axis before the last."""
    return by_flavour.sum(-2) if flavour == "universal" else by_flavour[..., solar.FLAVOURS.index(flavour), :]


def likelihood(name, options, flavour, m):
    chosen = dict(options)
    one = solar.detector(name, chosen)
    standard, portal = events(name, options, 0.0).sum(1), coupled(events(name, options, m), flavour)
    taken_off = standard.sum(0) if chosen.get("subtraction") == "own" else one.bins["nu_ref"]
    background = np.maximum(one.bins["total"] - taken_off, 0.0)
    statistic = poisson(one.bins["n_obs"])
    if chosen.get("flux_pulls") != "by_source":
        processes = [Process((0,), standard.sum(0), portal.sum(0)), Process((1,), background)]
        return Likelihood(statistic, processes, (0.07, one.background_width))
    processes, widths = [], []
    for k, (width, sources) in enumerate(BY_SOURCE):
        rows = [solar.SOURCES.index(source) for source in sources]
        processes.append(Process((k,), standard[rows].sum(0), portal[rows].sum(0)))
        widths.append(width)
    processes.append(Process((len(BY_SOURCE),), background))
    return Likelihood(statistic, processes, (*widths, one.background_width))


def cases():
    """Data set, options, flavour, mass."""
    for name in NAMES:
        for flavour in (*solar.FLAVOURS, "universal"):
            for m in MASSES:
                yield name, (), flavour, m
        own = [("bins", "wide")] if name == "xenonnt_er_2022" else [("efficiency", "reconstructed")]
        for option in COMMON + own:
            for flavour, m in (("universal", 1e-4), ("mu", 0.1)):
                yield name, (option,), flavour, m


def label(options):
    return " ".join("=".join(option) for option in options) or "-"


def event_rows():
    for name in NAMES:
        for mass in (0.0, *EVENT_MASSES):
            total = events(name, (), mass).sum(0)
            for f, flavour in enumerate(solar.FLAVOURS):
                for i, number in enumerate(total[f]):
                    yield name, "dipole" if mass else "eves", flavour, mass, i, number


def main():
    write = writer("make_solar_electrons.py", digits=10)
    write("solar_electrons_events.csv",
          ["Solar neutrinos on xenon electrons: events in each bin by the flavour that arrives, default options. eves: Standard Model;",
           "dipole: at d = 1e-11 mu_B."],
          "experiment [text],component [text],flavour [text],mass [MeV],bin [-],events [counts]",
          event_rows())
    write("solar_electrons_limits.csv",
          ["Solar neutrinos on xenon electrons: -2 ln L without portal (sm) and at its minimum over d >= 0, the coupling there,",
           "and the couplings where it has risen by 2.71 and 4.61. Damped Newton over the pulls, Brent root finding."],
          "experiment [text],option [text],flavour [text],mass [MeV]," + LIMIT_COLUMNS.format("mu_B"),
          ((name, label(options), flavour, m, *limit_cells(likelihood(name, options, flavour, m), solar.UNIT))
           for name, options, flavour, m in cases()))


if __name__ == "__main__":
    main()
