"""CONUS+ run 1: events per kg in 19 bins of 10 eV by direct double integrals over E and T, and the fit.

The tables are those of data/; the single numbers below are those of data/conus_plus_2025/SOURCE.md.
"""

import dataclasses

import numpy as np
from scipy.special import erf

from portal import (AVOGADRO, BOHR_MAGNETON, ELECTRON_MASS, charge_and_kernel, dipole, eves,
                    integrate_over_pieces, log_panels, minimum_energy, recoil_range, recoils_of_knots)
from profile_fit import Likelihood, Process, gaussian
from table_file import electron_steps, free_electrons, read_isotopes, read_table

TABLE = read_table("conus_plus_2025/residuals.csv")
LO, HI, EXCESS, ERROR = (TABLE[key] for key in ("energy_lo", "energy_hi", "excess", "excess_err"))
EFFECTIVE_DAYS = TABLE["exposure"] / TABLE["active_mass"]
LIVE_DAYS, SECONDS, FLUX = 119.0, 86400.0, 1.5e13
NOISE, PAIR_ENERGY, FANO = 0.02038, 0.00296, 0.1096  # keV
NORMALISATION = 0.169
FRACTIONS = {"ve": {"u235": 0.58, "u238": 0.08, "pu239": 0.29, "pu241": 0.05},
             "kop": {"u235": 0.58, "u238": 0.07, "pu239": 0.30, "pu241": 0.05}}
JOINT, END = 2.0, 10.0  # MeV: where the spectra of `kop` meet, and end
LEAST_RECOIL, ELECTRON_END = 1e-7, 1.0e-3  # MeV; a resolution of 0.02 keV hides what is outside
TARGET = read_isotopes("ge")
ATOMS_PER_KG = 1e3 / sum(abundance * nuclide["atomic_mass"] for abundance, nuclide in TARGET) * AVOGADRO


@dataclasses.dataclass(frozen=True)
class Switches:
    flux: str = "ve"
    quenching: str = "k0.162"
    days: str = "run"


# ---- flux -----------------------------------------------------------------------------------------
class Flux:
    """Antineutrinos per cm^2, s and MeV, straight lines between rows. ve: Vogel and Engel below 2 MeV, Mueller et
    al. to 8 MeV. kop: Kopeikin's rows to 2 MeV, then the polynomials of Mueller et al., by default in rows of 25 keV."""

    def __init__(self, switches, step=0.025):
        fractions = FRACTIONS[switches.flux]
        if switches.flux == "ve":
            rows = read_table("fluxes/reactor_vogel_mueller.csv")
            self.parts = [(rows["energy"], sum(share * rows[isotope] for isotope, share in fractions.items()))]
            self.knots = list(rows["energy"])
        else:
            rows = read_table("fluxes/reactor_kopeikin_2012.csv")
            kept = rows["energy"] <= JOINT
            fine = np.linspace(JOINT, END, round((END - JOINT) / step) + 1)
            self.parts = [(rows["energy"][kept], rows["total"][kept]), (fine, polynomials(fractions, fine))]
            self.knots = list(rows["energy"][kept]) + list(np.arange(JOINT, END + 0.01, 0.25)[1:])
        self.last = self.knots[-1]
        self.per_fission = sum(((y[1:] + y[:-1]) / 2 * np.diff(E)).sum() for E, y in self.parts)
        self.scale = FLUX / self.per_fission

    def integral(self, T, e_min, kernel):
        """Integral of flux x kernel(E, T) above e_min(T) for each T, piece by piece."""
        order = 6 if len(self.parts) == 1 else 4
        return sum(integrate_over_pieces(T, e_min, list(E), lambda x, E=E, y=y: self.scale * np.interp(x, E, y),
                                         kernel, order) for E, y in self.parts)


def polynomials(fractions, E):
    """exp(sum_p a_p E^p) of Mueller et al., summed over the isotopes."""
    table = read_table("fluxes/reactor_polynomials.csv")
    total = np.zeros_like(E)
    for isotope, share in fractions.items():
        row = list(zip(table["set"], table["isotope"])).index(("mueller", isotope))
        total += share * np.exp(sum(table[f"a{p}"][row] * E**p for p in range(6)))
    return total


# ---- detector -------------------------------------------------------------------------------------
def quenched(switches):
    """Lindhard's E_ee(T) in MeV for germanium."""
    k = float(switches.quenching[1:])

    def energy(T):
        e = 11.5 * 32**(-7 / 3) * T * 1e3
        g = 3 * e**0.15 + 0.7 * e**0.6 + e
        return T * k * g / (1 + k * g)
    return energy


def response(e_ee_MeV):
    """Probability of each bin for each energy [energy, bin]."""
    e = (e_ee_MeV * 1e3)[:, None]
    s = np.sqrt(NOISE**2 + PAIR_ENERGY * FANO * e) * np.sqrt(2)
    return 0.5 * (erf((HI - e) / s) - erf((LO - e) / s))


def exposure(switches):
    """Atoms x seconds per kg [bin]."""
    days = EFFECTIVE_DAYS if switches.days == "detectors" else LIVE_DAYS
    return ATOMS_PER_KG * SECONDS * days * np.ones(len(LO))


def nucleus_bins(switches, flux, m, d=0.0, order=16, width=0.04):
    """CEvNS (m = 0) or dipole events per kg on nuclei [bin]; d in MeV^-1."""
    e_ee = quenched(switches)
    total = np.zeros(len(LO))
    for abundance, nuclide in TARGET:
        M = nuclide["M"]
        ends = recoil_range(flux.last, m, M)
        if ends is None or max(ends[0], LEAST_RECOIL) >= ends[1]:
            continue
        T, w = log_panels(max(ends[0], LEAST_RECOIL), ends[1], recoils_of_knots(flux.knots, m, M), order, width)
        q = np.sqrt(2 * M * T + T * T)
        charge, kernel = charge_and_kernel("dipole" if m > 0 else "full", "e", nuclide, q, m)
        strength = charge**2 * (d / (1e-9 * BOHR_MAGNETON))**2 if m > 0 else charge**2
        rate = strength * flux.integral(T, minimum_energy(T, m, M), kernel)
        total += abundance * (w * rate) @ response(e_ee(T))
    return exposure(switches) * total


def electron_bins(switches, flux, m, d=0.0, order=16, width=0.02):
    """EvES (m = 0) or dipole events per kg on electrons [bin]."""
    M = ELECTRON_MASS
    ends = recoil_range(flux.last, m, M)
    if ends is None or max(ends[0], LEAST_RECOIL) >= min(ends[1], ELECTRON_END):
        return np.zeros(len(LO))
    cuts = electron_steps("ge") + recoils_of_knots(flux.knots, m, M)
    T, w = log_panels(max(ends[0], LEAST_RECOIL), min(ends[1], ELECTRON_END), cuts, order, width)
    kernel = ((lambda E, t: eves(E, t, "e", True)) if m == 0 else
              (lambda E, t: dipole(E, t, m, M, d)))
    rate = free_electrons("ge", T) * flux.integral(T, minimum_energy(T, m, M), kernel)
    return exposure(switches) * ((w * rate) @ response(T))


def likelihood(standard, portal):
    return Likelihood(gaussian(EXCESS, ERROR), [Process((0,), standard, portal)], [NORMALISATION])
