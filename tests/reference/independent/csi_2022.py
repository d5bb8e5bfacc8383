"""COHERENT CsI[Na] 2022: events in 9 energy x 11 time bins by direct double integrals over E and T.

The tables are those of data/coherent_csi_2022, data/nuclides.csv and data/elements; the single
numbers below are those of data/coherent_csi_2022/SOURCE.md.
"""

import pathlib

import numpy as np
from scipy.special import gammaln

from portal import (ATOMIC_MASS_UNIT, AVOGADRO, BOHR_MAGNETON, ELECTRON_MASS, END_POINT, FLAVOUR,
                    LINE_ENERGY, SPECTRUM, charge_and_kernel, dipole, eves, integrate_over_energy,
                    log_panels, minimum_energy, panels, recoil_range)

DATA = pathlib.Path(__file__).resolve().parents[3] / "data"

ENERGY_EDGES = np.array([0, 8, 12, 16, 20, 24, 32, 40, 50, 60.0])  # PE
TIME_EDGES = np.array([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 2, 4, 6])  # us
ENERGY_BINS, TIME_BINS = len(ENERGY_EDGES) - 1, len(TIME_EDGES) - 1
NEUTRINOS = ("nu_mu", "nubar_mu", "nu_e")
ARRIVAL = {"nu_mu": "prompt", "nubar_mu": "delayed", "nu_e": "delayed"}

MASS_G = 14.6e3
DISTANCE_CM = 1930.0
PROTONS_ON_TARGET = 3.198e23
NEUTRINOS_PER_PROTON = 0.0848
QUENCHING = (0.0554628, 4.30681, -111.707, 840.384)  # MeV^-k
GAMMA_SCALE_KEV, GAMMA_RATE_PER_KEV = 0.0749, 9.56
EFFICIENCY = (1.32045, 0.285979, 10.8646, -0.333322)
TIME_START_US, TIME_RATE_PER_US = 0.52, 0.0494
EVENTS = {"brn": 18.4, "nin": 5.6, "ssb": 1286.0}
PULL_WIDTHS = {"signal": 0.12, "brn": 0.25, "nin": 0.35, "ssb": 0.021}


def read_table(name):
    """Columns of a data table by name, without units; numbers where they are numbers."""
    lines = [line for line in (DATA / name).read_text().splitlines()
             if line.strip() and not line.startswith("#")]
    names = [cell.split("[")[0].strip() for cell in lines[0].split(",")]
    columns = list(zip(*[[cell.strip() for cell in line.split(",")] for line in lines[1:]]))
    table = {}
    for key, column in zip(names, columns):
        try:
            table[key] = np.array([float(cell) for cell in column])
        except ValueError:
            table[key] = list(column)
    return table


def read_nuclide(name):
    table = read_table("nuclides.csv")
    row = table["nuclide"].index(name)
    nuclide = {key: table[key][row] for key in ("z", "n", "atomic_mass", "rp", "rn")}
    nuclide["M"] = nuclide["atomic_mass"] * ATOMIC_MASS_UNIT - nuclide["z"] * ELECTRON_MASS
    return nuclide


NUCLIDES = {"cs": read_nuclide("Cs133"), "i": read_nuclide("I127")}
Z_EFF = {element: read_table(f"elements/{element}.csv") for element in NUCLIDES}
MOLECULES = MASS_G / sum(nuclide["atomic_mass"] for nuclide in NUCLIDES.values()) * AVOGADRO
FLUENCE = NEUTRINOS_PER_PROTON * PROTONS_ON_TARGET / (4 * np.pi * DISTANCE_CM**2)  # 1/cm^2/flavour
NORM = FLUENCE * MOLECULES


def free_electrons(element, T):
    """Z_eff: value of the last row with t_min <= T."""
    steps = Z_EFF[element]
    return steps["z_eff"][np.searchsorted(steps["t_min"] * 1e-3, T, side="right") - 1]


def quenched(T):
    return sum(c * T**(k + 1) for k, c in enumerate(QUENCHING))


def efficiency(pe):
    a, b, c, d = EFFICIENCY
    return np.maximum(0.0, a / (1 + np.exp(-b * (pe - c))) + d)


class Response:
    """Probability of each energy bin as a function of E_ee: integral of gamma density x efficiency."""

    def __init__(self, order=16, step=1.0):
        a, b, c, d = EFFICIENCY
        zero = c - np.log(-a / d - 1) / b  # below it the efficiency is clipped
        nodes, columns = [], []
        for j in range(ENERGY_BINS):
            lower, upper = max(ENERGY_EDGES[j], zero), ENERGY_EDGES[j + 1]
            if upper <= lower:
                continue
            count = int(np.ceil((upper - lower) / step))
            x, w = panels(lower + (upper - lower) * np.arange(count + 1) / count, order)
            column = np.zeros((len(x), ENERGY_BINS))
            column[:, j] = w * efficiency(x)
            nodes.append(x)
            columns.append(column)
        self.x, self.weights = np.concatenate(nodes), np.concatenate(columns)

    def __call__(self, e_ee_mev):
        result = np.zeros((len(e_ee_mev), ENERGY_BINS))
        for i in range(0, len(e_ee_mev), 500):  # bounded memory
            e_kev = e_ee_mev[i:i + 500, None] * 1e3
            shape = 1 + GAMMA_RATE_PER_KEV * e_kev
            rate = GAMMA_SCALE_KEV / e_kev * shape
            ln_density = (shape * np.log(rate) + (shape - 1) * np.log(self.x) - rate * self.x
                          - gammaln(shape))
            result[i:i + 500] = np.exp(ln_density) @ self.weights
        return result


