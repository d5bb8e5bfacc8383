"""Regions of two couplings allowed at 1 sigma, 90 % and 99 %, or by toys, a panel for each mass."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..result import Result, ResultError
from . import FigureError, axes as shared, placing, style, words
from .delta_chi2 import chosen_masses, levels_of
from .region import COLOURS, EDGE, name_contours
from .specification import write_drawn
from .toy_plane import ToyPlane

PANELS = 4
ASYMPTOTIC = style.COLOURS[1]
MARGIN = 1.06  # of the frame around points of toys


def _ends(values, delta, axis, level):
    """The range of a coupling that the regions need: all below them, a factor 2 above; the grid has it."""
    inside = np.flatnonzero(np.any(np.nan_to_num(delta, nan=np.inf) < level, axis=axis))
    end = values[min(inside[-1] + 1, len(values) - 1)] * 2 if len(inside) else values[-1]
    return values[0], min(end, values[-1])


def _frame(axes, specification, x_ends, y_ends, first, mass):
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(specification.xlim or x_ends)
    axes.set_ylim(specification.ylim or y_ends)
    shared.coupling_ticks(axes.xaxis)
    shared.coupling_ticks(axes.yaxis)
    axes.set_xlabel(shared.coupling_label(first, "with"))
    axes.set_title(words.mass(mass), loc="left")


def _new_figure(specification, masses):
    return style.new_figure(specification, (3.3 * masses + 0.8, 3.7), columns=masses, sharey=True)


def _finish(specification, figure, panels, second, handles, beside, grow):
    """Labels, title, and the legend: in the frame of the first panel, or beside the last one."""
    panels[0].set_ylabel(shared.coupling_label(second, "with"))
    if specification.title is not None:
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    placing.settle(figure)
    if specification.legend == "on" and beside:
        panels[-1].legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0)
        placing.settle(figure)
    elif specification.legend == "on":
        placing.legend(panels[0], handles, title=None, grow=grow)


def draw(specification):
    if len(specification.files) != 1:
        raise FigureError("--figure plane: it is drawn from one result file")
    result = Result(specification.files[0])
    if result.holds_toys:
        return _draw_toys(specification, ToyPlane(result))
    return _draw_scan(specification, result)


def _draw_scan(specification, result):
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
    figure, panels = _new_figure(specification, len(chosen))
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
        _frame(axes, specification, x_ends, y_ends, first, result.mass_MeV[mass])
        rows += [[str(result.path.name), float(result.mass_MeV[mass]), float(a), float(b), float(value)]
                 for a, row in zip(x, delta) for b, value in zip(y, row)]
    handles = [Patch(facecolor=colour, edgecolor=EDGE, linewidth=0.8, label=name)
               for colour, (_, name) in zip(COLOURS, named)]
    _finish(specification, figure, panels[0], second, handles, beside=False, grow=None)
    write_drawn(specification, ["file", "mass_MeV", f"d_{first}_mu_B", f"d_{second}_mu_B", "delta_chi2_of_two"], rows)
    return figure


def _region(axes, x, y, excess, colour, **look):
    """What lies below 0, filled unless the colour is None, and its edge; neither where there is none."""
    shown = np.ma.masked_invalid(excess).T
    if colour is not None and (excess < 0).any():
        name_contours(axes.contourf(x, y, shown, levels=[-1e9, 0], colors=[colour], zorder=0.5), "fill")
    if (excess < 0).any() and (excess > 0).any():
        name_contours(axes.contour(x, y, shown, levels=[0], linewidths=1.2, **look), "contour")


def _draw_toys(specification, toys):
    """Regions by toys at all levels of the file, beside those of chi2."""
    first, second = toys.flavours
    if min(map(len, toys.couplings())) < 2:
        raise FigureError(f"{toys.path}: a region needs several couplings on both axes")
    chosen = toys.mass_MeV[chosen_masses(toys, specification.masses_MeV, PANELS)]
    figure, panels = _new_figure(specification, len(chosen))
    colours = COLOURS if len(toys.levels) > 1 else COLOURS[1:]
    looks = [(level, colours[min(index, len(colours) - 1)]) for index, level in enumerate(toys.levels)]
    x_ends, y_ends = [(axis[0] / MARGIN, axis[-1] * MARGIN) for axis in toys.couplings()]
    rows = []
    for axes, mass in zip(panels[0], chosen):
        for level, colour in reversed(looks):
            _region(axes, *toys.excess(mass, level, "critical_value"), colour, colors=EDGE, zorder=1.1)
            _region(axes, *toys.excess(mass, level, "asymptotic_critical_value"), None, colors=ASYMPTOTIC,
                    linestyles="--", zorder=1)
            places, values = toys.points(mass, level)
            rows += [[str(toys.path.name), float(mass), level, *map(float, [*place, *point])]
                     for place, point in zip(places, values)]
        made = places[values[:, -1] > 0]
        axes.plot(made[:, 0], made[:, 1], ".", color="0.6", markersize=2.2, zorder=0.8)
        _frame(axes, specification, x_ends, y_ends, first, mass)
    if toys.missing:
        style.mark_unfinished(panels[0][-1], f"{toys.missing} points missing")
    handles = [Patch(facecolor=colour, edgecolor=EDGE, linewidth=1.2, label=f"{shared.level_name(level)}, toys")
               for level, colour in looks]
    thresholds = ", ".join(f"{toys.asymptotic[level]:.2f}" for level, _ in looks)
    handles += [Line2D([], [], color=ASYMPTOTIC, linestyle="--", linewidth=1.2,
                       label=rf"$\Delta\chi^2$ = {thresholds}")]
    handles += [Line2D([], [], linestyle="none", marker=".", color="0.6", markersize=4, label="points with toys")]
    _finish(specification, figure, panels[0], second, handles, beside=specification.ylim is not None, grow="up")
    write_drawn(specification, ["file", "mass_MeV", "confidence", f"d_{first}_mu_B", f"d_{second}_mu_B",
                                *ToyPlane.COLUMNS], rows)
    return figure
