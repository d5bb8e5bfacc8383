"""Events of a spectrum: stacked processes, their total with its uncertainty, data, and residuals below."""

import re

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import placing, style, words
from .specification import write_drawn
from .tables import Table, distinct

SUMS = ("total", "data")
ASIMOV = "asimov_data"  # in the place of `data`
# Backgrounds in greys and light tones, the Standard Model and the portal in colours that stand out.
BACKGROUNDS = ("0.86", "0.72", "#E9D8A6", "0.60", "#CFE2F3", "0.50")
SIGNALS = {"cevns": "#56B4E9", "eves": "#0072B2", "dipole_nucleus": "#D55E00", "dipole_electron": "#E69F00"}
NAMES = {"cevns": r"CE$\nu$NS", "eves": r"$\nu e$ scattering", "dipole_nucleus": "dipole, nuclei",
         "dipole_electron": "dipole, electrons"}
LEAST_SHARE = 3e-3  # a process that nowhere gives more of the total is not listed


def _is_binned(row, axis):
    """Whether an axis has edges; one of names repeats the name."""
    try:
        return float(row[axis + "_lo"]) < float(row[axis + "_hi"])
    except ValueError:
        return False


class Panel:
    """One experiment along one axis: events, uncertainties and residuals [bin] of every process.

    The axis is the first with edges, over the others it is summed; without any, the number of the bin.
    """

    def __init__(self, table, experiment):
        self.experiment = experiment
        rows = [row for row in table.rows if row["experiment"] == experiment]
        self.is_asimov = any(row["component"] == ASIMOV for row in rows)
        axes = [name[:-3] for name in table.columns if name.endswith("_lo") and any(row[name] for row in rows)]
        self.axis = next((axis for axis in axes if _is_binned(rows[0], axis)), "bin")
        self.unit = next((row[self.axis + "_unit"] for row in rows if row.get(self.axis + "_unit")), "")
        self.summed = len(axes) > 1 and self.axis != "bin"  # uncertainties of bins do not add up
        self.mass_MeV, self.coupling_mu_B = (table.number(rows[0], name) for name in ("mass_MeV", "coupling_mu_B"))
        keys = sorted({self._place(row) for row in rows})
        self.edges = np.array([keys[0][0], *(high for _, high in keys)])
        self._add_up(table, rows, {key: index for index, key in enumerate(keys)})

    def _place(self, row):
        """Edges of a row's bin along the axis."""
        if self.axis == "bin":
            return int(row["bin"]) - 0.5, int(row["bin"]) + 0.5
        return float(row[self.axis + "_lo"]), float(row[self.axis + "_hi"])

    def _add_up(self, table, rows, places):
        count = len(places)
        self.events, variance, self.residual = {}, {}, np.full(count, np.nan)
        for row in rows:
            bin_, name = places[self._place(row)], "data" if row["component"] == ASIMOV else row["component"]
            self.events.setdefault(name, np.zeros(count))[bin_] += table.number(row, "events")
            variance.setdefault(name, np.zeros(count))[bin_] += table.number(row, "uncertainty_events") ** 2
            if name == "data" and not self.summed:
                self.residual[bin_] = table.number(row, "residual_sigma")
        self.band = np.full(count, np.nan) if self.summed else np.sqrt(variance["total"])
        self.scatter = np.sqrt(variance["data"]) if "data" in variance else None
        if self.summed and self.scatter is not None:
            with np.errstate(invalid="ignore", divide="ignore"):
                self.residual = (self.events["data"] - self.events["total"]) / self.scatter

    def processes(self):
        """Names from the bottom of the stack to its top: backgrounds, Standard Model, portal."""
        named = [name for name in self.events if name not in SUMS]
        total = np.maximum(self.events["total"], 1e-300)
        named = [name for name in named if np.max(abs(self.events[name]) / total) > LEAST_SHARE]
        signals = [name for name in SIGNALS if name in named]
        return [name for name in reversed(named) if name not in signals] + signals

    def scale(self):
        """Division by the widths where bins differ: (factor [bin], words for the axis)."""
        widths = np.diff(self.edges)
        if widths.max() < 1.01 * widths.min():
            return np.ones(len(widths)), "events / bin"
        return 1 / widths, f"events / {words.UNITS.get(self.unit, self.unit)}" if self.unit else "events / unit width"


def _stack(axes, panel):
    """Filled steps; returns handles from top to bottom."""
    factor, _ = panel.scale()
    base, handles = np.zeros(len(factor)), []
    backgrounds = 0
    for name in panel.processes():
        colour = SIGNALS.get(name)
        if colour is None:
            colour, backgrounds = BACKGROUNDS[backgrounds % len(BACKGROUNDS)], backgrounds + 1
        top = base + panel.events[name] * factor
        axes.stairs(top, panel.edges, baseline=base, fill=True, color=colour, linewidth=0, zorder=1, gid="fill")
        label = NAMES.get(name) or words.process(name, panel.experiment)
        handles.append(Patch(facecolor=colour, edgecolor="none", label=label))
        base = top
    return handles[::-1]


