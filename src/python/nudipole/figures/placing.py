"""Places for legends and labels where they cover nothing.

Everything is judged in pixels of the canvas, after the layout is known: call `settle` first. A legend that finds no
free place gets one: the axis grows on the side that the caller allows.
"""

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.transforms import Bbox

from . import FigureError

STEP_PX = 2.0
PADDING_PX = 4.0
GROWTH_STEPS = 24
BEHIND = ("guide", "mark", "fill", "excluded", "overlay fill")  # what text may lie on


def settle(figure):
    """Fixes the layout, so that pixels mean something."""
    try:
        figure.canvas.draw()
    except ValueError as error:  # of the mathematics in a label or title
        raise FigureError("a title or label cannot be set: " + " ".join(str(error).split())) from None


def samples(vertices):
    """Points along a polyline [pixels], closer than STEP_PX; gaps where a vertex is not finite."""
    vertices = np.clip(np.asarray(vertices, dtype=float), -1e5, 1e5)
    pieces = [vertices[np.isfinite(vertices).all(axis=1)]]
    for start, end in zip(vertices[:-1], vertices[1:]):
        length = np.hypot(*(end - start))
        if np.isfinite(length) and length > STEP_PX:
            count = min(int(length / STEP_PX) + 1, 20000)
            pieces.append(start + np.linspace(0, 1, count)[:, None] * (end - start))
    return np.concatenate(pieces)


def points_of(artist, axes):
    """Points [pixels] that an artist draws on, without fills."""
    if isinstance(artist, StepPatch):
        return samples(artist.get_transform().transform(artist.get_path().vertices))
    if isinstance(artist, Rectangle):  # a bar: all of it
        box = artist.get_window_extent()
        return np.stack(np.meshgrid(np.linspace(box.x0, box.x1, 40), np.linspace(box.y0, box.y1, 8)),
                        axis=-1).reshape(-1, 2)
    if isinstance(artist, LineCollection):
        found = [samples(axes.transData.transform(segment)) for segment in artist.get_segments() if len(segment)]
        return np.concatenate(found) if found else np.empty((0, 2))
    if artist.get_gid() == "contour":
        # In pixels first: to_polygons leaves out vertices that are nearer than a pixel.
        found = [samples(polygon) for path in artist.get_paths()
                 for polygon in artist.get_transform().transform_path(path).to_polygons(closed_only=False)]
        return np.concatenate(found) if found else np.empty((0, 2))
    if isinstance(artist, PathCollection):
        return axes.transData.transform(np.ma.filled(artist.get_offsets(), np.nan))
    if artist.get_linestyle() in ("None", "none", " ", ""):
        return artist.get_transform().transform(artist.get_xydata())
    return samples(artist.get_transform().transform(artist.get_xydata()))


def in_frame(points, axes, inset_px=0.0):
    """Those points that lie within the frame."""
    box = axes.get_window_extent()
    with np.errstate(invalid="ignore"):
        inside = ((points[:, 0] > box.x0 + inset_px) & (points[:, 0] < box.x1 - inset_px)
                  & (points[:, 1] > box.y0 + inset_px) & (points[:, 1] < box.y1 - inset_px))
    return points[inside]


def is_visible(artist, axes):
    """True where more than a crumb of a curve lies within the frame."""
    return len(in_frame(points_of(artist, axes), axes, inset_px=1.0)) > 2


def obstacles(axes):
    """Points [pixels] within the frame that no text may cover: curves, error bars, markers and other texts."""
    found = [np.empty((0, 2))]
    for artist in [*axes.lines, *axes.collections, *axes.patches]:
        wanted = isinstance(artist, (LineCollection, PathCollection, StepPatch, Rectangle)) or artist in axes.lines
        if wanted and artist.get_visible() and artist.get_gid() not in BEHIND:
            found.append(in_frame(points_of(artist, axes), axes))
    for text in axes.texts:
        if text.get_gid() != "mark" and text.get_visible():
            found.append(outline(text))
    return np.concatenate(found)


def outline(text):
    """Points all over the (rotated) box of a text."""
    corner, width, height, angle = rotated_box(text)
    grid = np.stack(np.meshgrid(np.linspace(0, width, max(int(width / 3), 2)),
                                np.linspace(0, height, max(int(height / 3), 2))), axis=-1).reshape(-1, 2)
    return corner + grid @ rotation(angle).T


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def rotated_box(text):
    """(lower left corner [pixels], width, height, angle [rad]) of a text that is rotated about its anchor, centred."""
    angle = np.deg2rad(text.get_rotation())
    text.set_rotation(0)
    box = text.get_window_extent()
    text.set_rotation(np.rad2deg(angle))
    anchor = text.get_transform().transform(text.get_position())
    return anchor + rotation(angle) @ (np.array([box.x0, box.y0]) - anchor), box.width, box.height, angle


def _covered(points, box):
    return np.any((points[:, 0] > box.x0) & (points[:, 0] < box.x1) & (points[:, 1] > box.y0) & (points[:, 1] < box.y1))


