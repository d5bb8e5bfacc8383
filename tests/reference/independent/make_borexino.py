"""Writes ../borexino_events.csv and ../borexino_limits.csv; prints the rates before the detector and the best fit. Takes
a minute."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import borexino
import solar_electrons as solar
from profile_fit import LIMIT_COLUMNS, limit_cells
from table_file import writer

D = 1e-11  # mu_B, of all dipole events
EVENT_MASSES = (0.001, 0.1, 0.4)
LIMIT_MASSES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def coupled(events, flavour):
    """Dipole events [bin] of a portal that couples to one flavour, or to all."""
    return events.sum((0, 1)) if flavour == "universal" else events[:, solar.FLAVOURS.index(flavour)].sum(0)


def main():
    write = writer("make_borexino.py", digits=12)
    standard = borexino.events().sum(1)
    portals = {m: borexino.events(m) for m in LIMIT_MASSES}
    columns = dict(zip((f"eves_{source}" for source in solar.SOURCES), standard))
    for m in EVENT_MASSES:
        columns |= {f"dipole_{flavour}_{m}": coupled(portals[m], flavour) for flavour in solar.FLAVOURS}
    write("borexino_events.csv",
          ["Borexino Phase II: events in the 257 bins for fluxes B16-GS98: elastic scattering of each source, and dipole at",
           "d = 1e-11 mu_B of each flavour with the mass in MeV in the column's name. Accuracy 1e-9."],
          "energy_lo [keV],energy_hi [keV]," + ",".join(f"{name} [counts]" for name in columns),
          np.transpose([borexino.EDGES[:-1], borexino.EDGES[1:], *columns.values()]))
    fits = [("B16-GS98", rates, "universal", m) for rates in ("pulled", "free") for m in LIMIT_MASSES]
    fits += [("B16-GS98", rates, flavour, m) for rates in ("pulled", "free") for flavour in solar.FLAVOURS
             for m in EVENT_MASSES]
    low = borexino.events(0.0, "B16-AGSS09met").sum(1)
    low_portal = borexino.events(0.1, "B16-AGSS09met")
    fits.append(("B16-AGSS09met", "pulled", "universal", 0.1))
    rows = []
    for model, rates, flavour, m in fits:
        sm, portal = (standard, portals[m]) if model == "B16-GS98" else (low, low_portal)
        one = borexino.likelihood(sm, coupled(portal, flavour), rates)
        rows.append((model, rates, flavour, m, *limit_cells(one, D)))
    write("borexino_limits.csv",
          ["Borexino Phase II, options flux and solar_rates: -2 ln L without portal (sm) and at its minimum over d >= 0, the",
           "coupling there, and the couplings where it has risen by 2.71 and 4.61. Damped Newton over the eight scale factors,",
           "not below 0.001, Brent root finding. Accuracy 1e-8 (d_best 1e-6)."],
          "flux [text],solar_rates [text],flavour [text],mass [MeV]," + LIMIT_COLUMNS.format("mu_B"), rows)

    print(f"electrons per 100 t {borexino.ELECTRONS:.4e}")
    fit = borexino.likelihood(standard, 0 * standard[0]).profile(0.0)
    print("chi2", fit[0], "scale factors", dict(zip((*borexino.TEMPLATES, *borexino.RATES), 1 + fit[1])))
    print("Standard Model solar events", {k: v.sum() for k, v in borexino.by_rate(standard).items()}, standard.sum())


if __name__ == "__main__":
    main()