def recoil_window(m, M, neutrino, least, most):
    energy = LINE_ENERGY if neutrino == "nu_mu" else END_POINT
    if m > 0:
        window = recoil_range(energy, m, M)
    else:
        window = (0.0, 2 * energy**2 / (M + 2 * energy))
    if window is None:
        return None
    lower, upper = max(window[0], least), min(window[1], most)
    return (lower, upper) if upper > lower else None


def per_recoil(T, m, M, neutrino, kernel, order):
    """Flux-averaged kernel for each T."""
    if neutrino == "nu_mu":
        return kernel(LINE_ENERGY, T)
    return integrate_over_energy(T, minimum_energy(T, m, M), SPECTRUM[neutrino], kernel, order)


def nucleus_bins(response, process, neutrino, m=0.0, order=24, width=0.10, energy_order=16):
    """Events in the energy bins before the time factor. process: full | leading | dipole, the
    latter at d = 1e-9 mu_B."""
    result = np.zeros(ENERGY_BINS)
    flavour = FLAVOUR[neutrino]
    for nuclide in NUCLIDES.values():
        M = nuclide["M"]
        window = recoil_window(m, M, neutrino, 3e-5, np.inf)  # 0.03 keVnr: 2 eVee, no signal
        if window is None:
            continue
        T, w = log_panels(*window, [], order, width)
        q = np.sqrt(2 * M * T + T * T)
        charge, kernel = charge_and_kernel(process, flavour, nuclide, q, m)
        rate = per_recoil(T, m, M, neutrino, kernel, energy_order)
        result += (w * charge**2 * rate) @ response(quenched(T))
    return NORM * result


def electron_bins(response, process, neutrino, m=0.0, order=24, width=0.10, energy_order=16):
    """The same for electrons. process: eves | dipole. Recoils end at 30 keV = 400 PE, no signal."""
    result = np.zeros(ENERGY_BINS)
    window = recoil_window(m, ELECTRON_MASS, neutrino, 2e-6, 0.030)
    if window is None:
        return result
    if process == "dipole":
        kernel = lambda E, t: dipole(E, t, m, ELECTRON_MASS, 1e-9 * BOHR_MAGNETON)
    else:
        kernel = lambda E, t: eves(E, t, FLAVOUR[neutrino], neutrino == "nubar_mu")
    for element in NUCLIDES:
        steps = [t * 1e-3 for t in Z_EFF[element]["t_min"] if t > 0]
        T, w = log_panels(*window, steps, order, width)
        rate = per_recoil(T, m, ELECTRON_MASS, neutrino, kernel, energy_order)
        result += (w * free_electrons(element, T) * rate) @ response(T)
    return NORM * result


def into_time_bins(lower, upper, values):
    """Sums fine bins, each weighted by the timing efficiency averaged over it in closed form."""
    k, t0 = TIME_RATE_PER_US, TIME_START_US
    integral = lambda t: np.where(t < t0, t, t0 + (1 - np.exp(-k * (np.maximum(t, t0) - t0))) / k)
    passed = (integral(upper) - integral(lower)) / (upper - lower)
    bins = np.searchsorted(TIME_EDGES, (lower + upper) / 2) - 1
    return np.bincount(bins, values * passed, TIME_BINS)


def time_factors():
    table = read_table("coherent_csi_2022/arrival_time.csv")
    return {name: into_time_bins(table["time_lo"], table["time_hi"], table[name])
            for name in ("prompt", "delayed")}


def backgrounds():
    """brn, nin, ssb [energy, time], each normalised to its number of events."""
    energy = read_table("coherent_csi_2022/neutron_energy.csv")
    time = read_table("coherent_csi_2022/neutron_time.csv")
    bins = np.searchsorted(ENERGY_EDGES, (energy["energy_lo"] + energy["energy_hi"]) / 2) - 1
    shapes = {}
    for name in ("brn", "nin"):
        shapes[name] = np.outer(np.bincount(bins, energy[name], ENERGY_BINS),
                                into_time_bins(time["time_lo"], time["time_hi"], time[name]))
    anti = read_table("coherent_csi_2022/counts.csv")["n_ac"].reshape(ENERGY_BINS, TIME_BINS)
    fall = np.exp(-TIME_RATE_PER_US * TIME_EDGES)
    shapes["ssb"] = np.outer(anti.sum(1), fall[:-1] - fall[1:])
    return {name: EVENTS[name] * shape / shape.sum() for name, shape in shapes.items()}


def observed():
    return read_table("coherent_csi_2022/counts.csv")["n_c"].reshape(ENERGY_BINS, TIME_BINS)
