"""One panel a file, side by side: what delta_chi2 and region share."""

import numpy as np

from ..result import Result, ResultError
from . import axes as shared, placing, style, words
from .specification import write_drawn


def draw_panels(specification, draw, columns, **options):
    """A figure with a panel a file. `draw(axes, result, specification)` gives what goes into the legend, rows for
    --data-out, and a title for the legend (or None).
    """
    files = [Result(path) for path in specification.files]
    specification.need_labels(len(files), "files")
    for file in files:
        if not np.isfinite(file.best_fits()[0]).any():
            raise ResultError(f"{file.path}: no mass is done yet")
    width = 4.6 if len(files) == 1 else 3.9 * len(files)
    figure, panels = style.new_figure(specification, (width, 3.9), columns=len(files), sharey=True, **options)
    drawn, rows = [], []
    for index, (axes, file) in enumerate(zip(panels[0], files)):
        handles, new_rows, title = draw(axes, file, specification, index == 0, index == len(files) - 1)
        drawn.append((axes, handles, title))
        rows += [[str(file.path.name), *row] for row in new_rows]
        heading = specification.label(index, words.pretty(words.without_flavour(file.title)))
        axes.set_title(heading, loc="left")
        missing = int(np.count_nonzero(~file.done))
        if missing:
            style.mark_unfinished(axes, f"{len(file.done) - missing} of {len(file.done)} masses")
    if specification.title is not None:
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    placing.settle(figure)
    shared.shorten_labels(figure, files[0].flavour)
    placing.settle(figure)
    if specification.legend == "on":
        for axes, handles, title in drawn:
            placing.legend(axes, handles, title=title, grow=None if specification.ylim else "up")
    write_drawn(specification, ["file", *columns], rows)
    return figure
