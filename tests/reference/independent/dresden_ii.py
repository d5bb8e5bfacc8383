"""Dresden-II: events per day in 130 bins of 10 eV by direct double integrals over E and T, and the fit.

The tables are those of data/; the single numbers below are those of data/dresden_ii/SOURCE.md.
"""

import dataclasses

import numpy as np
from scipy.optimize import brentq
from scipy.special import erf

from portal import (AVOGADRO, BOHR_MAGNETON, ELECTRON_MASS, charge_and_kernel, dipole, eves,
                    integrate_over_pieces, log_panels, minimum_energy, recoil_range, recoils_of_knots)
from table_file import electron_steps, free_electrons, read_isotopes, read_table

RATES = read_table("dresden_ii/rates.csv")
LO, HI, RATE, ERROR = (RATES[key] for key in ("energy_lo", "energy_hi", "on", "on_err"))
CENTRE = (LO + HI) / 2
BINS = len(LO)
MASS_G, SECONDS = 2.924e3, 86400.0
NOISE, PAIR_ENERGY, FANO = 0.0685, 0.00296, 0.11  # keV
THRESHOLD = 2.96e-6  # MeV
ELECTRON_END = 3.0e-3  # MeV; a resolution of 0.07 keV hides what is above
ISOTOPES = ("u235", "u238", "pu239", "pu241")
FRACTIONS = np.array([0.58, 0.08, 0.29, 0.05])
ENERGY_PER_FISSION = np.array([201.92, 205.52, 209.99, 213.60])  # MeV
POWER, DISTANCE_CM, FLUX, CAPTURES = 2.96e9, 1039.0, 4.8e13, 0.60
TAIL_END = 12.0  # MeV
TARGET = read_isotopes("ge")
MEAN_MASS = sum(abundance * nuclide["atomic_mass"] for abundance, nuclide in TARGET)
ATOMS = MASS_G / MEAN_MASS * AVOGADRO


@dataclasses.dataclass(frozen=True)
class Switches:
    quenching: str = "fef"
    threshold: str = "recoil"
    truncation: str = "on"
    spectra: str = "mueller"
    normalisation: str = "spectrum"
    neutron_capture: str = "off"
    tail: str = "none"
    interpolation: str = "linear"


def exponential_integral(E, logarithms):
    """Integral of exponentials through points, each mean the difference over the difference of logarithms."""
    step = np.diff(logarithms)
    flat = np.abs(step) < 1e-12
    means = np.where(flat, np.exp(logarithms[1:]), np.diff(np.exp(logarithms)) / np.where(flat, 1, step))
    return (means * np.diff(E)).sum()


