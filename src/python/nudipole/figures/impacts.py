"""What moves a limit: the shift by every nuisance, and by leaving out experiments or bins, ranked."""

import numpy as np
from matplotlib.patches import Patch

from . import FigureError, placing, style, words
from .specification import write_drawn
from .tables import Table

LARGEST_ROWS = 24
ROW_INCH = 0.25
FRAME_INCH, LETTER_INCH = 3.6, 0.072  # of the bars, and of the names beside them
UP, DOWN = "#D55E00", "#56B4E9"


def _rows(path):
    """(kind, name, shift of the limit in per cent at -1 sigma, at +1 sigma), the largest first."""
    table = Table(path)
    table.need("kind", "name", "shift_down_percent", "shift_up_percent", made_by="nudipole impacts")
    rows = [(row["kind"], row["name"], table.number(row, "shift_down_percent"), table.number(row, "shift_up_percent"))
            for row in table.rows]
    rows = [row for row in rows if np.isfinite(row[2:]).any()]
    if not rows:
        raise FigureError(f"{path}: no shift to draw")
    return sorted(rows, key=lambda row: -np.nanmax(np.abs(row[2:])))[:LARGEST_ROWS]


def _names(rows):
    """What is written beside the bars; bins of a single experiment need not name it."""
    owners = {name.partition(": ")[0] for kind, name, _, _ in rows if kind == "bins"}
    names = []
    for kind, name, _, _ in rows:
        owner, _, bins = name.rpartition(": ")
        shown = [words.identifier(owner)] if owner and len(owners) > 1 else []
        shown.append(words.identifier(bins.replace(" .. ", "\N{EN DASH}")))
        names.append(("" if kind == "nuisance" else "without ") + ", ".join(shown))
    return names


def draw(specification):
    count = len(specification.files)
    specification.need_labels(count, "files")
    tables = [_rows(path) for path in specification.files]
    longest = max(len(rows) for rows in tables)
    names = [_names(rows) for rows in tables]
    width = FRAME_INCH + LETTER_INCH * max(len(name) for of_table in names for name in of_table)
    figure, frames = style.new_figure(specification, (width * count, 1.5 + ROW_INCH * longest), columns=count)
    drawn, written = [], []
    for index, (axes, rows) in enumerate(zip(frames[0], tables)):
        place = -np.arange(len(rows))
        for column, colour, hatch, height in ((2, DOWN, None, 0.62), (3, UP, "////", 0.62)):
            values = np.nan_to_num([row[column] for row in rows])
            axes.barh(place, values, height=height, facecolor=colour if hatch is None else "none", hatch=hatch,
                      edgecolor=colour if hatch else "none", linewidth=0.9 if hatch else 0, zorder=2)
        axes.axvline(0, color="0.3", linewidth=0.8, zorder=3, gid="guide")
        axes.set_yticks(place, names[index])
        axes.minorticks_off()
        axes.tick_params(axis="y", which="both", length=0)
        axes.set_ylim(-len(rows) + 0.4, 0.6)
        reach = 1.15 * np.nanmax(np.abs([row[2:] for row in rows]))
        axes.set_xlim(specification.xlim or (-reach, reach))
        axes.set_xlabel("change of the limit [%]")
        axes.set_title(specification.label(index, ""), loc="left")
        drawn.append(axes)
        written += [[specification.files[index], *row] for row in rows]
    if specification.title is not None and (count > 1 or specification.labels):
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    elif specification.title is not None:
        drawn[0].set_title(words.pretty(specification.title), loc="left")
    placing.settle(figure)
    if specification.legend == "on":
        handles = [Patch(facecolor=DOWN, label=r"nuisance $-1\sigma$, or left out"),
                   Patch(facecolor="none", edgecolor=UP, hatch="////", label=r"nuisance $+1\sigma$")]
        for axes in drawn:
            placing.legend(axes, handles, prefer=("lower right", "lower left"), columns=(1,), grow="down")
    write_drawn(specification, ["file", "kind", "name", "shift_down_percent", "shift_up_percent"], written)
    return figure
