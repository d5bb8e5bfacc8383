"""Upper limits on the coupling against the mass of N: filled where excluded, beside published ones."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon

from .. import _program, result as results
from . import FigureError, axes as shared, literature, placing, style, words
from .specification import write_drawn

SHARE_INSIDE = 0.10  # of N that decay in the detector: where more do, a limit that leaves it out is dashed
DECAYING = (0, (1, 1.2))
TOP = 1e3  # [mu_B] above every frame
FADE_DECADES = 0.18  # an area that ends because the scan ends fades out instead of ending in a wall


class Curve:
    """What is drawn of one limit: its words, masses [MeV], limits [mu_B] and status along them.

    `upper` is where excluded couplings end, NaN where they do not up to `reach` [mu_B], the largest that is excluded.
    """

    def __init__(self, label, limits, flavour, decays, reach=TOP):
        self.label, self.flavour, self.reach = label, flavour, reach
        # Lines go on over masses that are missing: a shard has every n-th one only. 0 has no place on the axis.
        done = limits.done & (limits.mass_MeV > 0)
        self.mass, self.value, self.status = limits.mass_MeV[done], limits.value_mu_B[done], limits.status[done]
        self.upper = limits.excluded_to_mu_B[done]
        self.decays_inside = decays[done]

    @property
    def exists(self):
        return bool(np.isfinite(self.value).any())

    @property
    def has_two_ends(self):
        return bool(np.isfinite(self.upper).any())

    def pieces(self):
        """Runs of neighbouring masses with a limit, each with how it ends: (slice, closed left, closed right)."""
        good = np.flatnonzero(np.isfinite(self.value))
        for run in np.split(good, np.flatnonzero(np.diff(good) > 1) + 1):
            if len(run):
                before, after = run[0] - 1, run[-1] + 1
                yield (slice(run[0], run[-1] + 1), before >= 0 and self.status[before] in ("closed", "none_in_range"),
                       after < len(self.mass) and self.status[after] in ("closed", "none_in_range"))

    def edges(self, piece, closed_right):
        """(masses, limits, ends of what is excluded) along a run; to where both ends meet, if they do."""
        mass, value, upper = self.mass[piece], self.value[piece], self.upper[piece]
        if not closed_right or len(mass) < 2 or not np.isfinite(upper[-2:]).all():
            return mass, value, upper
        return tuple(np.r_[edge, more] for edge, more in zip((mass, value, upper), _tip(
            mass[-2:], value[-2:], upper[-2:], self.mass[piece.stop])))


def _tip(mass, value, upper, next_mass):
    """(masses, limits, ends) from the last of two masses to where the ends meet, before the next mass, which excludes nothing.

    Near the largest signal Delta chi2 is a parabola in ln d: the square of the distance of its ends falls linearly to 0.
    """
    middle, half = np.log(value * upper) / 2, np.log(upper / value) / 2
    fall = half[0] ** 2 - half[1] ** 2
    end = min(mass[1] + half[1] ** 2 * (mass[1] - mass[0]) / fall, next_mass) if fall > 0 else next_mass
    x = end - (end - mass[1]) * np.linspace(1, 0, 13)[1:] ** 2
    at = middle[1] + (middle[1] - middle[0]) / (mass[1] - mass[0]) * (x - mass[1])
    distance = half[1] * np.sqrt((end - x) / (end - mass[1]))
    return x, np.exp(at - distance), np.exp(at + distance)


def decays_inside(file, specification, experiment):
    """Masses [bool] of a file at whose limit more than SHARE_INSIDE of N decay within the detector.

    The program knows (column decay_probability of `limits`); without it nothing is said. None do where the limit has
    removed them.
    """
    if file.removes_decays:
        return np.zeros(len(file.mass_MeV), bool)
    words = ["limits", file.path, "--confidence", repr(specification.confidence), "--dof", specification.dof]
    done = _program.run(*words, *(["--experiment", experiment] if experiment != "joint" else []))
    rows = [] if done is None or done.returncode != 0 else _program.rows_of(done)
    inside = {float(row["mass_MeV"]) for row in rows
              if float(row.get("decay_probability") or "nan") > SHARE_INSIDE}
    return np.array([mass in inside for mass in file.mass_MeV])


def _reach(file):
    """The largest coupling [mu_B] that a file says is excluded: all of them, unless N that decay allow large ones again."""
    return float(file.coupling_mu_B.max()) if file.removes_decays else TOP


class Drawing:
    """The curves of a figure, and what is said about them all."""

    def __init__(self, specification):
        self.specification = specification
        self.files = [results.Result(path) for path in specification.files]
        specification.need_labels(len(self.files), "files")
        specification.need_experiments(list(dict.fromkeys(
            name for file in self.files if not file.parameters for name in file.experiments)))
        self.flavours = list(dict.fromkeys(flavour for file in self.files
                                           for flavour in file.parameters or [file.flavour]))
        self.main, self.parts = [], []
        for file, label in zip(self.files, self._labels()):
            if file.parameters:
                self.main += self._of_several_couplings(file, label)
                continue
            limits = file.limits(specification.confidence, specification.dof)
            self.main.append(Curve(label, limits, file.flavour, decays_inside(file, specification, "joint"), _reach(file)))
            self.parts += self._parts_of(file)
        self.behind = []  # arrays of other limits [mu_B] that the frame is to show
        self.curves = [curve for curve in self.main + self.parts if curve.exists]
        if not self.curves:
            raise FigureError("no limit to draw: every mass is closed, out of range or not done")

    def _labels(self):
        chosen = self.specification
        titles = [words.pretty(words.without_flavour(file.title)) + (" (Asimov)" if file.is_asimov else "")
                  for file in self.files]
        if len(self.flavours) > 1:
            titles = [title if file.parameters else rf"${words.coupling(file.flavour)}$: {title}" for file, title in zip(self.files, titles)]
        names = [file.path.stem.replace("_", " ") for file in self.files]
        return [chosen.label(i, label) for i, label in enumerate(words.unique(titles, names))]

    def _of_several_couplings(self, file, label):
        """A curve for each coupling, and for each thing that the others may do."""
        chosen = self.specification
        for flavour in file.parameters:
            for others in file.others:
                limits = file.limits(chosen.confidence, chosen.dof, parameter=flavour, others=others)
                what = {"zero": "others 0"}.get(others, f"others {others}")
                yield Curve(rf"${words.coupling(flavour)}$, {what}: {label}", limits, flavour,
                            np.zeros(len(file.mass_MeV), bool))

    def _parts_of(self, file):
        """Experiments by themselves, below the curve of all together."""
        chosen = self.specification
        for name in file.experiments:
            if name != "joint" and (chosen.experiments is None or name in chosen.experiments):
                limits = file.limits(chosen.confidence, chosen.dof, name)
                yield Curve(words.pretty(chosen.experiment_title(name)), limits, file.flavour,
                            decays_inside(file, chosen, name), _reach(file))

    @property
    def flavour(self):
        """The flavour of all files, None where they differ."""
        return self.flavours[0] if len(self.flavours) == 1 else None

    def mass_range(self):
        if self.specification.xlim:
            return self.specification.xlim
        masses = np.concatenate([file.mass_MeV for file in self.files])
        positive = masses[masses > 0]
        low, high = positive.min(), positive.max()
        return (low, high) if high > 1.05 * low else (low / 3, high * 3)

    def coupling_range(self):
        if self.specification.ylim:
            return self.specification.ylim
        low_x, high_x = self.mass_range()
        shown = [values[(curve.mass >= low_x) & (curve.mass <= high_x)] for curve in self.curves
                 for values in (curve.value, curve.upper)]
        values = np.concatenate([*shown, *self.behind])
        values = values[np.isfinite(values)]
        if not len(values):
            raise FigureError("no limit lies within --xlim")
        ends = [curve.reach for curve in self.curves if curve.reach < TOP]
        high = max(values.max(), min(values.max() * 2.5, *ends)) if ends else values.max() * 2.5
        return values.min() / 2.5, high


def _outline(mass, value, upper, low, high):
    """What is excluded between two masses: masses, limits, and where excluded couplings end."""
    inner = (mass > low) & (mass < high)
    x = np.concatenate([[low], mass[inner], [high]])
    return x, *(np.exp(np.interp(np.log(x), np.log(mass), np.log(edge))) for edge in (value, upper))


def _fading(axes, outline, colour, alphas):
    """Fills an outline; opacity goes along the axis of masses from one value to the other.

    One picture behind a stencil: areas side by side would show where they meet.
    """
    x, bottom, top = outline
    shades = np.empty((1, 256, 4))
    shades[..., :3], shades[..., 3] = to_rgb(colour), np.linspace(*alphas, shades.shape[1])
    to_frame = axes.transData + axes.transAxes.inverted()
    left, right = (to_frame.transform((mass, bottom[0]))[0] for mass in (x[0], x[-1]))
    image = axes.imshow(shades, extent=(left, right, 0, 1), transform=axes.transAxes, aspect="auto", zorder=0.8, gid="excluded")
    image.set_in_layout(False)
    image.set_clip_path(Polygon(np.c_[np.r_[x, x[::-1]], np.r_[bottom, top[::-1]]], transform=axes.transData))


def _excluded(axes, curve, colour, alpha):
    """Fills the excluded side. Where the scan ends within the frame, without a reason, the fill fades out."""
    frame = axes.get_xlim()
    for piece, closed_left, closed_right in curve.pieces():
        mass, value, upper = curve.edges(piece, closed_right)
        upper = np.where(np.isfinite(upper), upper, curve.reach)
        if len(mass) < 2:
            continue
        low, high = mass[0], mass[-1]
        if not closed_left and low > 1.001 * frame[0]:
            end = min(low * 10**FADE_DECADES, np.sqrt(low * high))
            _fading(axes, _outline(mass, value, upper, low, end), colour, (0, alpha))
            low = end
        if not closed_right and high < 0.999 * frame[1]:
            end = max(high / 10**FADE_DECADES, np.sqrt(low * high))
            _fading(axes, _outline(mass, value, upper, end, high), colour, (alpha, 0))
            high = end
        axes.fill_between(*_outline(mass, value, upper, low, high), linewidth=0, zorder=0.8, gid="excluded",
                          color=colour, alpha=alpha)


def _around(mass, value, upper, closed_right):
    """The line along the limit and back along the end of what is excluded, and where it is dashed: nowhere."""
    known = np.flatnonzero(np.isfinite(upper))[::-1]
    between = [] if closed_right else [np.nan]  # the scan ends before the excluded couplings do
    x, y = np.r_[mass, between, mass[known]], np.r_[value, between, upper[known]]
    return x, y, np.zeros(len(x), bool)


def _line(axes, curve, label, look, width):
    """The curve, vertical at kinematic ends, dashed in the part that is invalid because N decays inside."""
    handle = None
    for piece, closed_left, closed_right in curve.pieces():
        mass, value = curve.mass[piece], curve.value[piece]
        if len(mass) == 1 and not (closed_left or closed_right):
            (handle,) = axes.plot(mass, value, marker="v", markersize=7, label=label, zorder=3,
                                  **{**look, "linestyle": "none"})
            continue
        dashed = curve.decays_inside[piece]
        if closed_left:
            mass, value, dashed = np.r_[mass[0], mass], np.r_[TOP, value], np.r_[dashed[0], dashed]
        if np.isfinite(curve.upper[piece]).any():
            mass, value, dashed = _around(*curve.edges(piece, closed_right), closed_right)
        elif closed_right:
            mass, value, dashed = np.r_[mass, mass[-1]], np.r_[value, TOP], np.r_[dashed, dashed[-1]]
        if dashed.any():
            first = int(np.argmax(dashed))
            axes.plot(mass[max(first - 1, 0):], value[max(first - 1, 0):], linewidth=width, zorder=3, gid="decays",
                      **{**look, "linestyle": DECAYING})
            mass, value = mass[:max(first, 1)], value[:max(first, 1)]
        (line,) = axes.plot(mass, value, linewidth=width, label=label, zorder=3, solid_joinstyle="round", **look)
        handle = handle or line
    return handle


def _draw_curves(axes, drawing, fill):
    handles, index = [], 0
    alpha = 0.16 if len(drawing.main) < 3 else 0.08
    # An area that goes on upwards would cover, and grey, all of one with two ends.
    two_ends = any(curve.has_two_ends for curve in drawing.main)
    for curve in drawing.main:
        if curve.exists:
            look = style.line_style(index)
            if fill and curve.has_two_ends == two_ends:
                _excluded(axes, curve, look["color"], alpha)
            handles.append(_line(axes, curve, curve.label, look, 2.2 if drawing.parts else 1.7))
            index += 1
    for curve in drawing.parts:
        if curve.exists:
            handles.append(_line(axes, curve, curve.label, style.line_style(index), 1.1))
            index += 1
    if any(placing.is_visible(line, axes) for line in axes.lines if line.get_gid() == "decays"):
        handles.append(Line2D([], [], label=rf"over {100 * SHARE_INSIDE:g} % of $N$ decay inside",
                              color="0.3", linestyle=DECAYING, linewidth=1.7))
    return handles


def _heading(drawing):
    chosen = drawing.specification
    if chosen.title is not None:
        return words.pretty(chosen.title)
    degrees = "" if chosen.dof == 1 else f", {chosen.dof} degrees of freedom"
    return f"{100 * chosen.confidence:g} % C.L. upper limits{degrees}"


def _mark(axes, drawing):
    missing = sum(int(np.count_nonzero(~file.done)) for file in drawing.files)
    if missing:
        total = sum(len(file.done) for file in drawing.files)
        style.mark_unfinished(axes, f"{total - missing} of {total} masses")


def _write(drawing, published, more):
    rows = [[curve.label, curve.flavour, float(m), float(v), str(s)] for curve in drawing.curves
            for m, v, s in zip(curve.mass, curve.value, curve.status)]
    rows += [[curve.label, curve.flavour, float(m), float(v), "excluded_to"] for curve in drawing.curves
             for m, v in zip(curve.mass, curve.upper) if np.isfinite(v)]
    rows += [[curve.label, curve.flavour, float(m), float(v), "published"] for curve in published
             for m, v in zip(curve.mass_MeV, curve.coupling_mu_B)]
    rows += more
    write_drawn(drawing.specification, ["curve", "flavour", "mass_MeV", "d_mu_B", "status"], rows)


def _is_listed(handle, axes):
    """Whether a curve is seen: a single point, a line in the frame, or what stands for several of them."""
    return isinstance(handle, Patch) or len(handle.get_xdata()) < 2 or placing.is_visible(handle, axes)


def _name_everything(axes, drawing, handles, lines):
    """Legend of our own curves; published ones are named along themselves, those without room in the legend."""
    listed = [handle for handle in handles if handle is not None and _is_listed(handle, axes)]
    options = {"prefer": ("lower left", "lower right", "upper left"),
               "grow": None if drawing.specification.ylim else "down"}
    placing.legend(axes, listed, **options)
    rest = literature.name(axes, lines)
    if rest:
        placing.legend(axes, listed + rest, **options)


def draw(specification, behind=None):
    """Draws limits; `behind`, if any, is drawn under them in place of the filled area."""
    drawing = Drawing(specification)
    if behind is not None:
        behind.add_to(drawing)
    figure, panels = style.new_figure(specification, (5.2, 4.2))
    axes = panels[0][0]
    shared.mass_axis(axes, *drawing.mass_range())
    shared.both_units(axes, drawing.flavour, specification.per_GeV)
    axes.set_ylim(drawing.coupling_range())
    axes.set_title(_heading(drawing), loc="left")
    _mark(axes, drawing)
    placing.settle(figure)
    shared.shorten_labels(figure, drawing.flavour)
    placing.settle(figure)
    handles = _draw_curves(axes, drawing, fill=behind is None)
    if behind is not None:
        handles += behind.draw(axes)
    published = literature.read(specification.overlays, drawing.flavours)
    lines = literature.draw(axes, published)
    if specification.legend == "on":
        _name_everything(axes, drawing, handles, lines)
    _write(drawing, published, [] if behind is None else behind.rows())
    return figure
