"""Solar 8B neutrinos on natural xenon: recoils per tonne and year by direct integrals over E and T.

The tables are those of data/fluxes, data/isotopes and data/nuclides.csv; between rows they are linear.
CEvNS without the term -T/E, Julian years.
"""

import numpy as np

from portal import (AVOGADRO, BOHR_MAGNETON, charge_and_kernel, integrate_over_pieces, log_panels,
                    minimum_energy, recoil_range, recoils_of_knots)
from table_file import read_isotopes, read_table

SHAPES, FLAVOURS = ("winter", "bahcall"), ("e", "mu", "tau")
SECONDS = 365.25 * 86400
SPECTRUM = read_table("fluxes/solar_8b.csv")
OSCILLATION = read_table("fluxes/solar_8b_oscillation.csv")
KNOTS = np.union1d(SPECTRUM["energy"], OSCILLATION["energy"])
XENON = read_isotopes("xe")
ATOMS = 1e6 / sum(abundance * nuclide["atomic_mass"] for abundance, nuclide in XENON) * AVOGADRO
PER_GEV = 1e-3 / BOHR_MAGNETON  # mu_B


def total_flux(model):
    """Neutrinos per cm^2 and s."""
    table = read_table("fluxes/solar_flux.csv")
    return {name: flux for source, name, flux in zip(table["source"], table["model"], table["flux"])
            if source == "8B"}[model]


def density(E):
    """Per MeV and unit flux [shape, flavour, ...]."""
    shapes = [np.interp(E, SPECTRUM["energy"], SPECTRUM[shape]) for shape in SHAPES]
    shares = [np.interp(E, OSCILLATION["energy"], OSCILLATION["pe" + flavour]) for flavour in FLAVOURS]
    return np.array([[shape * share for share in shares] for shape in shapes])


def events(response, breaks, m=0.0, order=12, width=0.10, energy_order=6):
    """CEvNS (m = 0) or dipole events at d = 1e-6 /GeV in the bins of response(T) [recoil, bin], per
    tonne, year and unit flux [shape, flavour, bin]. Recoils lie between the first and the last break."""
    total = 0.0
    for abundance, nuclide in XENON:
        M = nuclide["M"]
        upper = min(recoil_range(KNOTS[-1], m, M)[1], breaks[-1])
        T, w = log_panels(breaks[0], upper, [*breaks, *recoils_of_knots(KNOTS, m, M)], order, width)
        q = np.sqrt(2 * M * T + T * T)
        e_min = minimum_energy(T, m, M)
        charges = []
        for flavour in FLAVOURS:
            charge, kernel = charge_and_kernel("dipole" if m > 0 else "leading", flavour, nuclide, q, m)
            charges.append(charge)
        rate = integrate_over_pieces(T, e_min, KNOTS, density, kernel, energy_order)
        total = total + abundance * ((w * np.square(charges) * rate) @ response(T))
    coupling = 1e-6 * PER_GEV / 1e-9 if m > 0 else 1.0  # from that of charge_and_kernel
    return total * ATOMS * SECONDS * coupling**2


def coupled(events_, flavour):
    """Events of a portal that couples to one flavour, or to all: over the axis before the last."""
    if flavour == "universal":
        return events_.sum(-2)
    return events_[..., FLAVOURS.index(flavour), :]
