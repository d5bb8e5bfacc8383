"""Critical values of Delta chi2 from toys against the coupling, beside what Wilks' theorem says."""

import numpy as np

from . import FigureError, axes as shared, placing, style, words
from .specification import write_drawn
from .tables import Table, distinct


def _curves(table):
    """(mass, confidence) -> (coupling, critical value, its error, asymptotic value)."""
    table.need("mass_MeV", "coupling_mu_B", "confidence", "critical_value", made_by="nudipole points")
    curves = {}
    for row in table.rows:
        key = (table.number(row, "mass_MeV"), table.number(row, "confidence"))
        point = [table.number(row, name) for name in (
            "coupling_mu_B", "critical_value", "critical_error", "asymptotic_critical_value")]
        if np.isfinite(point[:2]).all():
            curves.setdefault(key, []).append(point)
    return {key: np.array(sorted(points)).T for key, points in curves.items()}


def draw(specification):
    curves = {}
    for path in specification.files:
        curves.update(_curves(Table.of_result("points", path)))
    if not curves:
        raise FigureError("no critical value to draw")
    masses = distinct(mass for mass, _ in curves)
    figure, frames = style.new_figure(specification, (4.8, 3.8))
    axes = frames[0][0]
    handles, rows, levels = [], [], {}
    for index, ((mass, confidence), (coupling, value, error, asymptotic)) in enumerate(curves.items()):
        look = style.line_style(masses.index(mass) if len(masses) > 1 else index)
        label = f"{100 * confidence:g} %" if len(masses) == 1 else f"{words.mass(mass)}, {100 * confidence:g} %"
        handles.append(axes.errorbar(coupling, value, yerr=error, fmt="os^Dv"[index % 5], markersize=4, label=label,
                                     linewidth=1.0, **{**look, "linestyle": look["linestyle"]}))
        if np.isfinite(asymptotic).any():
            levels[confidence] = float(np.nanmax(asymptotic))
        rows += [[mass, confidence, *map(float, point)] for point in zip(coupling, value, error, asymptotic)]
    axes.set_xscale("log" if min(rows, key=lambda row: row[2])[2] > 0 else "linear")
    axes.set_xlabel(shared.coupling_label("universal", "without"))
    axes.set_ylabel(r"critical value of $\Delta\chi^2$")
    axes.set_ylim(specification.ylim or (0, 1.25 * max(max(row[3] for row in rows), *levels.values(), 0)))
    if specification.xlim:
        axes.set_xlim(specification.xlim)
    named = [(value, f"Wilks {100 * confidence:g} %") for confidence, value in sorted(levels.items())]
    shared.level_lines(axes, named)
    shared.level_ticks(axes, named)
    axes.set_title(words.pretty(specification.title or ""), loc="left")
    placing.settle(figure)
    if specification.legend == "on":
        placing.legend(axes, handles, title="from toys", grow=None if specification.ylim else "up")
    write_drawn(specification, ["mass_MeV", "confidence", "coupling_mu_B", "critical_value", "error", "asymptotic"],
                rows)
    return figure
