"""Recoil spectra before any detector, dR/dT per kg, day and keV, by integrals over the neutrino energy E
at single recoils T: pion decay at rest on CsI, a reactor on germanium, 8B neutrinos on xenon."""

import numpy as np

import dresden_ii
import solar
from pion_decay import FLAVOUR, NEUTRINOS, per_recoil
from portal import (AVOGADRO, BOHR_MAGNETON, ELECTRON_MASS, charge_and_kernel, dipole, eves,
                    integrate_over_pieces, minimum_energy, recoil_range)
from table_file import free_electrons, read_isotopes, writer

COUPLING = 1e-9  # mu_B; that of charge_and_kernel
PROTONS, PER_PROTON, DISTANCE_CM, DAYS = 3.198e23, 0.0848, 1930.0, 400.0  # COHERENT CsI 2022; 400 days assumed
ORDER = 40


def atoms_per_kg(elements):
    """Molecules of these elements in a kilogram."""
    mass = sum(abundance * nuclide["atomic_mass"] for element in elements
               for abundance, nuclide in read_isotopes(element))
    return 1e3 / mass * AVOGADRO


class Sns:
    """Three species, each with its own spectrum; the line is a delta function."""
    per_day = PER_PROTON * PROTONS / (4 * np.pi * DISTANCE_CM**2) / DAYS

    def rate(self, T, m, M, flavours, kernel_of):
        total = 0.0
        for neutrino in NEUTRINOS:
            if FLAVOUR[neutrino] not in flavours:
                continue
            if neutrino == "nu_mu":
                window = recoil_range((139.57039**2 - 105.6583755**2) / (2 * 139.57039), m, M)
                if window is None or not window[0] < T[0] < window[1]:
                    continue
            total += per_recoil(T, m, M, neutrino, kernel_of(FLAVOUR[neutrino], neutrino == "nubar_mu"),
                                ORDER)[0]
        return self.per_day * total


class Reactor:
    def __init__(self):
        self.flux = dresden_ii.Flux(dresden_ii.Switches())

    def rate(self, T, m, M, flavours, kernel_of):
        if "e" not in flavours:
            return 0.0
        return 86400 * self.flux.integral(T, minimum_energy(T, m, M), kernel_of("e", True))[0]


class Sun:
    def rate(self, T, m, M, flavours, kernel_of):
        total = 0.0
        for i, flavour in enumerate(solar.FLAVOURS):
            if flavour not in flavours:
                continue
            density = lambda E, i=i: solar.density(E)[0, i]
            total += integrate_over_pieces(T, minimum_energy(T, m, M), solar.KNOTS, density,
                                           kernel_of(flavour, False), 8)[0]
        return 86400 * solar.total_flux(FLUX_8B) * total


FLUX_8B = "Bergstrom2016-global"
FLAVOURS = {"e": ("e",), "mu": ("mu",), "tau": ("tau",), "universal": ("e", "mu", "tau"),
            "all": ("e", "mu", "tau")}


def on_nuclei(source, elements, process, flavour, m, T):
    """Per kg, day and MeV."""
    total = 0.0
    for element in elements:
        for abundance, nuclide in read_isotopes(element):
            q = np.sqrt(2 * nuclide["M"] * T + T * T)
            for one in FLAVOURS[flavour]:
                charge, kernel = charge_and_kernel(process, one, nuclide, q, m)
                total += abundance * charge[0]**2 * source.rate(T, m, nuclide["M"], (one,),
                                                                lambda *_, kernel=kernel: kernel)
    return atoms_per_kg(elements) * total


def on_electrons(source, elements, process, flavour, m, T):
    electrons = sum(free_electrons(element, T)[0] for element in elements) * atoms_per_kg(elements)
    if process == "eves":
        kernel_of = lambda one, anti: lambda E, t: eves(E, t, one, anti)
    else:
        kernel_of = lambda *_: lambda E, t: dipole(E, t, m, ELECTRON_MASS, COUPLING * BOHR_MAGNETON)
    return electrons * source.rate(T, m, ELECTRON_MASS, FLAVOURS[flavour], kernel_of)


def rows():
    panels = [("coherent_csi_2022", Sns(), ("cs", "i"), "full", ("mu", "e"), (0, 10, 40),
               (0.5, 5.0, 13.0, 29.0)),
              ("dresden_ii", Reactor(), ("ge",), "leading", ("e",), (0, 1, 5), (0.02, 0.2, 0.9)),
              ("xenon1t_8b", Sun(), ("xe",), "leading", ("tau", "universal"), (0, 1, 10),
               (0.1, 0.9, 2.5))]
    for name, source, elements, terms, flavours, masses, recoils in panels:
        for recoil_keV in recoils:
            T = np.array([recoil_keV * 1e-3])

            def line(process, flavour, mass, rate):
                return name, process, flavour, mass, recoil_keV, rate * 1e-3

            yield line("cevns", "all", 0, on_nuclei(source, elements, terms, "all", 0.0, T))
            yield line("eves", "all", 0, on_electrons(source, elements, "eves", "all", 0.0, T))
            for flavour in flavours:
                for mass in masses:
                    m = float(mass)
                    yield line("dipole_nucleus", flavour, mass,
                               on_nuclei(source, elements, "dipole", flavour, m, T))
                    yield line("dipole_electron", flavour, mass,
                               on_electrons(source, elements, "dipole", flavour, m, T))


if __name__ == "__main__":
    writer("make_rates.py")("rates.csv",
                            [f"dR/dT before any detector at single recoils; the portal at d = {COUPLING} mu_B;",
                             f"COHERENT CsI's exposure taken as {DAYS:g} days."],
                            "experiment [],process [],flavour [],mass [MeV],recoil [keV],rate [1/kg/day/keV]",
                            rows())
