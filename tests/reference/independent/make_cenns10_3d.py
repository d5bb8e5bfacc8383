"""Writes ../cenns10_3d_events.csv and ../cenns10_3d_limits.csv and prints the fits without portal.
Takes nine seconds.

COHERENT CENNS-10 in 12 energy x 8 F90 x 10 time bins: the energy spectra of cenns10.py spread over the
released cells of CEvNS, released backgrounds and variants. The tables are those of
data/coherent_cenns10_3d, the numbers those of its SOURCE.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.special import erfcx, ndtr

import cenns10 as lar
from pion_decay import ARRIVAL, COUPLED, NEUTRINOS
from profile_fit import LIMIT_COLUMNS, Likelihood, Process, limit_cells, parabolas, poisson
from table_file import read_table, writer

CELLS = (12, 8, 10)
TIME_EDGES = np.linspace(-0.1, 4.9, 11)  # us
PULSE_MEAN_US, PULSE_MEAN_ERROR_US, PULSE_WIDTH_US = 0.44, 0.20, 0.15
MUON_LIFETIME_US = 2.197
EVENTS = {"brn_prompt": 497.0, "brn_delayed": 33.0, "steady_state": 3152.0}
# Pulls: signal, three backgrounds, then shapes.
RATE_WIDTHS = (0.134, 160 / 497, 1.0, 25 / 3152)
WIDTHS = (*RATE_WIDTHS, 1.0, 1.0, 1.0, 1.0, 1.0)
NEUTRON_SHAPES, SIGNAL_SHAPES = (4, 5, 6), (7, 8)
MASSES = (0.01, 1, 10, 20, 29.8, 40, 50)
VARIANTS = ("nominal", "f90_minus", "f90_plus", "time_minus", "time_plus")

RELEASED = read_table("coherent_cenns10_3d/events.csv")
VARIED = read_table("coherent_cenns10_3d/systematics.csv")


def cells(column):
    return column.reshape(CELLS)


def spread(column):
    """Share of the F90 and time cells in each energy bin, relative to the released nominal CEvNS; bins in
    which that has no events are like the last one that has."""
    nominal = cells(RELEASED["cevns"]).sum((1, 2))
    filled = [max(j for j in range(i + 1) if nominal[j] > 0) for i in range(len(nominal))]
    return cells(column)[filled] / nominal[filled, None, None]


def pulse_shares(mean_us, lifetime_us):
    """Share of each time bin: Gaussian pulse, convolved with the decay."""
    delay = (TIME_EDGES - mean_us) / PULSE_WIDTH_US
    before = ndtr(delay)
    if lifetime_us > 0:  # less what still lives
        before = before - 0.5 * np.exp(-delay**2 / 2) * erfcx((PULSE_WIDTH_US / lifetime_us - delay)
                                                              / np.sqrt(2))
    return np.diff(before)


def spreads(arrival):
    """[variant, energy, f90, time] of prompt and delayed neutrinos, a missing side mirrored."""
    f90 = [spread(column) for column in (RELEASED["cevns"], VARIED["cevns_f90_m1"], VARIED["cevns_f90_p1"])]
    if arrival == "released":
        later = spread(VARIED["cevns_tmean"])
        both = np.array([*f90, 2 * f90[0] - later, later])
        return {"prompt": both, "delayed": both}
    result = {}
    for name, lifetime in (("prompt", 0.0), ("delayed", MUON_LIFETIME_US)):
        early, nominal, late = (pulse_shares(PULSE_MEAN_US + shift, lifetime)
                                for shift in (-PULSE_MEAN_ERROR_US, 0.0, PULSE_MEAN_ERROR_US))
        timeless = [shares.sum(2, keepdims=True) for shares in f90]
        result[name] = np.array([*(shares * nominal for shares in timeless),
                                 timeless[0] * early, timeless[0] * late])
    return result


def backgrounds():
    """The three rates; variants of the prompt neutrons have the nominal number of events."""
    shapes = [RELEASED["brn_prompt"],
              *(VARIED[name] for name in ("brn_energy_m1", "brn_energy_p1", "brn_tmean_m1", "brn_tmean_p1"))]
    nominal, *both, wide = [EVENTS["brn_prompt"] * shape / shape.sum()
                            for shape in (*shapes, VARIED["brn_twidth"])]
    prompt = np.array([nominal, *both, 2 * nominal - wide, wide])
    rest = [EVENTS[name] * RELEASED[name] / RELEASED[name].sum() for name in ("brn_delayed", "steady_state")]
    return [Process((1,), prompt, shape=parabolas(NEUTRON_SHAPES)), Process((2,), rest[0]),
            Process((3,), rest[1])]


def print_fits(standard):
    """Fitted events without portal, with all pulls and with the rates of the released shapes alone."""
    data = poisson(RELEASED["data"])
    shaped = Likelihood(data, [Process((0,), standard, shape=parabolas(SIGNAL_SHAPES)), *backgrounds()],
                        WIDTHS)
    rates = Likelihood(data, [Process((k,), RELEASED[name]) for k, name in
                              enumerate(("cevns", "brn_prompt", "brn_delayed", "steady_state"))],
                       (1e6, *RATE_WIDTHS[1:]))
    for name, likelihood, signal in (("all pulls", shaped, standard[0].sum()),
                                     ("released, signal free", rates, RELEASED["cevns"].sum())):
        theta = likelihood.profile(0.0)[1]
        events = [n * (1 + t) for n, t in zip((signal, *EVENTS.values()), theta)]
        print(name + ":", "CEvNS %.6f, prompt %.6f, delayed %.6f, steady state %.4f" % tuple(events))


def main():
    write = writer("make_cenns10_3d.py")
    response = lar.Reconstructed()
    spectra = {0: {nu: lar.nucleus_bins(response, "full", nu) for nu in NEUTRINOS}}
    for mass in MASSES:
        spectra[mass] = {nu: lar.nucleus_bins(response, "dipole", nu, mass) for nu in NEUTRINOS}

    rows, fits = [], []
    for arrival in ("released", "pulse"):
        shares = spreads(arrival)

        def template(mass, neutrinos):
            return sum(spectra[mass][nu][:, None, None] * shares[ARRIVAL[nu]] for nu in neutrinos)

        for component, mass, flavour, coupled in (("cevns", 0, "all", NEUTRINOS),
                                                  ("dipole_nucleus", 10, "mu", COUPLED["mu"]),
                                                  ("dipole_nucleus", 10, "e", COUPLED["e"])):
            for variant, events in zip(VARIANTS, template(mass, coupled)):
                if (arrival, variant) == ("released", "time_minus"):
                    continue  # a mirror image, not released
                rows += [(arrival, variant, component, mass, flavour, i, j, events[i, :, j].sum(),
                          events[i, 3, j]) for i in range(CELLS[0]) for j in range(CELLS[2])]
        flat = lambda mass, neutrinos: template(mass, neutrinos).reshape(len(VARIANTS), -1)
        standard = flat(0, NEUTRINOS)
        for mass in MASSES:
            for flavour, coupled in COUPLED.items():
                signal = Process((0,), standard, flat(mass, coupled), parabolas(SIGNAL_SHAPES))
                likelihood = Likelihood(poisson(RELEASED["data"]), [signal, *backgrounds()], WIDTHS)
                fits.append((arrival, flavour, mass, *limit_cells(likelihood, 1e-9)))
        if arrival == "released":
            print_fits(standard)

    write("cenns10_3d_events.csv",
          ["CENNS-10, energy x F90 x time, -T/E kept: events of an energy and time bin, summed over F90 and in the F90 bin",
           ".65-.70; dipole at d = 1e-9 mu_B. Accuracy 1e-11."],
          "arrival [text],variant [text],component [text],mass [MeV],flavour [text],energy_bin [-],"
          "time_bin [-],events [counts],events_f90_3 [counts]", rows)
    write("cenns10_3d_limits.csv",
          ["CENNS-10, energy x F90 x time, -T/E kept: -2 ln L without portal and at its minimum over d >= 0, the coupling",
           "there, and where it has risen by 2.71 and 4.61. Damped Newton over nine pulls, Brent root finding. Accuracy 1e-10",
           "(d_best 1e-7)."],
          "arrival [text],flavour [text],mass [MeV]," + LIMIT_COLUMNS.format("mu_B"), fits)


if __name__ == "__main__":
    main()
