#!/usr/bin/env python3
"""Draws allowed regions at 1 sigma, 90 % and 99 % in mass and coupling (KDK's figure 3).

Usage: region.py FILE... -o OUT [-o OUT2 ...]

One panel a file. Delta chi2 counts from the least -2 ln L over all masses and couplings (star), with
two degrees of freedom: 2.30, 4.61, 9.21. Needs numpy, h5py and matplotlib. Exit code 2: cannot be
drawn.
"""

import numpy as np
from matplotlib.patches import Patch

from result import draw_panels, refuse

LEVELS = (2.30, 4.61, 9.21)
NAMES = (r"1$\sigma$", "90 %", "99 %")
COLOURS = ("#2b6ca3", "#7fb0d8", "#cfe1f0")


def draw(axes, result, path):
    if len(result.mass) < 2 or len(result.coupling) < 2:
        refuse(f"{path}: a region needs several masses and couplings")
    least = np.nanargmin(result.best)
    delta = np.ma.masked_invalid(result.chi2 - result.best[least])
    axes.contourf(result.mass, result.coupling, delta.T, levels=(-1,) + LEVELS, colors=COLOURS)
    axes.contour(result.mass, result.coupling, delta.T, levels=LEVELS, colors="#1b3a57",
                 linewidths=0.8)
    entries = [Patch(facecolor=colour, edgecolor="#1b3a57", label=name)
               for colour, name in zip(COLOURS, NAMES)]
    best = rf"best fit, $\chi^2$ = {result.best[least]:.2f}"
    if result.best_coupling[least] > 0:
        entries += axes.plot(
            result.mass[least], result.best_coupling[least], "*", color="#c33", markersize=11,
            clip_on=False, label=f"{best} (Standard Model {result.standard_model:.2f})")
    else:
        entries.append(Patch(alpha=0, label=f"{best}, at $d$ = 0"))
    axes.legend(handles=entries, frameon=False, fontsize="small", loc="upper left")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"$m_N$ [MeV]")


if __name__ == "__main__":
    draw_panels(__doc__.splitlines()[0], draw, r"transition magnetic moment $d$ [$\mu_B$]")
