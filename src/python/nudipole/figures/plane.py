"""Regions of two couplings allowed at 1 sigma, 90 % and 99 %, a panel for each mass."""

import numpy as np
from matplotlib.patches import Patch

from ..result import Result, ResultError
from . import FigureError, axes as shared, placing, style, words
from .delta_chi2 import chosen_masses, levels_of
from .region import COLOURS, EDGE
from .specification import write_drawn

PANELS = 4


def _ends(values, delta, axis, level):
    """The range of a coupling that the regions need: all below them, a factor 2 above; the grid has it."""
    inside = np.flatnonzero(np.any(np.nan_to_num(delta, nan=np.inf) < level, axis=axis))
    end = values[min(inside[-1] + 1, len(values) - 1)] * 2 if len(inside) else values[-1]
    return values[0], min(end, values[-1])


def draw(specification):
    if len(specification.files) != 1:
        raise FigureError("--figure plane: it is drawn from one result file")
    result = Result(specification.files[0])
    first, second = result.plane()
    named = levels_of(specification, 2)
    if not named:
        raise FigureError("a plane needs thresholds for two degrees of freedom: draw it with nudipole plot")
    if not result.done.any():
        raise ResultError(f"{result.path}: no mass is done yet")
    chosen = chosen_masses(result, specification.masses_MeV, PANELS)
    x, y = result["coupling_" + first], result["coupling_" + second]
    chi2, least = result.minus_two_log_l(), result["best_minus_two_log_l"][:, -1]
    best = result["best_coupling"][:, -1]
    names = list(result["parameter"])
    levels = [value for value, _ in named]
    figure, panels = style.new_figure(specification, (3.3 * len(chosen) + 0.8, 3.7), columns=len(chosen), sharey=True)
    rows, deltas = [], chi2[chosen] - least[chosen][:, None, None]
    x_ends, y_ends = _ends(x, deltas, (0, 2), levels[-1]), _ends(y, deltas, (0, 1), levels[-1])
    for axes, mass in zip(panels[0], chosen):
        delta = chi2[mass] - least[mass]
        shown = np.ma.masked_invalid(delta).T
        axes.contourf(x, y, shown, levels=[-1, *levels], colors=COLOURS, zorder=0.5)
        axes.contour(x, y, shown, levels=levels, colors=EDGE, linewidths=(1.3, 1.0, 0.8), zorder=1)
        best_x, best_y = best[mass][names.index(first)], best[mass][names.index(second)]
        if best_x <= x[-1] and best_y <= y[-1]:
            # On a logarithmic axis a best fit without one of the couplings lies at its lower end.
            axes.plot(max(best_x, x[0]), max(best_y, y[0]), "*", color="#D55E00", markeredgecolor="white",
                      markersize=11, zorder=4, clip_on=False)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(specification.xlim or x_ends)
        axes.set_ylim(specification.ylim or y_ends)
        axes.set_xlabel(shared.coupling_label(first, "with"))
        axes.set_title(words.mass(result.mass_MeV[mass]), loc="left")
        rows += [[str(result.path.name), float(result.mass_MeV[mass]), float(a), float(b), float(value)]
                 for a, row in zip(x, delta) for b, value in zip(y, row)]
    panels[0][0].set_ylabel(shared.coupling_label(second, "with"))
    if specification.title is not None:
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    placing.settle(figure)
    if specification.legend == "on":
        handles = [Patch(facecolor=colour, edgecolor=EDGE, linewidth=0.8, label=name)
                   for colour, (_, name) in zip(COLOURS, named)]
        placing.legend(panels[0][0], handles, title=None, grow=None)
    write_drawn(specification, ["file", "mass_MeV", f"d_{first}_mu_B", f"d_{second}_mu_B", "delta_chi2_of_two"], rows)
    return figure