# ---- flux -----------------------------------------------------------------------------------------
class Flux:
    """Antineutrinos per cm^2, s and MeV: lines between the rows, or lines in the logarithm of each isotope; the
    polynomials themselves above."""

    def __init__(self, switches):
        rows = read_table("fluxes/reactor_vogel_mueller.csv")
        alternative = read_table("fluxes/reactor_huber.csv")
        self.E = rows["energy"]
        self.values = np.zeros_like(self.E)
        tops = []
        self.isotopes = []
        for isotope, fraction in zip(ISOTOPES, FRACTIONS):
            column = rows[isotope].copy()
            if switches.spectra == "huber" and isotope in alternative:
                column[self.E >= 2.0] = alternative[isotope]
            tops.append(column[-1])
            self.values += fraction * column
            self.isotopes.append((fraction, np.log(column)))
        self.end = self.E[-1]
        total = ((self.values[1:] + self.values[:-1]) / 2 * np.diff(self.E)).sum()
        self.is_logarithmic = switches.interpolation == "log_linear"
        if self.is_logarithmic:
            total = sum(fraction * exponential_integral(self.E, rows) for fraction, rows in self.isotopes)
        capture = read_table("fluxes/reactor_capture.csv")
        self.capture_edges = (capture["energy_lo"], capture["energy_hi"])
        self.capture = CAPTURES * (capture["u239"] + capture["np239"])
        capture_total = (self.capture * np.subtract(*self.capture_edges[::-1])).sum()
        if switches.neutron_capture == "off":
            self.capture = 0 * self.capture
        if switches.normalisation == "power":
            joule_per_fission = (FRACTIONS * ENERGY_PER_FISSION).sum() * 1.602176634e-13
            self.scale = POWER / joule_per_fission / (4 * np.pi * DISTANCE_CM**2)
        else:
            included = switches.neutron_capture == "included"
            self.scale = FLUX / (total + (capture_total if included else 0))
        self.tail = None
        if switches.tail == "polynomial":
            self.tail = self.polynomials(switches.spectra, tops)
            self.tail_pieces = list(np.arange(self.end, TAIL_END + 0.01, 0.25))
        self.last = TAIL_END if self.tail else self.end

    def polynomials(self, spectra, tops):
        table = read_table("fluxes/reactor_polynomials.csv")
        terms = []
        for isotope, fraction, top in zip(ISOTOPES, FRACTIONS, tops):
            chosen = spectra if isotope != "u238" else "mueller"
            row = [i for i in range(len(table["set"]))
                   if table["set"][i] == chosen and table["isotope"][i] == isotope][0]
            a = [table[f"a{p}"][row] for p in range(6)]
            shape = np.polynomial.Polynomial(a)
            terms.append((fraction * top / np.exp(shape(self.end)), shape))
        return terms

    def __call__(self, E):
        if self.is_logarithmic:
            inside = (E >= self.E[0]) & (E <= self.end)
            below = np.where(inside, sum(fraction * np.exp(np.interp(E, self.E, rows))
                                         for fraction, rows in self.isotopes), 0)
        else:
            below = np.interp(E, self.E, self.values, left=0, right=0)
        if self.tail is None:
            return self.scale * below
        above = sum(factor * np.exp(shape(E)) for factor, shape in self.tail)
        return self.scale * np.where(E <= self.end, below, above)

    def knots(self):
        return list(self.E) + (self.tail_pieces[1:] if self.tail else [])

    def integral(self, T, e_min, kernel, order=6):
        """Integral of flux x kernel(E, T) above e_min(T) for each T, piece by piece."""
        result = integrate_over_pieces(T, e_min, self.knots(), self, kernel,
                                       order if self.tail is None and not self.is_logarithmic else 10)
        if self.capture.any():
            for lower, upper, value in zip(*self.capture_edges, self.capture):
                flat = lambda E, value=value: self.scale * value + 0 * E
                result += integrate_over_pieces(T, e_min, (lower, upper), flat, kernel, order)
        return result


# ---- detector -------------------------------------------------------------------------------------
def quenched(model):
    """E_ee(T) in MeV and the recoils [MeV] of the table's rows."""
    if model == "lindhard":
        def factor(t):
            e = 11.5 * 32**(-7 / 3) * t
            g = 3 * e**0.15 + 0.7 * e**0.6 + e
            return 0.157 * g / (1 + 0.157 * g)
        return (lambda T: T * factor(T * 1e3)), []
    table = read_table(f"dresden_ii/quenching_{model}.csv")
    return ((lambda T: T * np.interp(T * 1e3, table["recoil"], table["quenching"])),
            list(table["recoil"][1:] * 1e-3))


def response(e_ee_MeV, truncation):
    """Probability of each bin for each energy [energy, bin]."""
    e = (e_ee_MeV * 1e3)[:, None]
    s = np.sqrt(NOISE**2 + PAIR_ENERGY * FANO * e) * np.sqrt(2)
    inside = 0.5 * (erf((HI - e) / s) - erf((LO - e) / s))
    return inside * (2 / (1 + erf(e / s)) if truncation == "on" else 1)


def nucleus_bins(switches, flux, m, d=0.0, order=16, width=0.08):
    """CEvNS (m = 0, leading terms) or dipole events per day on nuclei [bin]; d in MeV^-1."""
    e_ee, rows = quenched(switches.quenching)
    start = THRESHOLD
    if switches.threshold == "quenched":
        start = brentq(lambda T: e_ee(T) - THRESHOLD, 1e-7, 1e-3, xtol=1e-18, rtol=1e-14)
    total = np.zeros(BINS)
    for abundance, nuclide in TARGET:
        M = nuclide["M"]
        ends = recoil_range(flux.last, m, M)
        if ends is None or max(ends[0], start) >= ends[1]:
            continue
        T, w = log_panels(max(ends[0], start), ends[1], rows + recoils_of_knots(flux.knots(), m, M), order,
                          width)
        q = np.sqrt(2 * M * T + T * T)
        charge, kernel = charge_and_kernel("dipole" if m > 0 else "leading", "e", nuclide, q, m)
        strength = charge**2 * (d / (1e-9 * BOHR_MAGNETON))**2 if m > 0 else charge**2
        rate = strength * flux.integral(T, minimum_energy(T, m, M), kernel)
        total += abundance * (w * rate) @ response(e_ee(T), switches.truncation)
    return ATOMS * SECONDS * total


