"""Writes the tables conus_plus_*.csv one folder up; prints what rows of the polynomials cost. Takes half a minute."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import conus_plus as conus
from conus_plus import Switches
from portal import BOHR_MAGNETON
from profile_fit import LIMIT_COLUMNS, limit_cells
from table_file import writer

D = 1e-10 * BOHR_MAGNETON  # coupling of all dipole events [MeV^-1]
SPECTRUM_MASSES = (0.001, 0.1, 0.3, 1, 4, 7)
LIMIT_MASSES = (0.001, 0.01, 0.1, 0.2, 0.3, 0.5, 1, 2, 4, 6, 7, 7.5)
SWITCHES = (Switches(quenching="k0.158"), Switches(quenching="k0.166"), Switches(days="detectors"))


def describe(switches):
    """The choices that differ from the defaults, as the experiment's options name them."""
    plain = Switches()
    changed = [f"{name}={value}" for name, value in vars(switches).items()
               if value != getattr(plain, name)]
    return " ".join(changed) or "default"


def fit_rows(switches, masses, channels=("both",)):
    flux = conus.Flux(switches)
    cevns, eves = conus.nucleus_bins(switches, flux, 0.0), conus.electron_bins(switches, flux, 0.0)
    for m in masses:
        nucleus = conus.nucleus_bins(switches, flux, m, D)
        electron = conus.electron_bins(switches, flux, m, D)
        for channel in channels:
            portal = {"both": nucleus + electron, "nuclear": nucleus, "electron": electron}[channel]
            yield (describe(switches), channel, m, cevns.sum(), eves.sum(), nucleus.sum(), electron.sum(),
                   *limit_cells(conus.likelihood(cevns + eves, portal), 1e-10))
    per_bin = (cevns + eves) / conus.exposure(switches) * conus.ATOMS_PER_KG * conus.SECONDS
    print(describe(switches), "events in the three detectors:", (per_bin * conus.TABLE["exposure"]).sum(), flush=True)


def main():
    write = writer("make_conus_plus.py", digits=11)
    columns = {}
    for name in ("ve", "kop"):
        switches = Switches(flux=name)
        flux = conus.Flux(switches)
        columns[f"{name}_cevns"] = conus.nucleus_bins(switches, flux, 0.0)
        columns[f"{name}_eves"] = conus.electron_bins(switches, flux, 0.0)
        for m in SPECTRUM_MASSES:
            columns[f"{name}_nucleus_{m}"] = conus.nucleus_bins(switches, flux, m, D)
            if m < 0.3:
                columns[f"{name}_electron_{m}"] = conus.electron_bins(switches, flux, m, D)
    write("conus_plus_events.csv",
          ["CONUS+ run 1: events per kg and 10 eV for 119 days in the 19 bins with each flux: cevns, eves, dipole on nuclei",
           "and electrons at d = 1e-10 mu_B, with the mass in MeV in the column's name. Accuracy 1e-8."],
          "energy_lo [keVee],energy_hi [keVee]," + ",".join(f"{name} [1/kg]" for name in columns),
          np.transpose([conus.LO, conus.HI, *columns.values()]))

    rows = list(fit_rows(Switches(), LIMIT_MASSES))
    rows += fit_rows(Switches(), (0.001, 0.3), ("nuclear",))
    rows += fit_rows(Switches(), (0.001, 0.1), ("electron",))
    rows += fit_rows(Switches(flux="kop"), (0.001, 0.1, 1, 7, 8.5))
    for switches in SWITCHES:
        rows += fit_rows(switches, (0.001, 1))
    write("conus_plus_limits.csv",
          ["CONUS+ run 1: events per kg in all 19 bins (dipole at d = 1e-10 mu_B), -2 ln L without portal (sm) and at its",
           "minimum over d >= 0, the coupling there, and the couplings where it has risen by 2.71 and 4.61.",
           "options: choices that differ from the defaults. Damped Newton over the pull, Brent root finding.",
           "Accuracy 1e-8 of -2 ln L and of the limits; of d_best 1e-6, the root of a slope."],
          "options [text],channels [text],mass [MeV],cevns [1/kg],eves [1/kg],dipole_nucleus [1/kg],"
          "dipole_electron [1/kg]," + LIMIT_COLUMNS.format("mu_B"), rows)

    switches = Switches(flux="kop")
    rows_of_25, rows_of_5 = conus.Flux(switches), conus.Flux(switches, step=0.005)
    for m in (0.0, 1.0):
        ratio = (conus.nucleus_bins(switches, rows_of_25, m, D).sum()
                 / conus.nucleus_bins(switches, rows_of_5, m, D).sum())
        print(f"kop, m_N {m} MeV: events with rows of 25 keV over rows of 5 keV {ratio:.7f}")


if __name__ == "__main__":
    main()
