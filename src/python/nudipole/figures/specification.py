"""What a figure is asked to be: the command line of `python3 -m nudipole.figures`."""

import argparse
import csv
import sys

from . import FigureError

FIGURES = ("limits", "band", "delta_chi2", "region", "plane", "spectrum", "pulls", "impacts", "rate", "calibration",
           "wilks", "toy_limits")


class Specification:
    """Options of one figure; every attribute has a value that leaves the choice to the figure.

    thresholds: {(confidence, dof): Delta chi2}; per_GeV: one Bohr magneton in GeV^-1.
    """

    def __init__(self, **options):
        self.figure = "limits"
        self.files = []
        self.outputs = []
        self.confidence = 0.90
        self.dof = 1
        self.overlays = []
        self.labels = []
        self.titles = {}
        self.title = None
        self.xlim = None
        self.ylim = None
        self.style = None
        self.size_inch = None
        self.data_out = None
        self.legend = "on"
        self.masses_MeV = None
        self.experiments = None
        self.thresholds = {}
        self.per_GeV = None
        for name, value in options.items():
            if not hasattr(self, name):
                raise TypeError(f"a figure has no option '{name}'")
            setattr(self, name, value)

    def label(self, index, default):
        return self.labels[index] if index < len(self.labels) else default

    def need_labels(self, most, named):
        """Refuses more names than the figure has places for. Raises FigureError."""
        if len(self.labels) > most:
            raise FigureError(f"--label: {len(self.labels)} names for {most} {named}; give one for each")

    def need_experiments(self, known):
        """Refuses experiments that the files do not have. Raises FigureError."""
        for name in self.experiments or []:
            if name not in known:
                raise FigureError(f"--experiment {name}: the files have {', '.join(known) or 'no experiments'}")

    def experiment_title(self, name):
        from .words import identifier

        return self.titles.get(name) or identifier(name)


NAMES_UPWARDS = ("pulls", "impacts")  # figures whose other axis has names
LOGARITHMIC = {"limits": "xy", "band": "xy", "region": "xy", "delta_chi2": "x", "plane": "xy", "rate": "xy",
               "wilks": "xy", "toy_limits": "xy"}
ONE_FILE = ("plane", "wilks", "toy_limits")  # what they draw has names of its own
# Options that only some figures can follow.
FOLLOWED_BY = {"--confidence": ("limits", "band", "wilks", "toy_limits"), "--dof": ("limits", "band"),
               "--overlay": ("limits", "band"), "--masses": ("delta_chi2", "plane"),
               "--experiment": ("limits", "band", "spectrum", "rate")}


def _check_followed(options):
    """Refuses options that the figure would not follow. Raises FigureError."""
    given = {"--confidence": options["confidence"], "--dof": options["dof"], "--masses": options["masses_MeV"],
             "--overlay": options["overlays"] or options["overlay_folders"], "--experiment": options["experiments"]}
    for name, figures in FOLLOWED_BY.items():
        if given[name] not in (None, []) and options["figure"] not in figures:
            raise FigureError(f"{name}: has no meaning for {options['figure']}; give it to {', '.join(figures)}")
    if options["labels"] and options["figure"] in ONE_FILE:
        raise FigureError(f"--label: {options['figure']} is drawn from one file and does not name it; "
                          "--title sets its heading")


def _check(options):
    """Refuses ranges and sizes that cannot be drawn. Raises FigureError."""
    for axis in "xy":
        limits = options[axis + "lim"]
        if limits is None:
            continue
        low, high = limits
        if not low < high:
            raise FigureError(f"--{axis}lim {low:g} {high:g}: the first number is to be the smaller one")
        if low <= 0 and axis in LOGARITHMIC.get(options["figure"], ""):
            raise FigureError(f"--{axis}lim {low:g} {high:g}: the axis is logarithmic, give numbers > 0")
        if axis == "y" and options["figure"] in NAMES_UPWARDS:
            raise FigureError(f"--ylim: the vertical axis of {options['figure']} has names, not numbers")
    size = options["size_inch"]
    if size is not None and not all(1 <= length <= 60 for length in size):
        raise FigureError(f"--size {size[0]:g} {size[1]:g}: give 1 to 60 inches")


def _threshold(text):
    confidence, dof, value = text.split(":")
    return (float(confidence), int(dof)), float(value)


def _title(text):
    name, _, title = text.partition("=")
    return name, title


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python3 -m nudipole.figures", description=__doc__.splitlines()[0])
    parser.add_argument("figure", choices=FIGURES)
    parser.add_argument("files", nargs="+", metavar="FILE", help="result files, or tables of the program ('-': stdin)")
    parser.add_argument("-o", "--output", dest="outputs", action="append", required=True)
    parser.add_argument("--confidence", type=float, help="of the limits (0.90)")
    parser.add_argument("--dof", type=int, help="of the limits (1)")
    parser.add_argument("--overlay", dest="overlays", action="append", default=[], help="table of data/literature")
    parser.add_argument("--overlay-folder", dest="overlay_folders", action="append", default=[], help="draw every table of the folder that fits the flavours")
    parser.add_argument("--label", dest="labels", action="append", default=[], help="of each file in turn")
    parser.add_argument("--experiment-title", dest="titles", type=_title, action="append", default=[],
                        metavar="NAME=TITLE")
    parser.add_argument("--title")
    parser.add_argument("--xlim", type=float, nargs=2, metavar=("LOW", "HIGH"))
    parser.add_argument("--ylim", type=float, nargs=2, metavar=("LOW", "HIGH"))
    parser.add_argument("--style", help="file of matplotlib's style keys")
    parser.add_argument("--size", dest="size_inch", type=float, nargs=2, metavar=("WIDTH", "HEIGHT"), help="inches")
    parser.add_argument("--data-out", help="CSV file of the numbers that are drawn")
    parser.add_argument("--no-legend", dest="legend", action="store_const", const="off", default="on")
    parser.add_argument("--masses", dest="masses_MeV", type=float, nargs="+", help="only these [MeV]")
    parser.add_argument("--experiment", dest="experiments", action="append", help="only this one")
    parser.add_argument("--threshold", dest="thresholds", type=_threshold, action="append", default=[],
                        metavar="CONFIDENCE:DOF:DELTA_CHI2")
    parser.add_argument("--per-GeV", dest="per_GeV", type=float, help="one Bohr magneton in GeV^-1")
    options = vars(parser.parse_args(arguments))
    _check(options)
    _check_followed(options)
    for folder in options.pop("overlay_folders"):
        from .literature import tables_of

        options["overlays"] = [*options["overlays"], *tables_of(folder)]
    options["thresholds"] = dict(options["thresholds"])
    options["titles"] = dict(options["titles"])
    return Specification(**{name: value for name, value in options.items() if value is not None})


def write_drawn(specification, columns, rows):
    """The numbers of a figure as CSV, where they are wanted."""
    if specification.data_out is None:
        return
    try:
        with open(specification.data_out, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([f"{cell:.9g}" if isinstance(cell, float) else cell for cell in row] for row in rows)
    except OSError as error:
        raise FigureError(f"--data-out {specification.data_out}: {error.strerror}") from None
    print(f"nudipole: wrote {specification.data_out}", file=sys.stderr)
