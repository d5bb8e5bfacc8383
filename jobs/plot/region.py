#!/usr/bin/env python3
"""Draws allowed regions at 1 sigma, 90 % and 99 % in mass and coupling (KDK's figure 3).

Usage: region.py FILE... -o OUT [-o OUT2 ...]

One panel a file. Delta chi2 counts from the least -2 ln L over all masses and couplings (star), with
two degrees of freedom: 2.30, 4.61, 9.21. Needs numpy, h5py and matplotlib. Exit code 2: cannot be
drawn.
"""

import argparse

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

from result import Result, refuse, save  # noqa: E402

LEVELS = (2.30, 4.61, 9.21)
NAMES = (r"1$\sigma$", "90 %", "99 %")


def draw(axes, result, path):
    if len(result.mass) < 2 or len(result.coupling) < 2:
        refuse(f"{path}: a region needs several masses and couplings")
    least = np.nanargmin(result.best)
    delta = np.ma.masked_invalid(result.chi2 - result.best[least])
    axes.contourf(result.mass, result.coupling, delta.T, levels=(-1,) + LEVELS,
                  colors=("#2b6ca3", "#7fb0d8", "#cfe1f0"))
    lines = axes.contour(result.mass, result.coupling, delta.T, levels=LEVELS, colors="#1b3a57",
                         linewidths=(1.6, 1.2, 0.8))
    axes.clabel(lines, fmt=dict(zip(LEVELS, NAMES)), fontsize="small")
    if result.best_coupling[least] > 0:
        axes.plot(result.mass[least], result.best_coupling[least], "*", color="#c33", markersize=11,
                  label=rf"best fit, $\chi^2$ = {result.best[least]:.2f}"
                        rf" (Standard Model {result.standard_model:.2f})")
        axes.legend(frameon=False, fontsize="small", loc="lower right")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"$m_N$ [MeV]")
    axes.set_title(result.title, fontsize="medium")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", action="append", required=True)
    options = parser.parse_args()
    figure, panels = plt.subplots(1, len(options.files), squeeze=False, sharey=True,
                                  figsize=(5.6 * len(options.files), 4.6), layout="constrained")
    for axes, path in zip(panels[0], options.files):
        draw(axes, Result(path), path)
    panels[0][0].set_ylabel(r"transition magnetic moment $d$ [$\mu_B$]")
    save(figure, options.output)


if __name__ == "__main__":
    main()
