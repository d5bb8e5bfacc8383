#!/usr/bin/env python3
"""Draws Delta chi2 against the coupling at the masses of result files (KDK's figure 2).

Usage: delta_chi2.py FILE... -o OUT [-o OUT2 ...]

One panel a file, one curve a mass (at most eight, evenly chosen); Delta chi2 counts from the minimum
over couplings at the same mass. Needs numpy, h5py and matplotlib. Exit code 2: cannot be drawn.
"""

import numpy as np
from matplotlib import colormaps

from result import draw_panels

LARGEST = 12.0
LEVELS = ((1.00, r"1$\sigma$"), (2.71, "90 %"), (6.63, "99 %"))  # one degree of freedom
CURVES = 8


def draw(axes, result, _path):
    chosen = np.unique(np.linspace(0, len(result.mass) - 1, min(CURVES, len(result.mass))).round())
    for index, mass in enumerate(chosen.astype(int)):
        delta = result.chi2[mass] - result.best[mass]
        colour = colormaps["viridis"](index / max(len(chosen) - 1, 1) * 0.9)
        axes.semilogx(result.coupling, delta, color=colour, label=f"{result.mass[mass]:.3g} MeV")
    for level, name in LEVELS:
        axes.axhline(level, color="0.6", linewidth=0.8, linestyle=":")
        axes.annotate(name, (result.coupling[0], level), fontsize="small", va="bottom")
    axes.set_xlim(result.coupling[0], result.coupling[-1])
    axes.set_ylim(0, LARGEST)
    axes.set_xlabel(r"transition magnetic moment $d$ [$\mu_B$]")
    axes.legend(title=r"$m_N$", frameon=False, fontsize="small", loc="upper left")


if __name__ == "__main__":
    draw_panels(__doc__.splitlines()[0], draw, r"$\Delta\chi^2$")
