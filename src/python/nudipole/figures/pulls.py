"""Nuisances at a fit: their pulls with post-fit errors, against the priors' bands."""

import numpy as np

from . import FigureError, placing, style, words
from .specification import write_drawn
from .tables import Table

ROW_INCH = 0.26


def _rows(path):
    """(name, pull, error or NaN) of every nuisance, and the facts of the fit."""
    table = Table(path)
    table.need("quantity", "value", "pull", made_by="nudipole fit")
    facts = {row["quantity"]: row["value"] for row in table.rows if not row["pull"]}
    nuisances = [(row["quantity"], table.number(row, "pull"), table.number(row, "pull_error"))
                 for row in table.rows if row["pull"]]
    if not nuisances:
        raise FigureError(f"{path}: the fit has no nuisances")
    return nuisances, facts


def _heading(facts):
    mass, coupling = facts.get("mass_MeV"), facts.get("coupling_mu_B")
    if mass is None:
        return ""
    point = words.scientific(float(coupling))
    return rf"$m_N$ = {words.mass(float(mass))}, $d$ = {point}$\,\mu_{{\rm B}}$"


def draw(specification):
    specification.need_labels(len(specification.files), "files")
    files = [_rows(path) for path in specification.files]
    names = list(dict.fromkeys(name for nuisances, _ in files for name, _, _ in nuisances))
    place = {name: -index for index, name in enumerate(names)}
    figure, frames = style.new_figure(specification, (4.8, 1.3 + ROW_INCH * len(names)))
    axes = frames[0][0]
    axes.axvspan(-2, 2, color="0.93", linewidth=0, zorder=0.2)
    axes.axvspan(-1, 1, color="0.85", linewidth=0, zorder=0.3)
    axes.axvline(0, color="0.5", linewidth=0.8, zorder=0.5, gid="guide")
    rows, handles = [], []
    for index, (nuisances, facts) in enumerate(files):
        shift = (index - (len(files) - 1) / 2) * 0.22
        y = np.array([place[name] for name, _, _ in nuisances]) - shift
        pull, error = (np.array([row[k] for row in nuisances]) for k in (1, 2))
        colour = style.COLOURS[index % len(style.COLOURS)] if len(files) > 1 else "black"
        drawn = axes.errorbar(pull, y, xerr=np.nan_to_num(error), fmt="os^Dv"[index % 5], color=colour, markersize=4,
                              linewidth=1.1, label=specification.label(index, _heading(facts)), zorder=3)
        handles.append(drawn)
        rows += [[specification.files[index], name, float(p), float(e)] for name, p, e in nuisances]
    axes.set_yticks(list(place.values()), [words.nuisance(name) for name in names])
    axes.tick_params(axis="y", which="both", length=0)
    axes.minorticks_off()
    axes.set_ylim(-len(names) + 0.4, 0.6)
    reach = max(2.4, 1.1 * max(abs(p) + (e if np.isfinite(e) else 0) for nuisances, _ in files
                               for _, p, e in nuisances))
    axes.set_xlim(specification.xlim or (-reach, reach))
    axes.set_xlabel("pull: (value $-$ centre) / width of the prior")
    axes.set_title(words.pretty(specification.title) if specification.title is not None
                   else (_heading(files[0][1]) if len(files) == 1 else ""), loc="left")
    placing.settle(figure)
    if specification.legend == "on" and (len(files) > 1 or specification.labels):
        placing.legend(axes, handles, grow="up")
    write_drawn(specification, ["file", "nuisance", "pull", "pull_error"], rows)
    return figure
