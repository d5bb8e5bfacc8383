"""Published limits beside our own: tables of data/literature, drawn and never fitted."""

import csv

import numpy as np

LABEL = "label:"
STYLES = ("--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def read_curve(path):
    """Name, masses [MeV] and couplings [mu_B] along a published curve."""
    comments, rows = [], []
    with open(path, encoding="utf-8") as file:
        for line in file:
            (comments if line.startswith("#") else rows).append(line.lstrip("# ").rstrip())
    table = list(csv.DictReader(rows))
    name = next(line for line in comments if line.startswith(LABEL)).removeprefix(LABEL).strip()
    return (name, np.array([float(row["mass [MeV]"]) for row in table]),
            np.array([float(row["coupling_mu_b [mu_B]"]) for row in table]))


def draw(axes, paths):
    """Grey curves; the range of the axes stays that of our own limits."""
    limits = axes.get_xlim(), axes.get_ylim()
    for index, path in enumerate(paths):
        name, mass, coupling = read_curve(path)
        shade = 0.25 + 0.4 * index / max(len(paths) - 1, 1)
        axes.loglog(mass, coupling, color=str(shade), linestyle=STYLES[index % len(STYLES)],
                    linewidth=1.1, label=name, zorder=1)
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])
