"""Published limits beside our own: tables of data/literature, drawn and never fitted.

The first lines of a table are comments with keys: label, kind (upper_limit, contour, sensitivity, lower_edge,
upper_edge, open_contour, boundary, moment), short (its name along the curve), flavour (e, mu, tau; any: holds for each flavour; universal: for one moment common to all),
and alternative_to, where another table draws the same data.
"""

import csv
import pathlib

import numpy as np

from . import FigureError, placing

GREY = "0.89"  # one tone for all: where areas overlap nothing is more excluded than elsewhere
EDGES = ("0.25", "0.45", "0.35", "0.50")
DASHES = ("-", (0, (5, 1.5)), (0, (4, 1.2, 1, 1.2)), (0, (8, 1.2)))  # dots are for sensitivities


class Published:
    """A published curve: masses [MeV] and couplings [mu_B] in the order along it."""

    def __init__(self, path):
        self.name = pathlib.Path(path).stem
        keys, rows = {}, []
        with open(path, encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    rows.append(line)
                elif ": " in line:
                    key, value = line.lstrip("# ").split(": ", 1)
                    keys.setdefault(key, value.strip())
        table = list(csv.DictReader(rows))
        try:
            self.label, self.kind, self.flavour = keys["label"], keys["kind"], keys["flavour"]
        except KeyError as error:
            raise FigureError(f"{path}: no line '# {error.args[0]}: ...'") from None
        self.short = keys.get("short", self.label)
        self.alternative_to = keys.get("alternative_to")
        self.mass_MeV = np.array([float(row["mass [MeV]"]) for row in table])
        self.coupling_mu_B = np.array([float(row["coupling_mu_b [mu_B]"]) for row in table])

    def fits(self, flavours):
        """Whether the curve says something about a coupling of one of these flavours.

        A limit on one flavour alone also bounds a moment that is common to all; not the other way round.
        """
        if self.flavour == "any":
            return True
        return any(flavour == self.flavour or flavour == "universal" for flavour in flavours)


def tables_of(folder):
    """All tables of a folder, in the order of names; marked to be chosen by flavour."""
    return [Chosen(path) for path in sorted(pathlib.Path(folder).glob("*.csv"))]


class Chosen(str):
    """The path of a table that is drawn only where it fits the flavours and no other table draws the same data."""

    def __new__(cls, path):
        return super().__new__(cls, str(path))


def read(paths, flavours):
    """The curves to draw."""
    curves = []
    for path in paths:
        curve = Published(path)
        if not isinstance(path, Chosen) or (curve.fits(flavours) and curve.alternative_to is None):
            if curve.name not in [other.name for other in curves]:
                curves.append(curve)
    return curves


def _fill(axes, curve, top, partner, style):
    mass, coupling = curve.mass_MeV, curve.coupling_mu_B
    if curve.kind == "upper_limit":
        axes.fill(np.concatenate([mass, mass[::-1]]), np.concatenate([coupling, np.full(len(mass), top)]), **style)
    elif curve.kind == "contour":
        axes.fill(mass, coupling, **style)
    elif curve.kind == "open_contour":
        corner = coupling.max()
        axes.fill(np.r_[mass, mass[-1], mass[0]], np.r_[coupling, corner, corner], **style)
    elif curve.kind == "lower_edge" and partner is not None:
        axes.fill(np.concatenate([mass, partner.mass_MeV[::-1]]),
                  np.concatenate([coupling, partner.coupling_mu_B[::-1]]), **style)


def draw(axes, curves, fontsize=8):
    """Grey areas with their edges and names; the range of the axes stays. \\return handles of those without a name

    Only what is visible is named. A sensitivity is a dotted line without a fill.
    """
    limits = axes.get_xlim(), axes.get_ylim()
    lines = []
    for index, curve in enumerate(curves):
        partner = next((other for other in curves if other.kind == "upper_edge"
                        and other.name == curve.name.replace("lower", "upper")), None)
        _fill(axes, curve, 1e3, partner, {"facecolor": GREY, "edgecolor": "none", "zorder": 0.5, "gid": "overlay"})
        dashes = (0, (1, 1.6)) if curve.kind == "sensitivity" else DASHES[index % len(DASHES)]
        (line,) = axes.plot(curve.mass_MeV, curve.coupling_mu_B, color=EDGES[index % len(EDGES)], linestyle=dashes,
                            linewidth=0.9, zorder=1, label=curve.short, gid="overlay")
        lines.append(line)
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])
    return lines


def name(axes, lines, fontsize=8):
    """Names the visible curves along themselves. \\return handles of those for which there is no room"""
    points = placing.obstacles(axes)
    rest, named = [], set()
    for line in lines:
        if not placing.is_visible(line, axes) or line.get_label() in named:
            continue
        named.add(line.get_label())
        vertices = line.get_transform().transform(line.get_xydata())
        covered = placing.label_along(axes, vertices, line.get_label(), points, fontsize=fontsize,
                                      color=line.get_color())
        if covered is None:
            rest.append(line)
        else:
            points = np.concatenate([points, covered])
    return rest
