"""Writes the tables dresden_ii_*.csv one folder up. Takes ten seconds."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import dresden_ii as dresden
from dresden_ii import Switches
from portal import BOHR_MAGNETON
from profile_fit import LIMIT_COLUMNS, limit_cells
from table_file import writer

D = 1e-10 * BOHR_MAGNETON  # coupling of all dipole events [MeV^-1]
SPECTRUM_MASSES = (0.001, 0.1, 0.5, 1, 4, 7)
LIMIT_MASSES = (0.001, 0.01, 0.1, 0.3, 0.5, 1, 2, 4, 6, 7, 7.4)
SWITCHES = (Switches(threshold="quenched"), Switches(truncation="off"), Switches(spectra="huber"),
            Switches(normalisation="power"), Switches(neutron_capture="added"),
            Switches(neutron_capture="included"), Switches(tail="polynomial"),
            Switches(interpolation="log_linear"), Switches(quenching="ybe", spectra="huber"),
            Switches(quenching="lindhard", spectra="huber"))


def describe(switches):
    """The choices that differ from the defaults, as the experiment's options name them."""
    plain = Switches()
    changed = [f"{name}={value}" for name, value in vars(switches).items()
               if value != getattr(plain, name)]
    return " ".join(changed) or "default"


def fit_rows(switches, masses, channels=("both",)):
    flux = dresden.Flux(switches)
    standard = {"cevns": dresden.nucleus_bins(switches, flux, 0.0),
                "eves": dresden.electron_bins(switches, flux, 0.0)}
    for m in masses:
        nucleus = dresden.nucleus_bins(switches, flux, m, D)
        electron = dresden.electron_bins(switches, flux, m, D)
        for channel in channels:
            portal = {"both": nucleus + electron, "nuclear": nucleus, "electron": electron}[channel]
            profile = dresden.Profile(sum(standard.values()), portal)
            yield (describe(switches), channel, m, standard["cevns"].sum(), standard["eves"].sum(),
                   nucleus.sum(), electron.sum(), *limit_cells(profile, 1e-10))
    print(describe(switches), flush=True)


def main():
    write = writer("make_dresden_ii.py", digits=11)
    columns = {}
    plain = dresden.Flux(Switches())
    columns["eves"] = dresden.electron_bins(Switches(), plain, 0.0)
    for m in SPECTRUM_MASSES:
        if m < 1:
            columns[f"electron_{m}"] = dresden.electron_bins(Switches(), plain, m, D)
    for quenching in ("fef", "ybe", "lindhard"):
        switches = Switches(quenching=quenching)
        columns[f"{quenching}_cevns"] = dresden.nucleus_bins(switches, plain, 0.0)
        for m in SPECTRUM_MASSES:
            columns[f"{quenching}_{m}"] = dresden.nucleus_bins(switches, plain, m, D)
    write("dresden_ii_events.csv",
          ["Dresden-II: events per day in the 130 bins: eves; cevns of each quenching; dipole on electrons and, for each",
           "quenching, on nuclei at d = 1e-10 mu_B, with the mass in MeV in the column's name.",
           "Accuracy 1e-11, bins below 1e-9 of the largest 1e-5 (differences of error functions)."],
          "energy_lo [keVee],energy_hi [keVee]," + ",".join(f"{name} [1/day]" for name in columns),
          np.transpose([dresden.LO, dresden.HI, *columns.values()]))

    rows = []
    for quenching in ("fef", "ybe", "lindhard"):
        rows += fit_rows(Switches(quenching=quenching), LIMIT_MASSES)
    rows += fit_rows(Switches(), (0.1, 1), ("nuclear",))
    rows += fit_rows(Switches(), (0.001, 0.1, 0.5), ("electron",))
    for switches in SWITCHES:
        rows += fit_rows(switches, (0.001, 1))
    rows += fit_rows(Switches(tail="polynomial"), (7.9, 8.3))
    write("dresden_ii_limits.csv",
          ["Dresden-II: events per day in all 130 bins (dipole at d = 1e-10 mu_B), -2 ln L without portal (sm) and at its",
           "minimum over d >= 0, the coupling there, and the couplings where it has risen by 2.71 and 4.61.",
           "options: choices that differ from the defaults. Levenberg-Marquardt over the seven background parameters,",
           "Brent root finding. Accuracy 1e-9 of -2 ln L and of the limits; of d_best 1e-6, the root of a slope."],
          "options [text],channels [text],mass [MeV],cevns [1/day],eves [1/day],dipole_nucleus [1/day],"
          "dipole_electron [1/day]," + LIMIT_COLUMNS.format("mu_B"), rows)


if __name__ == "__main__":
    main()
