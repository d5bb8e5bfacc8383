"""Observed limits over the limits to expect without signal: the median and the bands of 1 and 2 sigma."""

import numpy as np
from matplotlib.patches import Patch

from .. import _program
from ..result import Result
from . import FigureError, limits

BANDS = ((2, "#D3E3F1"), (1, "#8FBBDC"))  # light under dark: they differ in grey as well


class Expected:
    """Expected limits of one file: (mass [MeV], limit [mu_B]) by the number of standard deviations."""

    def __init__(self, specification):
        if len(specification.files) != 1:
            raise FigureError("a band belongs to one file; draw the others with --figure limits")
        path = specification.files[0]
        Result(path).need_scan()
        done = _program.run("bands", path)
        if done is None:
            raise FigureError("expected limits are read by the program, which was not found: set NUDIPOLE_PROGRAM")
        if done.returncode != 0:
            raise FigureError(_program.complaint(done))
        rows = [row for row in _program.rows_of(done)
                if abs(float(row["confidence"]) - specification.confidence) < 1e-9
                and int(row["dof"]) == specification.dof]
        if not rows:
            raise FigureError(f"{path}: no expected limits at confidence {specification.confidence:g} "
                              f"and {specification.dof} degrees of freedom")
        kind = "toys" if any(row["kind"] == "toys" for row in rows) else "asimov"
        self.curves = {}
        for sigma in sorted({float(row["sigma"]) for row in rows}):
            points = sorted((float(row["mass_MeV"]), float(row["d_mu_B"])) for row in rows
                            if row["kind"] == kind and float(row["sigma"]) == sigma)
            self.curves[sigma] = np.array([point for point in points if point[0] > 0 and np.isfinite(point[1])]).reshape(-1, 2).T

    def add_to(self, drawing):
        drawing.behind += [values for _, values in self.curves.values()]

    def draw(self, axes):
        handles = []
        for sigma, colour in BANDS:
            if sigma in self.curves and -sigma in self.curves:
                (mass, low), (other, high) = self.curves[-sigma], self.curves[sigma]
                both = np.intersect1d(mass, other)
                axes.fill_between(both, low[np.isin(mass, both)], high[np.isin(other, both)], color=colour,
                                  linewidth=0, zorder=0.9, gid="fill")
                handles.append(Patch(facecolor=colour, label=rf"expected $\pm$ {sigma}$\sigma$"))
        if 0 in self.curves:
            handles += axes.plot(*self.curves[0], color="black", linestyle=(0, (5, 2)), linewidth=1.1, zorder=2,
                                 label="expected, median")
        return handles[::-1]

    def rows(self):
        return [[f"expected {sigma:+g} sigma", "", float(m), float(v), "expected"]
                for sigma, points in self.curves.items() for m, v in points.T]


def draw(specification):
    return limits.draw(specification, Expected(specification))
