"""A map of critical values from toys over mass and coupling: where is Wilks' 2.71 (or 4.61) too large or too small?"""

import numpy as np
from matplotlib.colors import TwoSlopeNorm

from .. import result as results
from . import FigureError, axes as shared, placing, style, words
from .specification import write_drawn
from .tables import Table

REGION = {0.6827: 2.30, 0.90: 4.61, 0.95: 5.99, 0.99: 9.21}  # chi2 with two degrees of freedom


def _columns(table, confidence):
    """mass -> (coupling, critical value, asymptotic value), ascending in the coupling."""
    table.need("mass_MeV", "coupling_mu_B", "confidence", "critical_value", made_by="nudipole points")
    columns = {}
    for row in table.rows:
        if abs(table.number(row, "confidence") - confidence) > 1e-9 or table.number(row, "toys") == 0:
            continue
        point = [table.number(row, name) for name in ("coupling_mu_B", "critical_value", "asymptotic_critical_value")]
        if np.isfinite(point[:2]).all():
            columns.setdefault(table.number(row, "mass_MeV"), []).append(point)
    return {mass: np.array(sorted(points)).T for mass, points in sorted(columns.items())}


def _edges(places):
    """Borders half way between places, in the logarithm."""
    logs = np.log(places)
    if len(logs) == 1:
        return places * np.exp([-0.5, 0.5])
    inner = 0.5 * (logs[1:] + logs[:-1])
    return np.exp(np.concatenate([[2 * logs[0] - inner[0]], inner, [2 * logs[-1] - inner[-1]]]))


def _limits(path, confidence):
    table = Table.of_result("limits", path)
    rows = [row for row in table.rows
            if abs(table.number(row, "confidence") - confidence) < 1e-9 and row.get("end", "upper") == "upper"]
    return np.array([[table.number(row, name) for name in ("mass_MeV", "d_mu_B", "asymptotic_d_mu_B")]
                     for row in rows]).reshape(-1, 3).T


def draw(specification):
    if len(specification.files) != 1:
        raise FigureError("a map of critical values is drawn of one file")
    (path,) = specification.files
    columns = _columns(Table.of_result("points", path), specification.confidence)
    if not columns:
        raise FigureError(f"{path}: no critical value at confidence {specification.confidence:g}")
    flavour = results.Result(path).flavour
    masses = np.array(list(columns))
    wilks = float(next(iter(columns.values()))[2][0])
    region = next((value for level, value in REGION.items() if abs(level - specification.confidence) < 1e-4), None)
    figure, frames = style.new_figure(specification, (5.4, 4.2))
    axes = frames[0][0]
    borders = _edges(masses)
    values = np.concatenate([column[1] for column in columns.values()])
    top = max(region or 0.0, wilks * 1.2, min(values.max(), 2 * wilks))
    norm = TwoSlopeNorm(vcenter=wilks, vmin=min(values.min(), 0.5 * wilks), vmax=top)
    shared.mass_axis(axes, *(specification.xlim or (borders[0], borders[-1])))
    shared.both_units(axes, flavour, None)
    couplings = np.concatenate([_edges(column[0]) for column in columns.values()])
    axes.set_ylim(specification.ylim or (couplings.min(), couplings.max()))
    for (low, high), (coupling, value, _) in zip(zip(borders[:-1], borders[1:]), columns.values()):
        mesh = axes.pcolormesh([low, high], _edges(coupling), value[:, None], cmap="RdBu_r", norm=norm, zorder=0.5,
                               rasterized=True)
        mesh.set_gid("fill")
    ticks = sorted({round(wilks, 2), *([region] if region else []), round(norm.vmin, 2), round(top, 2)})
    bar = figure.colorbar(mesh, ax=axes, ticks=ticks)
    bar.set_label(rf"critical value of $\Delta\chi^2$, {100 * specification.confidence:g} %")
    bar.minorticks_off()
    bar.ax.axhline(wilks, color="black", linewidth=1.0)
    axes.set_title(words.pretty(specification.title or f"white: Wilks' {wilks:.2f}"), loc="left")
    placing.settle(figure)
    shared.shorten_labels(figure, flavour)
    limits = _limits(path, specification.confidence)
    handles = []
    for values, label, look in ((limits[1], "limit by toys", {"color": "black", "linestyle": "-"}),
                                (limits[2], f"limit by {wilks:.2f}", {"color": "black", "linestyle": (0, (4, 2))})):
        if np.isfinite(values).any():
            handles += axes.plot(limits[0], values, linewidth=1.3, label=label, zorder=3, **look)
    if specification.legend == "on":
        placing.legend(axes, handles, prefer=("upper left", "lower left", "lower right"),
                       grow=None if specification.ylim else "up")
    write_drawn(specification, ["mass_MeV", "coupling_mu_B", "critical_value", "asymptotic"],
                [[mass, *map(float, point)] for mass, column in columns.items() for point in column.T])
    return figure
