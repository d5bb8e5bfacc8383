#!/usr/bin/env python3
"""Draws Delta chi2 against the coupling at the masses of result files (KDK's figure 2).

Usage: delta_chi2.py FILE... -o OUT [-o OUT2 ...]

One panel a file, one curve a mass (at most eight, evenly chosen); Delta chi2 counts from the minimum
over couplings at the same mass. Needs numpy, h5py and matplotlib. Exit code 2: cannot be drawn.
"""

import argparse

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

from result import Result, save  # noqa: E402

LARGEST = 12.0
LEVELS = ((1.00, r"1$\sigma$"), (2.71, "90 %"), (6.63, "99 %"))  # one degree of freedom
CURVES = 8


def draw(axes, result):
    chosen = np.unique(np.linspace(0, len(result.mass) - 1, min(CURVES, len(result.mass))).round())
    for index, mass in enumerate(chosen.astype(int)):
        delta = result.chi2[mass] - result.best[mass]
        colour = plt.get_cmap("viridis")(index / max(len(chosen) - 1, 1) * 0.9)
        axes.semilogx(result.coupling, delta, color=colour, label=f"{result.mass[mass]:.3g} MeV")
    for level, name in LEVELS:
        axes.axhline(level, color="0.6", linewidth=0.8, linestyle=":")
        axes.annotate(name, (result.coupling[0], level), fontsize="small", va="bottom")
    axes.set_xlim(result.coupling[0], result.coupling[-1])
    axes.set_ylim(0, LARGEST)
    axes.set_xlabel(r"transition magnetic moment $d$ [$\mu_B$]")
    axes.set_title(result.title, fontsize="medium")
    axes.legend(title=r"$m_N$", frameon=False, fontsize="small", loc="upper left")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", action="append", required=True)
    options = parser.parse_args()
    figure, panels = plt.subplots(1, len(options.files), squeeze=False, sharey=True,
                                  figsize=(5.6 * len(options.files), 4.4), layout="constrained")
    for axes, path in zip(panels[0], options.files):
        draw(axes, Result(path))
    panels[0][0].set_ylabel(r"$\Delta\chi^2$")
    save(figure, options.output)


if __name__ == "__main__":
    main()
