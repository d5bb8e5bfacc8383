"""Neutrinos of pion and muon decay at rest and their events in a detector.

KDK = Kim, Dasgupta, Kang, arXiv:2108.12998. Units: MeV, cm^2.
"""

import numpy as np

from portal import (AVOGADRO, BOHR_MAGNETON, ELECTRON_MASS, MUON_MASS, PION_MASS, charge_and_kernel,
                    dipole, eves, log_panels, minimum_energy, recoil_range)
from table_file import electron_steps, free_electrons

# Spectra normalised to 1 (KDK eq. 1).
LINE_ENERGY = (PION_MASS**2 - MUON_MASS**2) / (2 * PION_MASS)
END_POINT = MUON_MASS / 2
SPECTRUM = {
    "nubar_mu": lambda E: 64 * E * E / MUON_MASS**3 * (0.75 - E / MUON_MASS),
    "nu_e": lambda E: 192 * E * E / MUON_MASS**3 * (0.5 - E / MUON_MASS),
}
NEUTRINOS = ("nu_mu", "nubar_mu", "nu_e")
FLAVOUR = {"nu_mu": "mu", "nubar_mu": "mu", "nu_e": "e"}
ARRIVAL = {"nu_mu": "prompt", "nubar_mu": "delayed", "nu_e": "delayed"}
COUPLED = {"e": ("nu_e",), "mu": ("nu_mu", "nubar_mu"), "universal": NEUTRINOS}
QUADRATURE = {"order": 24, "width": 0.10, "energy_order": 16}


def exposure(neutrinos_per_proton, protons, distance_cm, mass_g, molecule_u):
    """Neutrinos per cm^2 and flavour times molecules."""
    return neutrinos_per_proton * protons / (4 * np.pi * distance_cm**2) * mass_g / molecule_u * AVOGADRO


def recoil_window(m, M, neutrino, least, most):
    window = recoil_range(LINE_ENERGY if neutrino == "nu_mu" else END_POINT, m, M)
    if window is None:
        return None
    lower, upper = max(window[0], least), min(window[1], most)
    return (lower, upper) if upper > lower else None


def integrate_over_energy(T, e_min, spectrum, kernel, order):
    """Integral of spectrum(E) kernel(E, T) from e_min(T) to the end point, for each T."""
    x, w = np.polynomial.legendre.leggauss(order)
    half = np.clip(END_POINT - e_min, 0, None) / 2
    result = np.zeros_like(T)
    open_ = half > 0
    E = (e_min[open_] + half[open_])[:, None] + half[open_][:, None] * x
    result[open_] = (spectrum(E) * kernel(E, T[open_][:, None]) * w).sum(1) * half[open_]
    return result


def per_recoil(T, m, M, neutrino, kernel, order):
    """Flux-averaged kernel for each T."""
    if neutrino == "nu_mu":
        return kernel(LINE_ENERGY, T)
    return integrate_over_energy(T, minimum_energy(T, m, M), SPECTRUM[neutrino], kernel, order)


def nucleus_bins(nuclides, response, process, neutrino, m=0.0, least=3e-5, breaks=(), quadrature=()):
    """Events in the bins of response(T) [recoil, bin] per neutrino/cm^2 and molecule of the nuclides.
    process: full | leading | dipole, the latter at d = 1e-9 mu_B; least: recoil without signal."""
    settings = {**QUADRATURE, **dict(quadrature)}
    result = 0.0
    for nuclide in nuclides:
        M = nuclide["M"]
        window = recoil_window(m, M, neutrino, least, np.inf)
        if window is None:
            result = result + 0 * response(np.array([least])).sum(0)
            continue
        T, w = log_panels(*window, breaks, settings["order"], settings["width"])
        q = np.sqrt(2 * M * T + T * T)
        charge, kernel = charge_and_kernel(process, FLAVOUR[neutrino], nuclide, q, m)
        rate = per_recoil(T, m, M, neutrino, kernel, settings["energy_order"])
        result = result + (w * charge**2 * rate) @ response(T)
    return result


def electron_bins(elements, response, process, neutrino, m=0.0, least=2e-6, most=0.03, breaks=(),
                  quadrature=()):
    """The same for electrons; process: eves | dipole, most: recoil above which there is no signal."""
    settings = {**QUADRATURE, **dict(quadrature)}
    window = recoil_window(m, ELECTRON_MASS, neutrino, least, most)
    if window is None:
        return 0 * response(np.array([least])).sum(0)
    if process == "dipole":
        kernel = lambda E, t: dipole(E, t, m, ELECTRON_MASS, 1e-9 * BOHR_MAGNETON)
    else:
        kernel = lambda E, t: eves(E, t, FLAVOUR[neutrino], neutrino == "nubar_mu")
    result = 0.0
    for element in elements:
        T, w = log_panels(*window, [*electron_steps(element), *breaks], settings["order"],
                          settings["width"])
        rate = per_recoil(T, m, ELECTRON_MASS, neutrino, kernel, settings["energy_order"])
        result = result + (w * free_electrons(element, T) * rate) @ response(T)
    return result
