"""Recoil spectra before any detector (figure 1 of arXiv:2406.07477): one panel for each source and target."""

import re

import numpy as np

from . import FigureError, placing, style, words
from .specification import write_drawn
from .tables import Table, distinct

COLOURS = [colour for colour in style.COLOURS if colour != "#000000"]  # black is the Standard Model
DECADES = 7  # below the highest rate: what lies deeper is not seen
NAMES = {"cevns": r"CE$\nu$NS", "eves": r"SM $\nu e$", "dipole_nucleus": "dipole, nuclei",
         "dipole_electron": "dipole, electrons"}


def _panels(specification):
    """(experiment, target, rows, table) of every panel."""
    for path in specification.files:
        table = Table(path)
        table.need("experiment", "target", "process", "flavour", "recoil_energy_keV", made_by="nudipole rate")
        for experiment, target in distinct((row["experiment"], row["target"]) for row in table.rows):
            if specification.experiments is None or experiment in specification.experiments:
                rows = [row for row in table.rows if (row["experiment"], row["target"]) == (experiment, target)]
                yield experiment, target, rows, table


def _series(table, rows, rate):
    """(process, flavour, mass, coupling) -> (recoil energies, rates)."""
    series = {}
    for row in rows:
        key = (row["process"], row["flavour"], row["mass_MeV"], row["coupling_mu_B"])
        series.setdefault(key, []).append((table.number(row, "recoil_energy_keV"), table.number(row, rate)))
    return {key: np.array(points).T for key, points in series.items()}


def _label(key, several):
    process, flavour, mass, coupling = key
    name = NAMES.get(process, words.identifier(process))
    if process.startswith("dipole"):
        name += rf", {words.mass(float(mass))}"
        if several:
            name += rf", ${words.coupling(flavour)}$ = {words.scientific(float(coupling))}$\,\mu_{{\rm B}}$"
    return name


def _point(series):
    """The coupling that all portal curves share, for the legend's title; nothing where they have several."""
    points = distinct((key[1], key[3]) for key in series if key[0].startswith("dipole"))
    if len(points) != 1:
        return None
    return rf"${words.coupling(points[0][0])}$ = {words.scientific(float(points[0][1]))}$\,\mu_{{\rm B}}$"


def _draw_panel(axes, series):
    """Curves: black for the Standard Model, a colour a mass; full lines for nuclei, dashed ones for electrons."""
    masses = distinct(key[2] for key in series if key[0].startswith("dipole"))
    title, handles = _point(series), []
    for key, (energy, values) in series.items():
        if not (values > 0).any():
            continue
        portal = key[0].startswith("dipole")
        colour = COLOURS[masses.index(key[2]) % len(COLOURS)] if portal else "black"
        dashes = "-" if key[0] in ("cevns", "dipole_nucleus") else (0, (4, 1.5))
        handles += axes.plot(energy, np.where(values > 0, values, np.nan), color=colour, linestyle=dashes,
                             linewidth=1.4 if portal else 2.0, label=_label(key, title is None))
    return handles, title


def draw(specification):
    panels = list(_panels(specification))
    if not panels:
        raise FigureError("no such experiment in the table: " + ", ".join(specification.experiments or []))
    count = len(panels)
    figure, frames = style.new_figure(specification, (4.8 if count == 1 else 3.7 * count, 4.2), columns=count)
    drawn, written = [], []
    for index, (axes, (experiment, target, rows, table)) in enumerate(zip(frames[0], panels)):
        rate = next((name for name in table.columns if name.startswith("rate")), None)
        series = _series(table, rows, rate)
        handles, title = _draw_panel(axes, series)
        if not handles:
            raise FigureError(f"{experiment}: every rate is 0")
        highest = max(np.nanmax(handle.get_ydata()) for handle in handles)
        axes.set_xscale("log")
        axes.set_yscale("log")
        energy = next(iter(series.values()))[0]
        axes.set_xlim(specification.xlim or (energy.min(), max(points[0].max() for points in series.values())))
        axes.set_ylim(specification.ylim or (highest / 10**DECADES, highest * 3))
        axes.set_xlabel(r"recoil energy $T$ [keV]")
        if index == 0:
            axes.set_ylabel(words.rate(rate))
        name = re.sub(r",.*| solar .*| reactor.*", "", specification.experiment_title(experiment))
        axes.set_title(specification.label(index, f"{name}, {target}"), loc="left")
        drawn.append((axes, handles, title))
        written += [[experiment, target, *key, float(t), float(v)] for key, points in series.items()
                    for t, v in points.T]
    if specification.title is not None:
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    placing.settle(figure)
    if specification.legend == "on":
        for axes, handles, title in drawn:
            visible = [handle for handle in handles if placing.is_visible(handle, axes)]
            placing.legend(axes, visible, prefer=("lower left", "upper right"), columns=(1, 2), title=title,
                           grow=None if specification.ylim else "down")
    write_drawn(specification, ["experiment", "target", "process", "flavour", "mass_MeV", "coupling_mu_B",
                                "recoil_energy_keV", "rate"], written)
    return figure
