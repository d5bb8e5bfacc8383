"""COHERENT CsI[Na] 2022: events in 9 energy x 11 time bins by direct double integrals over E and T.

The tables are those of data/coherent_csi_2022, data/nuclides.csv and data/elements; the single
numbers below are those of data/coherent_csi_2022/SOURCE.md.
"""

import numpy as np
from scipy.special import gammaln

import pion_decay
from portal import panels
from table_file import read_nuclide, read_table

ENERGY_EDGES = np.array([0, 8, 12, 16, 20, 24, 32, 40, 50, 60.0])  # PE
TIME_EDGES = np.array([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 2, 4, 6])  # us
ENERGY_BINS, TIME_BINS = len(ENERGY_EDGES) - 1, len(TIME_EDGES) - 1

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

NUCLIDES = {"cs": read_nuclide("Cs133"), "i": read_nuclide("I127")}
NORM = pion_decay.exposure(NEUTRINOS_PER_PROTON, PROTONS_ON_TARGET, DISTANCE_CM, MASS_G,
                           sum(nuclide["atomic_mass"] for nuclide in NUCLIDES.values()))


def quenched(T, coefficients=QUENCHING):
    return sum(c * T**(k + 1) for k, c in enumerate(coefficients))


def efficiency(pe, parameters=EFFICIENCY):
    a, b, c, d = parameters
    return np.maximum(0.0, a / (1 + np.exp(-b * (pe - c))) + d)


class Response:
    """Probability of each energy bin as a function of E_ee: integral of gamma density x efficiency."""

    def __init__(self, parameters=EFFICIENCY, order=16, step=1.0):
        a, b, c, d = parameters
        zero = c - np.log(-a / d - 1) / b  # below it the efficiency is clipped
        nodes, columns = [], []
        for j in range(ENERGY_BINS):
            lower, upper = max(ENERGY_EDGES[j], zero), ENERGY_EDGES[j + 1]
            if upper <= lower:
                continue
            count = int(np.ceil((upper - lower) / step))
            x, w = panels(lower + (upper - lower) * np.arange(count + 1) / count, order)
            column = np.zeros((len(x), ENERGY_BINS))
            column[:, j] = w * efficiency(x, parameters)
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


def nucleus_bins(response, process, neutrino, m=0.0, quenching=QUENCHING, quadrature=()):
    """Events in the energy bins before the time factor. process: full | leading | dipole, the
    latter at d = 1e-9 mu_B. Recoils begin at 0.03 keV = 2 eVee, no signal."""
    return NORM * pion_decay.nucleus_bins(NUCLIDES.values(), lambda T: response(quenched(T, quenching)),
                                          process, neutrino, m, least=3e-5, quadrature=quadrature)


def electron_bins(response, process, neutrino, m=0.0, quadrature=()):
    """The same for electrons. process: eves | dipole. Recoils end at 30 keV = 400 PE, no signal."""
    return NORM * pion_decay.electron_bins(NUCLIDES, response, process, neutrino, m, most=0.030,
                                           quadrature=quadrature)


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