def _free_place(axes, width, height, points, prefer):
    """Lower left corner [pixels] of a free rectangle, as near as can be to the preferred corner; None without one."""
    frame = axes.get_window_extent()
    left, right = frame.x0 + PADDING_PX + 2, frame.x1 - width - PADDING_PX - 2
    low, high = frame.y0 + PADDING_PX + 2, frame.y1 - height - PADDING_PX - 2
    if right < left or high < low:
        return None
    corners = {"upper left": (left, high), "upper right": (right, high), "lower left": (left, low),
               "lower right": (right, low)}
    aims = [corners[name] for name in prefer]
    candidates = aims + [(x, y) for aim in aims[:1] for x, y in sorted(
        ((x, y) for x in np.linspace(left, right, 13) for y in np.linspace(low, high, 13)),
        key=lambda place: np.hypot(place[0] - aim[0], place[1] - aim[1]))]
    for x, y in candidates:
        if not _covered(points, Bbox.from_extents(x - PADDING_PX, y - PADDING_PX, x + width + PADDING_PX,
                                                  y + height + PADDING_PX)):
            return x, y
    return None


def _grow(axes, side):
    """Widens the vertical range by a twentieth on one side."""
    low, high = axes.get_ylim()
    if axes.get_yscale() == "log":
        step = (high / low) ** 0.05
        axes.set_ylim((low / step, high) if side == "down" else (low, high * step))
    else:
        step = 0.05 * (high - low)
        axes.set_ylim((low - step, high) if side == "down" else (low, high + step))


def legend(axes, handles, *, prefer=("upper left", "upper right", "lower left", "lower right"), grow=None, title=None,
           columns=(1, 2, 3)):
    """A legend within the frame that covers no curve. \\return it, or None without entries

    grow: "up" or "down", the side on which the axis may grow to make room; None: the legend goes to the right of the
    frame where it fits nowhere.
    """
    handles = [handle for handle in handles if handle is not None]
    if not handles:
        return None
    figure = axes.figure
    for _ in range(GROWTH_STEPS if grow else 1):
        points = obstacles(axes)
        for ncol in columns:
            if ncol > len(handles):
                break
            made = axes.legend(handles=handles, ncol=ncol, loc="lower left", borderaxespad=0, title=title,
                               alignment="left", columnspacing=1.2, borderpad=0.1, labelspacing=0.35)
            made.set_in_layout(False)
            box = made.get_window_extent(figure.canvas.get_renderer())
            place = _free_place(axes, box.width, box.height, points, prefer)
            if place is not None:
                anchor = axes.transAxes.inverted().transform(place)
                made.set_bbox_to_anchor(tuple(anchor), transform=axes.transAxes)
                return made
        if grow:
            _grow(axes, grow)
            settle(figure)
    made = axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.14, 1), borderaxespad=0, title=title)
    settle(figure)
    return made


def label_along(axes, vertices, text, points, **style):
    """Writes a text along a curve (vertices [pixels]) where it covers neither `points` [pixels] nor the frame.

    \\return the points that the text now covers, or None where it fits nowhere
    """
    path = in_frame(samples(vertices), axes, inset_px=3)
    if len(path) < 20:
        return None
    artist = axes.text(0, 0, text, ha="center", va="center", rotation_mode="anchor", gid="label", **style)
    artist.set_in_layout(False)
    box = artist.get_window_extent()
    frame = axes.get_window_extent()
    half = int(box.width / 2 / STEP_PX)
    middle = np.argsort(abs(np.arange(len(path)) - len(path) / 2))
    for k in middle[::max(len(path) // 60, 1)]:
        start, end = path[max(k - half, 0)], path[min(k + half, len(path) - 1)]
        run = end - start
        if np.hypot(*run) < 0.6 * box.width:
            continue
        angle = np.arctan2(run[1], run[0])
        angle = (angle + np.pi / 2) % np.pi - np.pi / 2  # never upside down
        normal = np.array([-np.sin(angle), np.cos(angle)])
        for side in (1, -1):
            anchor = path[k] + side * normal * (box.height / 2 + 3)
            local = (points - anchor) @ rotation(angle)
            if np.any((abs(local[:, 0]) < box.width / 2 + 3) & (abs(local[:, 1]) < box.height / 2 + 1)):
                continue
            corners = anchor + np.array([[sx * box.width / 2, sy * box.height / 2]
                                         for sx in (-1, 1) for sy in (-1, 1)]) @ rotation(angle).T
            if (corners[:, 0].min() < frame.x0 + 3 or corners[:, 0].max() > frame.x1 - 3
                    or corners[:, 1].min() < frame.y0 + 3 or corners[:, 1].max() > frame.y1 - 3):
                continue
            artist.set_position(axes.transData.inverted().transform(anchor))
            artist.set_rotation(np.rad2deg(angle))
            return outline(artist)
    artist.remove()
    return None
