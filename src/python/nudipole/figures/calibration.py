"""Critical values of Delta chi2 from toys against the coupling, beside what Wilks' theorem says."""

import pathlib

import numpy as np

from . import FigureError, axes as shared, placing, style, words
from .specification import write_drawn
from .tables import Table, distinct


def _curves(file, table):
    """(file, mass, confidence) -> (coupling, critical value, its error, asymptotic value)."""
    table.need("mass_MeV", "coupling_mu_B", "confidence", "critical_value", made_by="nudipole points")
    curves = {}
    for row in table.rows:
        key = (file, table.number(row, "mass_MeV"), table.number(row, "confidence"))
        point = [table.number(row, name) for name in (
            "coupling_mu_B", "critical_value", "critical_error", "asymptotic_critical_value")]
        if np.isfinite(point[:2]).all():
            curves.setdefault(key, []).append(point)
    return {key: np.array(sorted(points)).T for key, points in curves.items()}


def _label(specification, file, mass, confidence):
    """A curve's name: that of its file, where there are several or it was given one, its mass and its level."""
    several = len(specification.files) > 1
    name = specification.label(file, pathlib.Path(specification.files[file]).stem.replace("_", " ") if several else None)
    return ", ".join([*([name] if name else []), *([words.mass(mass)] if mass is not None else []),
                      f"{100 * confidence:g} %"])


def draw(specification):
    specification.need_labels(len(specification.files), "files")
    curves = {}
    for index, path in enumerate(specification.files):
        curves.update(_curves(index, Table.of_result("points", path)))
    if not curves:
        raise FigureError("no critical value to draw")
    kinds = distinct(key[:2] for key in curves)
    figure, frames = style.new_figure(specification, (4.8, 3.8))
    axes = frames[0][0]
    handles, rows, levels = [], [], {}
    for index, ((file, mass, confidence), (coupling, value, error, asymptotic)) in enumerate(curves.items()):
        look = style.line_style(kinds.index((file, mass)) if len(kinds) > 1 else index)
        label = _label(specification, file, mass if len(distinct(m for _, m in kinds)) > 1 else None, confidence)
        handles.append(axes.errorbar(coupling, value, yerr=error, fmt="os^Dv"[index % 5], markersize=4, label=label,
                                     linewidth=1.0, **{**look, "linestyle": look["linestyle"]}))
        if np.isfinite(asymptotic).any():
            levels[confidence] = float(np.nanmax(asymptotic))
        rows += [[mass, confidence, *map(float, point), specification.files[file]]
                 for point in zip(coupling, value, error, asymptotic)]
    axes.set_xscale("log" if min(row[2] for row in rows) > 0 else "linear")
    if specification.xlim and specification.xlim[0] <= 0 and axes.get_xscale() == "log":
        raise FigureError(f"--xlim {specification.xlim[0]:g} {specification.xlim[1]:g}: the axis is logarithmic, "
                          "give numbers > 0")
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
    write_drawn(specification, ["mass_MeV", "confidence", "coupling_mu_B", "critical_value", "error", "asymptotic",
                                "file"], rows)
    return figure
