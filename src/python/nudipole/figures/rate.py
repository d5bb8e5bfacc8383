"""Recoil spectra before any detector (figure 1 of arXiv:2406.07477): one panel for each source and target."""

import re

import numpy as np
from matplotlib.lines import Line2D

from . import FigureError, placing, style, words
from .specification import write_drawn
from .tables import Table, distinct

COLOURS = [colour for colour in style.COLOURS if colour != "#000000"]  # black is the Standard Model
DECADES = 7  # below the highest rate: what lies deeper is not seen
ON_ELECTRONS = (0, (4, 1.5))


def _panels(specification):
    """(experiment, target, rows, table) of every panel."""
    found = []
    for path in specification.files:
        table = Table(path)
        table.need("experiment", "target", "process", "flavour", "recoil_energy_keV", made_by="nudipole rate")
        for experiment, target in distinct((row["experiment"], row["target"]) for row in table.rows):
            rows = [row for row in table.rows if (row["experiment"], row["target"]) == (experiment, target)]
            found.append((experiment, target, rows, table))
    specification.need_experiments(distinct(panel[0] for panel in found))
    panels = [panel for panel in found if specification.experiments is None or panel[0] in specification.experiments]
    specification.need_labels(len(panels), "panels")
    return panels


def _series(table, rows, rate):
    """(process, flavour, mass, coupling) -> (recoil energies, rates)."""
    series = {}
    for row in rows:
        key = (row["process"], row["flavour"], row["mass_MeV"], row["coupling_mu_B"])
        series.setdefault(key, []).append((table.number(row, "recoil_energy_keV"), table.number(row, rate)))
    return {key: np.array(points).T for key, points in series.items()}


def _point(series):
    """The coupling that all portal curves share, for the legend's title; nothing where they have several."""
    points = distinct((key[1], key[3]) for key in series if key[0].startswith("dipole"))
    if len(points) != 1:
        return None
    return rf"${words.coupling(points[0][0])}$ = {words.scientific(float(points[0][1]))}$\,\mu_{{\rm B}}$"


def _portal(key, several):
    """The portal of a curve in words: its mass, and the coupling where curves have several."""
    _, flavour, mass, coupling = key
    name = rf"$m_N$ = {words.mass(float(mass))}"
    if several:
        name += rf", ${words.coupling(flavour)}$ = {words.scientific(float(coupling))}$\,\mu_{{\rm B}}$"
    return name


def _draw_panel(axes, series):
    """Curves: black for the Standard Model, a colour a portal; full lines for nuclei, dashed ones for electrons.

    \return [(line, what its colour says, what its dashes say)]
    """
    points = distinct(key[1:] for key in series if key[0].startswith("dipole"))
    several, lines = _point(series) is None, []
    for key, (energy, values) in series.items():
        if not (values > 0).any():
            continue
        portal = key[0].startswith("dipole")
        colour = COLOURS[points.index(key[1:]) % len(COLOURS)] if portal else "black"
        on_nuclei = key[0] in ("cevns", "dipole_nucleus")
        (line,) = axes.plot(energy, np.where(values > 0, values, np.nan), color=colour,
                            linestyle="-" if on_nuclei else ON_ELECTRONS, linewidth=1.4 if portal else 2.0)
        lines.append((line, _portal(key, several) if portal else "Standard Model",
                      "on nuclei" if on_nuclei else "on electrons"))
    return lines


def _entries(axes, lines):
    """Entries of a legend: the colours and, where there are two kinds of dashes, these; of curves that are seen."""
    seen = [entry for entry in lines if placing.is_visible(entry[0], axes)]
    colours = {name: Line2D([], [], color=line.get_color(), linewidth=line.get_linewidth(), label=name)
               for line, name, _ in seen}
    dashes = {name: Line2D([], [], color="0.4", linewidth=1.4, linestyle=ON_ELECTRONS if name == "on electrons" else "-",
                           label=name) for _, _, name in seen}
    return [*colours.values(), *(dashes.values() if len(dashes) > 1 else ())]


def draw(specification):
    panels = _panels(specification)
    count = len(panels)
    figure, frames = style.new_figure(specification, (4.8 if count == 1 else 3.7 * count, 4.2), columns=count)
    drawn, written = [], []
    for index, (axes, (experiment, target, rows, table)) in enumerate(zip(frames[0], panels)):
        rate = next((name for name in table.columns if name.startswith("rate")), None)
        series = _series(table, rows, rate)
        lines = _draw_panel(axes, series)
        if not lines:
            raise FigureError(f"{experiment}: every rate is 0")
        highest = max(np.nanmax(line.get_ydata()) for line, _, _ in lines)
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
        drawn.append((axes, lines, _point(series)))
        written += [[experiment, target, *key, float(t), float(v)] for key, points in series.items()
                    for t, v in points.T]
    if specification.title is not None:
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    placing.settle(figure)
    if specification.legend == "on":
        for axes, lines, title in drawn:
            placing.legend(axes, _entries(axes, lines), prefer=("upper right", "lower left"), columns=(1, 2), title=title,
                           grow=None if specification.ylim else "up")
    write_drawn(specification, ["experiment", "target", "process", "flavour", "mass_MeV", "coupling_mu_B",
                                "recoil_energy_keV", "rate"], written)
    return figure
