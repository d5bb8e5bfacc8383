"""Regions of mass and coupling allowed at 1 sigma, 90 % and 99 % (figure 3 of arXiv:2108.12998)."""

import numpy as np
from matplotlib.collections import Collection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from . import FigureError, axes as shared, words
from .delta_chi2 import levels_of
from .panels import draw_panels

COLOURS = ("#2f6f9f", "#8fbcdb", "#d8e8f3")
EDGE = "#143850"
ABOVE = 1e9
DECADES_BELOW = 0.45  # of allowed couplings below the least 1 sigma edge: more would be one flat colour
EDGE_SHARE = 0.06  # how far the frame goes on beyond a best fit at the end of the scan


def _coupling_range(specification, coupling, delta, levels, best):
    if specification.ylim:
        return specification.ylim
    beyond = np.any(delta > levels[0], axis=0)
    start = coupling[int(np.argmax(beyond))] if beyond.any() else coupling[0]
    if best > 0:
        start = min(start, best)
    above = np.all(delta > levels[-1], axis=0)
    end = coupling[int(np.argmax(above))] * 1.5 if above.any() else coupling[-1]
    return max(coupling[0], start / 10**DECADES_BELOW), min(coupling[-1], end)


def _star(axes, mass, coupling, grow):
    """Marks the best fit; at the end of the scan the frame goes on, so that the mark is whole, where it may grow."""
    low, high = axes.get_xlim()
    share = np.log(mass / low) / np.log(high / low)
    margin = (high / low) ** EDGE_SHARE
    if grow == "on" and share > 1 - EDGE_SHARE / 2:
        axes.set_xlim(low, high * margin)
        axes.add_patch(Rectangle((high, 1e-30), high * (margin - 1), 1e30, facecolor="0.93", hatch="///",
                                 edgecolor="0.75", linewidth=0, zorder=0.4, gid="fill"))
    elif grow == "on" and share < EDGE_SHARE / 2:
        axes.set_xlim(low / margin, high)
        axes.add_patch(Rectangle((low / margin, 1e-30), low * (1 - 1 / margin), 1e30, facecolor="0.93", hatch="///",
                                 edgecolor="0.75", linewidth=0, zorder=0.4, gid="fill"))
    axes.plot(mass, coupling, "*", color="#D55E00", markeredgecolor="white", markeredgewidth=0.6, markersize=12,
              zorder=4)


def name_contours(contours, kind):
    """Tells what a set of contours is: newer versions of matplotlib make one artist of it, older ones several."""
    for artist in [contours] if isinstance(contours, Collection) else contours.collections:
        artist.set_gid(kind)


def _panel(axes, result, specification, first, last):
    drawn = result.done & (result.mass_MeV > 0)  # the axis is logarithmic
    mass, coupling = result.mass_MeV[drawn], result.coupling_mu_B
    if len(mass) < 2 or len(coupling) < 2:
        raise FigureError(f"{result.path}: a region needs several masses and couplings")
    named = levels_of(specification, 2)
    if not named:
        raise FigureError("a region needs thresholds for two degrees of freedom: draw it with nudipole plot")
    levels = [value for value, _ in named]
    chi2, (best, best_coupling) = result.minus_two_log_l(), result.best_fits()
    least = int(np.nanargmin(best))
    delta = np.where(np.isinf(chi2), ABOVE, chi2 - best[least])[drawn]
    shown = np.ma.masked_invalid(delta).T
    name_contours(axes.contourf(mass, coupling, shown, levels=[-1, *levels], colors=COLOURS, zorder=0.5), "fill")
    name_contours(axes.contour(mass, coupling, shown, levels=levels, colors=EDGE, linewidths=(1.3, 1.0, 0.8), zorder=1),
          "contour")
    axes.set_yscale("log")
    shared.mass_axis(axes, *(specification.xlim or (mass[0], mass[-1])))
    low, high = _coupling_range(specification, coupling, np.nan_to_num(delta, nan=0.0), levels, best_coupling[least])
    if not first and not specification.ylim:  # panels share the axis
        low, high = min(low, axes.get_ylim()[0]), max(high, axes.get_ylim()[1])
    axes.set_ylim(low, high)
    if first:
        axes.set_ylabel(shared.coupling_label(result.flavour, "with"))
    handles = [Patch(facecolor=colour, edgecolor=EDGE, linewidth=0.8, label=name)
               for colour, (_, name) in zip(COLOURS, named)]
    difference = result.standard_model - best[least]
    if best_coupling[least] > 0:
        _star(axes, result.mass_MeV[least], best_coupling[least], grow="off" if specification.xlim else "on")
        handles.append(Line2D([], [], linestyle="none", marker="*", color="#D55E00", markersize=10,
                              label=rf"best fit, $\chi^2$ = {best[least]:.2f} (SM + {-difference:.2f})"
                              .replace("+ -", "$-$ ")))
        title = None
    else:
        title = rf"best fit $d$ = 0, $\chi^2$ = {best[least]:.2f}"
    rows = [[float(result.mass_MeV[i]), float(d), float(value)] for i, row in zip(np.flatnonzero(drawn), delta)
            for d, value in zip(coupling, row)]
    return handles, rows, title


def draw(specification):
    return draw_panels(specification, _panel, ["mass_MeV", "d_mu_B", "delta_chi2_of_two"])