def electron_bins(switches, flux, m, d=0.0, order=16, width=0.04):
    """EvES (m = 0) or dipole events per day on electrons [bin]."""
    M = ELECTRON_MASS
    ends = recoil_range(flux.last, m, M)
    if ends is None or max(ends[0], THRESHOLD) >= min(ends[1], ELECTRON_END):
        return np.zeros(BINS)
    cuts = electron_steps("ge") + recoils_of_knots(flux.knots(), m, M)
    T, w = log_panels(max(ends[0], THRESHOLD), min(ends[1], ELECTRON_END), cuts, order, width)
    kernel = ((lambda E, t: eves(E, t, "e", True)) if m == 0 else
              (lambda E, t: dipole(E, t, m, M, d)))
    rate = free_electrons("ge", T) * flux.integral(T, minimum_energy(T, m, M), kernel)
    return ATOMS * SECONDS * (w * rate) @ response(T, switches.truncation)


# ---- fit ------------------------------------------------------------------------------------------
L2, M_SHELL, M_WIDTH, L2_SHARE, E_0 = 1.142, 0.158, 0.0685, 0.008, 0.4  # keV
START = np.array([14, 29.5, 14.7, np.log(0.25), 1.292, 0.070, 0.16])
SCALE = np.array([0.3, 0.44, 0.12, 0.03, 4e-4, 5e-4, 0.03])
LOWER = np.array([0, 0, 0, np.log(0.02), 1.20, 0.03, 0])
UPPER = np.array([40, 500, 60, np.log(5), 1.40, 0.20, 0.6])
RATIO, RATIO_WIDTH = 0.16, 0.03


def background(theta):
    """Events per day at the bin centres and their derivatives [parameter, bin]."""
    constant, amplitude, area, ln_decay, l1, s, ratio = theta
    g = lambda mu, width: np.exp(-((CENTRE - mu) / width)**2 / 2) / width / np.sqrt(2 * np.pi)
    falling = np.exp(-(CENTRE - E_0) / np.exp(ln_decay))
    g1, g2, gm = g(l1, s), g(L2, s), g(M_SHELL, M_WIDTH)
    peaks = g1 + L2_SHARE * g2 + ratio * gm
    narrow = lambda height, mu: height * (((CENTRE - mu) / s)**2 - 1) / s
    return (constant + amplitude * falling + area * peaks,
            np.array([np.ones(BINS), falling, peaks,
                      amplitude * falling * (CENTRE - E_0) / np.exp(ln_decay),
                      area * g1 * (CENTRE - l1) / s**2,
                      area * (narrow(g1, l1) + L2_SHARE * narrow(g2, L2)), area * gm]))


class Profile:
    """Least squares over the seven parameters by Levenberg-Marquardt steps inside the box."""

    def __init__(self, standard, portal):
        self.standard, self.portal, self.portal_events = standard, portal, portal.sum()

    def residuals(self, x, theta):
        events, jacobian = background(theta)
        r = np.append((events + self.standard + x * self.portal - RATE) / ERROR,
                      (theta[6] - RATIO) / RATIO_WIDTH)
        J = np.hstack([jacobian / ERROR, np.zeros((7, 1))])
        J[6, -1] = 1 / RATIO_WIDTH
        return r, J

    def profile(self, x):
        """Minimum of chi2 at x and its slope by x."""
        theta = START.copy()
        r, J = self.residuals(x, theta)
        value, damping = r @ r, 1e-6
        for _ in range(500):
            hessian = J @ J.T
            step = -np.linalg.solve(hessian + damping * np.diag(np.diag(hessian)), J @ r)
            trial = np.clip(theta + step, LOWER, UPPER)
            r_new, J_new = self.residuals(x, trial)
            if r_new @ r_new <= value:
                small = (value - r_new @ r_new < 1e-13 * value
                         and np.max(np.abs((trial - theta) / SCALE)) < 1e-8)
                theta, r, J, value = trial, r_new, J_new, r_new @ r_new
                damping = max(damping / 10, 1e-14)
                if small:
                    break
            else:
                damping = max(damping, 1e-12) * 10
                if damping > 1e12 or np.max(np.abs(step / SCALE)) < 1e-10:
                    break
        return value, theta, 2 * np.sum(r[:BINS] * self.portal / ERROR)
