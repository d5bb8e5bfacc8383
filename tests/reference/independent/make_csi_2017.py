"""Writes ../csi_2017_events.csv and ../csi_2017_limits.csv. Takes three seconds.

COHERENT CsI[Na] 2017: 12 bins of 2 PE, sharp energies, acceptance of KDK (arXiv:2108.12998) eqs. 11
and 12. The tables are those of data/coherent_csi_2017, the numbers those of its SOURCE.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import pion_decay
from csi_2022 import NUCLIDES
from pion_decay import ARRIVAL, COUPLED, NEUTRINOS
from profile_fit import LIMIT_COLUMNS, gaussian, limit_cells, signal_and_backgrounds
from table_file import read_table, writer

EDGES = np.arange(6.0, 31.0, 2.0)  # PE
MASS_G, DISTANCE_CM = 14.6e3, 1930.0
PROTONS_ON_TARGET, NEUTRINOS_PER_PROTON = 1.76e23, 0.08
PE_PER_KEV_NUCLEUS, PE_PER_KEV_ELECTRON = 1.17, 13.348
HEIGHT, SLOPE_PER_PE, CENTRE_PE = 0.6655, 0.4942, 10.8507
WINDOW_US = 6.0
WIDTHS = {"signal": 0.112, "brn": 0.25}
MASSES = (0.01, 1, 10, 20, 29.8, 40, 50)

NORM = pion_decay.exposure(NEUTRINOS_PER_PROTON, PROTONS_ON_TARGET, DISTANCE_CM, MASS_G,
                           sum(nuclide["atomic_mass"] for nuclide in NUCLIDES.values()))
# -T/E, share in the window, electrons
FITS = (("leading", "on", "off"), ("leading", "on", "on"), ("full", "on", "off"),
        ("full", "on", "on"), ("full", "off", "off"))


def response(pe_per_kev):
    """Probability of each bin for recoils T; all bins lie above the steps of the acceptance."""
    def bins(T):
        pe = pe_per_kev * T[:, None] * 1e3
        acceptance = HEIGHT / (1 + np.exp(-SLOPE_PER_PE * (pe - CENTRE_PE)))
        return acceptance * ((pe >= EDGES[:-1]) & (pe < EDGES[1:]))

    return bins


def nucleus_bins(process, neutrino, m=0.0):
    edges = EDGES / PE_PER_KEV_NUCLEUS * 1e-3
    return NORM * pion_decay.nucleus_bins(NUCLIDES.values(), response(PE_PER_KEV_NUCLEUS), process,
                                          neutrino, m, least=edges[0], breaks=edges)


def electron_bins(process, neutrino, m=0.0):
    edges = EDGES / PE_PER_KEV_ELECTRON * 1e-3
    return NORM * pion_decay.electron_bins(NUCLIDES, response(PE_PER_KEV_ELECTRON), process, neutrino,
                                           m, least=edges[0], most=edges[-1], breaks=edges)


def shares_in_window():
    table = read_table("coherent_csi_2017/arrival_time.csv")
    inside = table["time_hi"] <= WINDOW_US
    return {name: table[name][inside].sum() for name in ("prompt", "delayed")}


def main():
    write = writer("make_csi_2017.py")
    arrived = {"on": shares_in_window(), "off": {"prompt": 1.0, "delayed": 1.0}}
    counts = read_table("coherent_csi_2017/energy.csv")
    used = (counts["energy_lo"] >= EDGES[0]) & (counts["energy_hi"] <= EDGES[-1])
    counts = {name: column[used] for name, column in counts.items()}
    data = gaussian(counts["residual"], np.sqrt(counts["n_c"] + counts["n_ac"]))

    def total(spectra, neutrinos, window):
        return sum(arrived[window][ARRIVAL[nu]] * spectra[nu] for nu in neutrinos)

    cevns = {terms: {nu: nucleus_bins(terms, nu) for nu in NEUTRINOS} for terms in ("leading", "full")}
    electrons = {nu: electron_bins("eves", nu) for nu in NEUTRINOS}
    events = [(terms, window, "cevns", 0, "all", i, n)
              for terms in cevns for window in ("off", "on")
              for i, n in enumerate(total(cevns[terms], NEUTRINOS, window))]
    fits = []
    for mass in MASSES:
        dipole = {nu: nucleus_bins("dipole", nu, mass) for nu in NEUTRINOS}
        dipole_electrons = {nu: electron_bins("dipole", nu, mass) for nu in NEUTRINOS}
        for flavour, coupled in COUPLED.items():
            events += [("full", window, "dipole_nucleus", mass, flavour, i, n)
                       for window in ("on", "off")
                       for i, n in enumerate(total(dipole, coupled, window))]
            for terms, window, with_electrons in FITS:
                standard = total(cevns[terms], NEUTRINOS, window)
                portal = total(dipole, coupled, window)
                if with_electrons == "on":
                    standard = standard + total(electrons, NEUTRINOS, window)
                    portal = portal + total(dipole_electrons, coupled, window)
                likelihood = signal_and_backgrounds(data, standard, portal, [counts["brn"]],
                                                    WIDTHS.values())
                fits.append((terms, window, with_electrons, flavour, mass,
                             *limit_cells(likelihood, 1e-9)))

    write("csi_2017_events.csv",
          ["COHERENT CsI 2017: events in the 12 bins of 2 PE from 6 to 30 PE; dipole at d = 1e-9 mu_B. Accuracy 1e-11."],
          "cevns_terms [text],time_window [text],component [text],mass [MeV],flavour [text],bin [-],"
          "events [counts]", events)
    write("csi_2017_limits.csv",
          ["COHERENT CsI 2017: chi2 without portal and at its minimum over d >= 0, the coupling there, and where it has",
           "risen by 2.71 and 4.61. Damped Newton over the pulls, Brent root finding. Accuracy 1e-10 (d_best 1e-7)."],
          "cevns_terms [text],time_window [text],electrons [text],flavour [text],mass [MeV],"
          + LIMIT_COLUMNS.format("mu_B"), fits)


if __name__ == "__main__":
    main()