def _draw_events(axes, panel):
    factor, label = panel.scale()
    handles = _stack(axes, panel)
    total = panel.events["total"] * factor
    axes.stairs(total, panel.edges, color=style.INK, linewidth=1.0, zorder=2.5)
    band = panel.band * factor
    if np.isfinite(band).any():
        axes.stairs(total + band, panel.edges, baseline=total - band, fill=True, facecolor="none", hatch="//////",
                    edgecolor="0.25", linewidth=0, zorder=2, gid="fill")
        handles.append(Patch(facecolor="none", hatch="//////", edgecolor="0.25", linewidth=0,
                             label=r"total $\pm$ 1$\sigma$"))
    high = np.nanmax(np.concatenate([total + np.nan_to_num(band), total]))
    if "data" in panel.events:
        data, scatter = panel.events["data"] * factor, panel.scatter * factor
        axes.errorbar((panel.edges[:-1] + panel.edges[1:]) / 2, data, yerr=scatter, fmt="o", color="black",
                      markersize=3.2 if len(data) < 40 else 2, linewidth=0.9, zorder=4)
        handles.insert(0, Line2D([], [], marker="o", linestyle="none", color="black", markersize=4,
                                 label="Asimov data" if panel.is_asimov else "data"))
        high = max(high, np.nanmax(data + np.nan_to_num(scatter)))
    low = min(0, np.nanmin(panel.events.get("data", total) * factor))
    axes.set_ylim(low * 1.3, 1.06 * high)
    axes.set_ylabel(label)
    return handles


def _draw_residuals(axes, panel):
    middle = (panel.edges[:-1] + panel.edges[1:]) / 2
    axes.axhspan(-1, 1, color="0.88", linewidth=0, zorder=0.3)
    axes.axhline(0, color="0.4", linewidth=0.8, zorder=0.5, gid="guide")
    axes.plot(middle, panel.residual, "o", color="black", markersize=3 if len(middle) < 40 else 2, zorder=3)
    reach = max(2.5, 1.15 * np.nanmax(abs(panel.residual)) if np.isfinite(panel.residual).any() else 0)
    axes.set_ylim(-reach, reach)
    axes.set_ylabel(r"residual [$\sigma$]", fontsize="small")
    name = {"energy": "reconstructed energy", "time": "time"}.get(panel.axis, words.identifier(panel.axis))
    axes.set_xlabel(words.with_unit(name, panel.unit))


def _panels(specification):
    found = []
    for path in specification.files:
        table = Table(path)
        table.need("experiment", "component", "events", "uncertainty_events", made_by="nudipole spectrum")
        found += [(table, name) for name in distinct(row["experiment"] for row in table.rows)]
    specification.need_experiments(distinct(name for _, name in found))
    panels = [Panel(table, name) for table, name in found
              if specification.experiments is None or name in specification.experiments]
    specification.need_labels(len(panels), "panels")
    return panels


def _heading(specification, index, panel):
    point = ""
    if np.isfinite(panel.mass_MeV) and panel.coupling_mu_B > 0:
        coupling = words.scientific(panel.coupling_mu_B)
        point = rf"$m_N$ = {words.mass(panel.mass_MeV)}, $d$ = {coupling}$\,\mu_{{\rm B}}$"
    name = re.sub(r" solar 8B.*| reactor.*", "", specification.experiment_title(panel.experiment))
    return specification.label(index, name), point


def draw(specification):
    panels = _panels(specification)
    count = len(panels)
    figure, frames = style.new_figure(specification, (5.0 if count == 1 else 3.9 * count, 4.4), rows=2, columns=count,
                                      sharex="col", gridspec_kw={"height_ratios": (3, 1)})
    figure.get_layout_engine().set(h_pad=0.02, hspace=0)
    drawn, rows = [], []
    for index, panel in enumerate(panels):
        upper, lower = frames[0][index], frames[1][index]
        handles = _draw_events(upper, panel)
        _draw_residuals(lower, panel)
        upper.set_xlim(specification.xlim or (panel.edges[0], panel.edges[-1]))
        name, point = _heading(specification, index, panel)
        upper.set_title(name, loc="left")
        if specification.ylim:
            upper.set_ylim(specification.ylim)
        drawn.append((upper, handles, point))
        for component, events in panel.events.items():
            rows += [[panel.experiment, panel.axis, float(low), float(high), component, float(value)]
                     for low, high, value in zip(panel.edges[:-1], panel.edges[1:], events)]
    figure.align_ylabels()
    if specification.title is not None:
        figure.suptitle(words.pretty(specification.title), fontsize=11)
    placing.settle(figure)
    if specification.legend == "on":
        for axes, handles, point in drawn:
            placing.legend(axes, handles, prefer=("upper right", "upper left"), title=point or None, columns=(1, 2),
                           grow=None if specification.ylim else "up")
    write_drawn(specification, ["experiment", "axis", "low", "high", "component", "events"], rows)
    return figure
