"""Constants, kinematics and cross sections of the dipole portal and of the Standard Model.

Everything is a plain function of neutrino energy E and recoil energy T (arrays broadcast); no flux
moments, no polynomials in 1/E. Units: MeV, cm^2, fm. Nothing here is taken from the C++ program.

LLX = Li, Li, Xia, arXiv:2406.07477; KDK = Kim, Dasgupta, Kang, arXiv:2108.12998.
"""

import numpy as np

ALPHA = 1 / 137.035999084
ELECTRON_MASS = 0.51099895
FERMI = 1.1663787e-11  # MeV^-2
HBAR_C = 197.3269804  # MeV fm
CM2 = HBAR_C**2 * 1e-26  # 1 MeV^-2 in cm^2
ATOMIC_MASS_UNIT = 931.49410242
MUON_MASS = 105.6583755
PION_MASS = 139.57039
SIN2_THETA_W = 0.23863
AVOGADRO = 6.02214076e23
BOHR_MAGNETON = np.sqrt(np.pi * ALPHA) / ELECTRON_MASS  # MeV^-1
NEUTRON_COUPLING = -0.5094
PROTON_COUPLING = {"e": 0.0401, "mu": 0.0318, "tau": 0.0275}


# ---- quadrature -----------------------------------------------------------------------------------
def panels(edges, order):
    """Composite Gauss-Legendre nodes and weights between consecutive edges."""
    edges = np.array(sorted(set(float(edge) for edge in edges)))
    x, w = np.polynomial.legendre.leggauss(order)
    half = np.diff(edges) / 2
    centre = (edges[1:] + edges[:-1]) / 2
    return (centre[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def log_panels(lower, upper, breaks, order, width):
    """Nodes and weights of the integral over T in ln T; panels at most `width` wide, split at breaks."""
    marks = sorted({np.log(lower), np.log(upper)} | {np.log(b) for b in breaks if lower < b < upper})
    edges = [marks[0]]
    for a, b in zip(marks[:-1], marks[1:]):
        count = max(1, int(np.ceil((b - a) / width)))
        edges.extend(a + (b - a) * np.arange(1, count + 1) / count)
    ln_t, w = panels(edges, order)
    t = np.exp(ln_t)
    return t, w * t


def integrate_over_pieces(T, e_min, knots, density, kernel, order):
    """Integral of density(E) kernel(E, T) above e_min(T) for each T, the density smooth between knots;
    it may have leading axes."""
    x, w = np.polynomial.legendre.leggauss(order)
    result = np.zeros(np.shape(density(knots[0])) + T.shape)
    for lower, upper in zip(knots[:-1], knots[1:]):
        start = np.maximum(lower, e_min)
        half = np.clip(upper - start, 0, None) / 2
        open_ = half > 0
        if open_.any():
            E = (start[open_] + half[open_])[:, None] + half[open_][:, None] * x
            result[..., open_] += (density(E) * kernel(E, T[open_][:, None]) * w).sum(-1) * half[open_]
    return result


# ---- kinematics -----------------------------------------------------------------------------------
def minimum_energy(T, m, M):
    """Least E that gives a recoil T (LLX eq. 8)."""
    p = np.sqrt(T * (T + 2 * M))
    return 0.5 * (T + p) * (1 + m * m / (2 * M * T))


def threshold(m, M):
    return m + m * m / (2 * M)


def recoil_range(E, m, M):
    """Recoils T_- and T_+ of a neutrino of energy E; None below threshold (KDK eq. 18)."""
    disc = m**4 - 4 * m * m * M * (E + M) + 4 * E * E * M * M
    if E <= threshold(m, M) or disc < 0:
        return None
    upper = (E * E - m * m / 2 - E * m * m / (2 * M) + E / (2 * M) * np.sqrt(disc)) / (2 * E + M)
    return m**4 / (4 * M * (M + 2 * E) * upper), upper


def recoils_of_knots(knots, m, M):
    """Recoils where an integral over energies between the knots is not smooth."""
    return [T for E in knots for T in recoil_range(E, m, M) or () if T > 0]


# ---- form factor and cross sections [cm^2/MeV] ----------------------------------------------------
def helm(q, radius, s=0.9):
    """Helm form factor at q [MeV] for an rms radius [fm]; only used at q R0 > 0.01."""
    k = q / HBAR_C
    x = k * np.sqrt(5.0 / 3.0 * (radius * radius - 3 * s * s))
    small = x < 1e-2
    y = np.where(small, 1.0, x)
    j = np.where(small, 1 - x**2 / 10 + x**4 / 280, 3 * (np.sin(y) / y**2 - np.cos(y) / y) / y)
    return j * np.exp(-k * k * s * s / 2)


def dipole(E, T, m, M, d):
    """Upscattering without the squared charge; d in MeV^-1. KDK eq. 17, plus sign in the bracket."""
    bracket = (1 / T - 1 / E - m * m / (2 * E * M * T) * (1 + (M - T) / (2 * E))
               - m**4 * (M - T) / (8 * E * E * M * M * T * T))
    return ALPHA * d * d * bracket * CM2


def cevns(E, T, M, terms):
    """CEvNS without the squared weak charge; terms: full keeps -T/E, leading drops it (LLX eq. 3)."""
    bracket = 1 - M * T / (2 * E * E) - (T / E if terms == "full" else 0)
    return FERMI**2 * M / np.pi * bracket * CM2


def eves(E, T, flavour, antineutrino):
    """Elastic scattering on one free electron (LLX eq. 5)."""
    g_v = 2 * SIN2_THETA_W + (0.5 if flavour == "e" else -0.5)
    g_a = 0.5 if flavour == "e" else -0.5
    if antineutrino:
        g_a = -g_a
    return FERMI**2 * ELECTRON_MASS / (2 * np.pi) * CM2 * (
        (g_v - g_a)**2 * (1 - T / E)**2 + (g_v + g_a)**2
        - (g_v * g_v - g_a * g_a) * ELECTRON_MASS * T / E**2)


def charge_and_kernel(process, flavour, nuclide, q, m):
    """Effective charge at momentum transfers q and cross section per charge^2 as a function of E and T.
    process: full | leading (CEvNS) | dipole, the latter at d = 1e-9 mu_B."""
    M, z, n = nuclide["M"], nuclide["z"], nuclide["n"]
    if process == "dipole":
        return z * helm(q, nuclide["rp"]), lambda E, T: dipole(E, T, m, M, 1e-9 * BOHR_MAGNETON)
    charge = (PROTON_COUPLING[flavour] * z * helm(q, nuclide["rp"])
              + NEUTRON_COUPLING * n * helm(q, nuclide["rn"]))
    return charge, lambda E, T: cevns(E, T, M, process)
