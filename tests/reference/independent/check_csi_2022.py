"""Checks the numbers of csi_2022.py against themselves: finer quadrature, and the other order of
integration (outer E with adaptive quadrature, inner T between the kinematic ends T_- and T_+)."""

import numpy as np
from scipy.integrate import quad

import csi_2022 as csi
from pion_decay import END_POINT, NEUTRINOS, SPECTRUM
from portal import BOHR_MAGNETON, ELECTRON_MASS, dipole, helm, panels, recoil_range, threshold
from table_file import electron_steps, free_electrons


def worst_change_on_refinement():
    coarse, fine = csi.Response(), csi.Response(order=24, step=0.5)
    refined = {"order": 32, "width": 0.04, "energy_order": 24}
    worst = 0.0
    cases = [("nucleus", "full", 0.0), ("nucleus", "leading", 0.0), ("electron", "eves", 0.0)]
    cases += [(recoil, "dipole", m) for recoil in ("nucleus", "electron")
              for m in (0.01, 1.0, 10.0, 29.79, 29.8, 52.0)]
    for recoil, process, m in cases:
        bins = csi.nucleus_bins if recoil == "nucleus" else csi.electron_bins
        for neutrino in NEUTRINOS:
            a = bins(coarse, process, neutrino, m)
            b = bins(fine, process, neutrino, m, quadrature=refined)
            worst = max([worst] + [abs(x / y - 1) for x, y in zip(a, b) if y != 0])
    return worst


def recoil_first(response, recoil, m, neutrino, bin_):
    """Events of one dipole bin with the recoil integral inside."""
    total = 0.0
    for element, nuclide in csi.NUCLIDES.items():
        M = nuclide["M"] if recoil == "nucleus" else ELECTRON_MASS

        def inner(E):
            ends = recoil_range(E, m, M)
            if ends is None:
                return 0.0
            lower, upper = max(ends[0], 3e-5), min(ends[1], 1.0 if recoil == "nucleus" else 0.03)
            if upper <= lower:
                return 0.0
            steps = [] if recoil == "nucleus" else [
                t for t in electron_steps(element) if lower < t < upper]
            edges = np.concatenate([np.linspace(np.log(lower), np.log(upper), 25), np.log(steps)])
            ln_t, w = panels(edges, 12)
            T = np.exp(ln_t)
            if recoil == "nucleus":
                charge2 = (nuclide["z"] * helm(np.sqrt(2 * M * T + T * T), nuclide["rp"]))**2
                seen = response(csi.quenched(T))[:, bin_]
            else:
                charge2, seen = free_electrons(element, T), response(T)[:, bin_]
            return np.sum(w * T * dipole(E, T, m, M, 1e-9 * BOHR_MAGNETON) * charge2 * seen)

        start = threshold(m, M)  # u^2 = E - start: the recoil window opens like a square root
        total += quad(lambda u: 2 * u * SPECTRUM[neutrino](start + u * u) * inner(start + u * u),
                      0, np.sqrt(END_POINT - start), epsrel=1e-9, epsabs=0, limit=200)[0]
    return csi.NORM * total


if __name__ == "__main__":
    print(f"largest relative change of a bin on refinement: {worst_change_on_refinement():.1e}")
    response = csi.Response()
    for recoil, m, neutrino, bin_ in (("nucleus", 20.0, "nubar_mu", 2), ("nucleus", 40.0, "nu_e", 1),
                                      ("electron", 1.0, "nubar_mu", 2), ("electron", 1.0, "nubar_mu", 5)):
        bins = csi.nucleus_bins if recoil == "nucleus" else csi.electron_bins
        first = bins(response, "dipole", neutrino, m)[bin_]
        second = recoil_first(response, recoil, m, neutrino, bin_)
        print(f"{recoil} m = {m} MeV {neutrino} bin {bin_}: {first:.12g} {second:.12g} "
              f"relative difference {second / first - 1:.1e}")
