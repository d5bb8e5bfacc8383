#!/usr/bin/env python3
"""Draws upper limits on the dipole coupling against the mass of N from result files.

Usage: limits.py FILE... -o OUT [-o OUT2 ...] [--confidence C] [--dof N] [--overlay TABLE ...]

One curve a file; the excluded side is shaded for the first. A file with limits of each experiment by
itself shows them as thin lines below the thick line of all together. Needs numpy, h5py and matplotlib.
Exit code 2: the files hold no such limits, or the figure cannot be written.
"""

import argparse
import pathlib

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

import literature  # noqa: E402
from result import codes, joint, refuse, save, tell_undone  # noqa: E402

MU_B_PER_GEV = 296.304053924  # Bohr magneton [GeV^-1]: sqrt(pi alpha) / m_e


class Curves:
    """Limits [mu_B] of a file at one confidence level (NaN where there is none) against mass [MeV]."""

    def __init__(self, path, confidence, dof):
        with h5py.File(path, "r") as file:
            levels = file["confidence"][:]
            dofs = file["dof"][:]
            level = int(np.argmin(abs(levels - confidence)))
            if abs(levels[level] - confidence) > 1e-9 or dof not in dofs:
                pairs = ", ".join(f"{c:g} with {n} dof" for c in levels for n in dofs)
                refuse(f"{path}: no limit at confidence {confidence:g} with {dof} dof; it has {pairs}")
            number = int(np.flatnonzero(dofs == dof)[0])
            self.mass = file["mass"][:]
            self.per_GeV = MU_B_PER_GEV
            self.title = file.attrs.get("title", "") or pathlib.Path(path).stem
            code = codes(file["limit_status"])
            status = joint(file, "limit_status")[:, level, number]
            done = status != code["not_done"]
            self.limit = np.where(status == code["ok"], joint(file, "limit")[:, level, number], np.nan)
            tell_undone(path, done)
            self.parts = {name: limit for name, limit in self.single(file, level, number)
                          if not np.isnan(limit).all()}
        # Lines go on over masses that are missing: a shard has every n-th one only.
        self.mass, self.limit = self.mass[done], self.limit[done]
        self.parts = {name: part[done] for name, part in self.parts.items()}

    @staticmethod
    def single(file, level, number):
        """Names and limits of the experiments by themselves."""
        names = list(file["experiment"].asstr()[:])
        prefix = "experiment_" if file.attrs["format_version"] == 1 else ""
        if prefix and "experiment_limit" not in file:
            return
        ok = codes(file[prefix + "limit_status"])["ok"]
        for k, name in enumerate(names):
            if name != "joint":
                status = file[prefix + "limit_status"][:, k, level, number]
                yield name, np.where(status == ok, file[prefix + "limit"][:, k, level, number], np.nan)

    def everything(self):
        """All limits of the file in one row."""
        return np.concatenate([self.limit, *self.parts.values()])


def draw(curves, overlays, confidence, dof):
    """A figure with a thick curve for each file, a thin one for each experiment by itself, and
    published ones behind.
    """
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    styles = ("--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
    values = np.concatenate([one.everything() for one in curves])
    bottom, top = np.nanmin(values) / 3, np.nanmax(values) * 3
    for index, one in enumerate(curves):
        (line,) = axes.loglog(one.mass, one.limit, linewidth=2.4 if one.parts else 1.8,
                              label=one.title, zorder=3)
        for number, (name, limit) in enumerate(one.parts.items()):
            axes.loglog(one.mass, limit, linewidth=1.0, color=f"C{len(curves) + number}",
                        linestyle=styles[number % len(styles)], label=name, zorder=4)
        if index == 0:
            axes.fill_between(one.mass, one.limit, top, color=line.get_color(), alpha=0.12,
                              linewidth=0)
    axes.set_ylim(bottom, top)
    axes.set_xlim(min(one.mass[0] for one in curves), max(one.mass[-1] for one in curves))
    axes.set_xlabel(r"$m_N$ [MeV]")
    axes.set_ylabel(r"transition magnetic moment $d$ [$\mu_B$]")
    per_GeV = curves[0].per_GeV
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
    curves = [Curves(f, options.confidence, options.dof) for f in options.files]
    if all(np.isnan(one.everything()).all() for one in curves):
        refuse("no limit to draw: every mass is closed, out of range or not done")
    figure = draw(curves, options.overlay, options.confidence, options.dof)
    save(figure, options.output)


if __name__ == "__main__":
    main()
