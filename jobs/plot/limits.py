#!/usr/bin/env python3
"""Draws upper limits on the dipole coupling against the mass of N from result files.

Usage: limits.py FILE... -o OUT [-o OUT2 ...] [--confidence C] [--dof N] [--overlay TABLE ...]

One curve a file; the excluded side is shaded for the first. Needs numpy, h5py and matplotlib.
Exit code 2: the files hold no such limits, or the figure cannot be written.
"""

import argparse
import pathlib
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

import literature  # noqa: E402

STATUS_OK = 0


def refuse(message):
    print(f"nudipole: config error: {message}", file=sys.stderr)
    sys.exit(2)


def read_limit(path, confidence, dof):
    """Masses [MeV], limits [mu_B] (NaN where there is none), GeV^-1 per mu_B, and the title."""
    with h5py.File(path, "r") as file:
        levels = file["confidence"][:]
        dofs = file["dof"][:]
        level = int(np.argmin(abs(levels - confidence)))
        if abs(levels[level] - confidence) > 1e-9 or dof not in dofs:
            pairs = ", ".join(f"{c:g} with {n} dof" for c in levels for n in dofs)
            refuse(f"{path}: no limit at confidence {confidence:g} with {dof} dof; it has {pairs}")
        number = int(np.flatnonzero(dofs == dof)[0])
        limit = file["limit"][:, level, number]
        ok = file["limit_status"][:, level, number] == STATUS_OK
        per_GeV = file["coupling_per_GeV"][0] / file["coupling"][0]
        title = file.attrs.get("title", "") or pathlib.Path(path).stem
        return file["mass"][:], np.where(ok, limit, np.nan), per_GeV, title


def draw(curves, overlays, confidence, dof):
    """A figure with one curve for each (mass, limit, per_GeV, title) and published ones behind."""
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    for index, (mass, limit, _, title) in enumerate(curves):
        (line,) = axes.loglog(mass, limit, linewidth=1.8, label=title)
        if index == 0:
            top = np.nanmax([np.nanmax(c[1]) for c in curves]) * 3
            axes.fill_between(mass, limit, top, color=line.get_color(), alpha=0.12, linewidth=0)
            axes.set_ylim(np.nanmin([np.nanmin(c[1]) for c in curves]) / 3, top)
    axes.set_xlim(min(c[0][0] for c in curves), max(c[0][-1] for c in curves))
    axes.set_xlabel(r"$m_N$ [MeV]")
    axes.set_ylabel(r"transition magnetic moment $d$ [$\mu_B$]")
    per_GeV = curves[0][2]
    right = axes.secondary_yaxis(
        "right", functions=(lambda d: d * per_GeV, lambda d: d / per_GeV))
    right.set_ylabel(r"$d$ [GeV$^{-1}$]")
    axes.grid(which="major", alpha=0.3)
    axes.set_title(f"{100 * confidence:g} % C.L. upper limit, {dof} dof", fontsize="medium")
    literature.draw(axes, overlays)
    axes.legend(loc="upper left", frameon=False, fontsize="small" if overlays else None)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", action="append", required=True)
    parser.add_argument("--confidence", type=float, default=0.90)
    parser.add_argument("--dof", type=int, default=1)
    parser.add_argument("--overlay", action="append", default=[], help="table of data/literature")
    options = parser.parse_args()
    curves = [read_limit(f, options.confidence, options.dof) for f in options.files]
    if all(np.isnan(curve[1]).all() for curve in curves):
        refuse("no limit to draw: every mass is closed, out of range or not done")
    figure = draw(curves, options.overlay, options.confidence, options.dof)
    for output in options.output:
        try:
            figure.savefig(output, dpi=160)
        except (OSError, ValueError) as error:  # ValueError: a format matplotlib does not know
            refuse(f"{output} cannot be written: {error}")
        print(f"nudipole: drew {output}", file=sys.stderr)


if __name__ == "__main__":
    main()
