"""Limits by toys beside those by the formulae of large samples, over the bands that data without signal give."""

import numpy as np
from matplotlib.patches import Patch

from .. import result as results
from . import FigureError, axes as shared, placing, style, words
from .band import BANDS
from .specification import write_drawn
from .tables import Table

MARGIN = 0.03  # of the range of masses, on both sides
METHODS = {"feldman_cousins": "Feldman-Cousins", "cls": r"CL$_s$"}


class ToyLimits:
    """Limits of one file at one level: arrays along its masses [MeV], limits [mu_B]."""

    def __init__(self, specification):
        if len(specification.files) != 1:
            raise FigureError("limits by toys are drawn of one file")
        (path,) = specification.files
        result = results.Result(path)
        if result.holds_toys and result.parameters:
            raise FigureError(f"{path}: the toys are of several couplings, which have no limits; --figure plane shows two")
        self.flavour = result.flavour
        table = Table.of_result("limits", path)
        table.need("end", "mc_error", "asymptotic_d_mu_B", made_by="nudipole limits (of a file of toys)")
        rows = [row for row in table.rows if abs(table.number(row, "confidence") - specification.confidence) < 1e-9]
        if not rows:
            raise FigureError(f"{path}: no limits at confidence {specification.confidence:g}")
        self.method = METHODS.get(rows[0]["method"], rows[0]["method"])
        numbers = ("mass_MeV", "d_mu_B", "mc_error", "asymptotic_d_mu_B")
        ends = {end: np.array([[table.number(row, name) for name in numbers] for row in rows if row["end"] == end])
                for end in ("upper", "lower")}
        self.upper, self.lower = (ends[end].reshape(-1, len(numbers)).T for end in ("upper", "lower"))
        if not np.isfinite(self.upper[1]).any():
            raise FigureError(f"{path}: no limit to draw")
        self.bands = self._bands(Table.of_result("bands", path), specification.confidence)

    @staticmethod
    def _bands(table, confidence):
        """(mass, limit) by the number of standard deviations, from toys."""
        rows = [row for row in table.rows
                if row["kind"] == "toys" and abs(table.number(row, "confidence") - confidence) < 1e-9]
        curves = {}
        for row in rows:
            point = table.number(row, "mass_MeV"), table.number(row, "d_mu_B")
            if np.isfinite(point[1]):
                curves.setdefault(table.number(row, "sigma"), []).append(point)
        return {sigma: np.array(sorted(points)).T for sigma, points in curves.items()}

    def all_couplings(self):
        values = np.concatenate([self.upper[1], self.upper[3], self.lower[1], *(c[1] for c in self.bands.values())])
        return values[np.isfinite(values)]


def _bands(axes, bands):
    handles = []
    for sigma, colour in BANDS:
        if sigma in bands and -sigma in bands:
            (mass, low), (other, high) = bands[-sigma], bands[sigma]
            both = np.intersect1d(mass, other)
            axes.fill_between(both, low[np.isin(mass, both)], high[np.isin(other, both)], color=colour, linewidth=0,
                              zorder=0.9, gid="fill")
            handles.append(Patch(facecolor=colour, label=rf"expected $\pm$ {sigma}$\sigma$, toys"))
    if 0 in bands:
        handles += axes.plot(*bands[0], color="black", linestyle=(0, (5, 2)), linewidth=1.1, zorder=2,
                             label="expected, median, toys")
    return handles[::-1]


def _with_margin(mass):
    """The range of masses [MeV] with room for the first and the last marker."""
    low, high = mass.min(), mass.max()
    margin = (high / low) ** MARGIN if high > 1.05 * low else 3.0
    return low / margin, high * margin


def draw(specification):
    found = ToyLimits(specification)
    figure, frames = style.new_figure(specification, (5.2, 4.2))
    axes = frames[0][0]
    mass, value, error, asymptotic = found.upper
    shared.mass_axis(axes, *(specification.xlim or _with_margin(mass)))
    shared.both_units(axes, found.flavour, specification.per_GeV)
    every = found.all_couplings()
    axes.set_ylim(specification.ylim or (every.min() / 2.0, every.max() * 2.0))
    axes.set_title(words.pretty(specification.title or f"{100 * specification.confidence:g} % C.L. limits"), loc="left")
    placing.settle(figure)
    shared.shorten_labels(figure, found.flavour)
    placing.settle(figure)
    handles = [axes.errorbar(mass, value, yerr=value * error, fmt="o", markersize=4, linewidth=1.5, zorder=3,
                             label=f"{found.method}, toys", **style.line_style(0))]
    if np.isfinite(found.lower[1]).any():
        handles.append(axes.errorbar(found.lower[0], found.lower[1], yerr=found.lower[1] * found.lower[2], fmt="^",
                                     markersize=5, linewidth=1.0, zorder=3, label="its lower end",
                                     color=style.line_style(0)["color"]))
    handles += axes.plot(mass, asymptotic, linewidth=1.4, zorder=2.5, label="asymptotic", **style.line_style(1))
    handles += _bands(axes, found.bands)
    if specification.legend == "on":
        placing.legend(axes, handles, prefer=("upper left", "lower right", "lower left"),
                       grow=None if specification.ylim else "up")
    rows = [["upper", *map(float, point)] for point in found.upper.T]
    rows += [["lower", *map(float, point)] for point in found.lower.T]
    rows += [[f"expected {sigma:+g} sigma", float(m), float(d), np.nan, np.nan]
             for sigma, points in sorted(found.bands.items()) for m, d in points.T]
    write_drawn(specification, ["curve", "mass_MeV", "d_mu_B", "mc_error", "asymptotic_d_mu_B"], rows)
    return figure
