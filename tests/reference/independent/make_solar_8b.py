"""Writes ../solar_8b_rates.csv and ../solar_8b_ratio.csv. Takes five seconds."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import solar
from table_file import read_table, writer

THRESHOLDS_KEV = (0.5, 1, 2)
MASSES = (0.01, 0.1, 1, 3, 5, 8, 10, 12, 14)
# Published 90 % limit on the flux over the one expected (LLX, arXiv:2406.07477, eq. 14).
EXPECTED_FLUX = solar.total_flux("Bergstrom2016-global")
FLUX_LIMITS = {"xenon1t_8b": 1.4e7, "pandax4t_8b_2022": 9.0e6}
ENOUGH = 6e-3  # MeV; above all recoils


def rates():
    above = np.array(THRESHOLDS_KEV) * 1e-3
    found = solar.total_flux("SNO-total-active") * solar.events(
        lambda T: (T[:, None] >= above).astype(float), [*above, ENOUGH])
    for s, shape in enumerate(solar.SHAPES):
        for t, threshold in enumerate(THRESHOLDS_KEV):
            yield shape, "all", threshold, found[s, :, t].sum()
            for flavour in solar.FLAVOURS:
                yield shape, flavour, threshold, solar.coupled(found, flavour)[s, t]


def ratios():
    curves = {name: read_table(f"{name}/efficiency.csv") for name in FLUX_LIMITS}
    recoils = curves["xenon1t_8b"]["recoil"] * 1e-3  # the same rows in both tables

    def response(T):
        return np.transpose([np.interp(T * 1e3, curve["recoil"], curve["efficiency"], left=0)
                             for curve in curves.values()])

    events = {m: EXPECTED_FLUX * solar.events(response, recoils, m) for m in (0.0, *MASSES)}
    for i, (name, limit) in enumerate(FLUX_LIMITS.items()):
        for s, shape in enumerate(solar.SHAPES):
            standard = events[0.0][s, :, i].sum()
            for mass in MASSES:
                for flavour in ("tau", "e", "mu", "universal"):
                    dipole = solar.coupled(events[mass], flavour)[s, i]
                    bound = 1e-6 * np.sqrt((limit / EXPECTED_FLUX - 1) * standard / dipole)
                    yield name, shape, flavour, mass, standard, dipole, bound


def main():
    write = writer("make_solar_8b.py", digits=13)
    write("solar_8b_rates.csv",
          ["CEvNS of solar 8B neutrinos on natural xenon above a recoil energy, events per tonne and year at a flux of",
           "5.25e6 /cm2/s; without the term -T/E, Julian year of 365.25 days. Accuracy 1e-11."],
          "shape [text],flavour [text],recoil_lo [keV],rate [1/tonne/year]", rates())
    write("solar_8b_ratio.csv",
          ["Flux-ratio bounds of XENON1T and PandaX-4T 2022: events per tonne and year at 5.16e6 /cm2/s in the Standard",
           "Model and of the dipole at d = 1e-6 /GeV, and the bound on d (LLX eq. 14). CEvNS without the term -T/E, Julian",
           "year of 365.25 days. Accuracy 1e-11."],
          "experiment [text],shape [text],flavour [text],mass [MeV],standard_model [1/tonne/year],"
          "dipole [1/tonne/year],d_limit [1/GeV]", ratios())


if __name__ == "__main__":
    main()
