"""Axes that several figures share: mass, coupling with both units, levels."""

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from . import words


def _plain(value, _position):
    """1 keV is 0.001: plain numbers where they are short."""
    if 1e-3 <= value < 1e4:
        return f"{value:g}"
    return rf"$10^{{{int(np.floor(np.log10(value) + 0.5))}}}$"


def mass_axis(axes, low_MeV, high_MeV):
    """A logarithmic axis of m_N with plain numbers."""
    axes.set_xscale("log")
    axes.set_xlim(low_MeV, high_MeV)
    axes.set_xlabel(r"$m_N$ [MeV]")
    decades = np.log10(high_MeV / low_MeV)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0,) if decades > 1.6 else (1.0, 2.0, 5.0), numticks=20))
    axes.xaxis.set_major_formatter(FuncFormatter(_plain))
    axes.xaxis.set_minor_formatter(NullFormatter())


def coupling_label(flavour, convention):
    """`d_mu [mu_B]`, with the Lagrangian where there is room for it ("with" or "without")."""
    text = rf"${words.coupling(flavour)}$ [{words.UNITS['mu_B']}]"
    return f"{text},   {words.lagrangian(flavour)}" if convention == "with" else text


def _power(value, _position):
    """2e-9 as 2 x 10^-9, 1e-9 as 10^-9."""
    exponent = int(np.floor(np.log10(value) + 1e-9))
    factor = f"{value / 10.0**exponent:.3g}"
    return rf"$10^{{{exponent}}}$" if factor == "1" else rf"${factor}\times10^{{{exponent}}}$"


def coupling_ticks(axis):
    """Labels on a logarithmic axis of a coupling that is as short as a panel: as many between powers of ten as fit."""
    low, high = axis.get_view_interval()
    decades = np.log10(high / low)
    between = next((subs for most, subs in ((0.7, (2, 3, 5, 7)), (1.6, (2, 5)), (2.6, (3,))) if decades < most), ())
    axis.set_major_locator(LogLocator(subs=(1, *between), numticks=40))
    axis.set_major_formatter(FuncFormatter(_power))
    axis.set_minor_formatter(NullFormatter())


def both_units(axes, flavour, per_GeV, orientation="y"):
    """The left (lower) axis in Bohr magnetons, the right (upper) one in GeV^-1."""
    scale = axes.set_yscale if orientation == "y" else axes.set_xscale
    scale("log")
    if orientation == "y":
        axes.set_ylabel(coupling_label(flavour, "with"))
    else:
        axes.set_xlabel(coupling_label(flavour, "with"))
    if per_GeV is None:
        return None
    functions = (lambda d: d * per_GeV, lambda d: d / per_GeV)
    symbol = words.coupling(flavour)
    if orientation == "y":
        axes.tick_params(axis="y", which="both", right=False)
        second = axes.secondary_yaxis("right", functions=functions)
        second.set_ylabel(rf"${symbol}$ [GeV$^{{-1}}$]")
    else:
        axes.tick_params(axis="x", which="both", top=False)
        second = axes.secondary_xaxis("top", functions=functions)
        second.set_xlabel(rf"${symbol}$ [GeV$^{{-1}}$]")
    return second


def level_lines(axes, levels):
    """Lines at levels (value, name) of Delta chi2."""
    for value, _name in levels:
        axes.axhline(value, color="0.55", linewidth=0.7, linestyle=(0, (1, 2)), zorder=0.6, gid="guide")


def level_ticks(axes, levels):
    """The names of levels, outside the frame, where nothing can lie under them."""
    low, high = axes.get_ylim()
    shown = [(value, name) for value, name in levels if low < value < high]
    axes.tick_params(axis="y", which="both", right=False)
    second = axes.secondary_yaxis("right")
    second.minorticks_off()
    second.set_yticks([value for value, _ in shown], [name for _, name in shown])


def level_name(confidence):
    return r"1$\sigma$" if abs(confidence - 0.6827) < 5e-5 else f"{100 * confidence:g} %"


def shorten_labels(figure, flavour):
    """Takes the Lagrangian out of labels that are longer than their axis; call it after `settle`."""
    for axes in figure.axes:
        frame = axes.get_window_extent()
        for axis, length, side in ((axes.xaxis, frame.width, 0), (axes.yaxis, frame.height, 1)):
            box = axis.label.get_window_extent()
            if "mathcal{L}" in axis.label.get_text() and (box.width, box.height)[side] > 1.02 * length:
                axis.label.set_text(coupling_label(flavour, "without"))
