"""Figures of results: one function a figure, `draw(specification)` in the module of its name.

`nudipole plot` is the way in (it checks files, finds published curves and knows the thresholds);
`python3 -m nudipole.figures --help` is what it runs.
"""


class FigureError(Exception):
    """A figure that cannot be drawn; the text says why."""
