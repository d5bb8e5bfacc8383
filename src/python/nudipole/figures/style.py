"""How every figure looks: sizes, fonts, colours that survive colour blindness and grey paper; how it is saved."""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from . import FigureError  # noqa: E402

# Okabe and Ito's colours (https://jfly.uni-koeln.de/color), ordered so that neighbours differ in grey as well.
COLOURS = ("#0072B2", "#D55E00", "#000000", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# No dots: they stand for sensitivities and for what an analysis leaves out.
DASHES = ("-", (0, (6, 2)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 1.5)), (0, (9, 2, 2, 2, 2, 2)), (0, (12, 2)), "-")
INK = "0.15"

RC = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 10,
    "axes.labelsize": 11,
    "axes.titlesize": 10,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.6,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "pdf.fonttype": 42,
    "svg.hashsalt": "nudipole",
}

NO_DATE = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}  # equal results give equal files


def apply(style_file=None):
    """Sets our look, then what a file of matplotlib's style keys changes."""
    plt.rcdefaults()
    matplotlib.rcParams.update(RC)
    if style_file is not None:
        try:
            plt.style.use(style_file)
        except (OSError, ValueError) as error:
            raise FigureError(f"--style {style_file}: {error}") from None


def line_style(index):
    """Colour and dashes of the index-th line of a figure; they repeat after 35 lines."""
    dashes = DASHES[(index + index // len(DASHES)) % len(DASHES)] if index >= len(COLOURS) else DASHES[index]
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": dashes}


def new_figure(specification, size_inch, rows=1, columns=1, **options):
    """A figure with panels [rows][columns]; the size is that of the whole figure unless the caller asks for another."""
    return plt.subplots(rows, columns, squeeze=False, layout="constrained",
                        figsize=specification.size_inch or size_inch, **options)


def mark_unfinished(axes, text):
    """Says within the picture that work is missing in it."""
    axes.text(0.5, 0.5, "unfinished", transform=axes.transAxes, rotation=28, fontsize=34, color="0.86",
              ha="center", va="center", zorder=0.2, gid="mark")
    axes.text(1.0, 1.01, text, transform=axes.transAxes, fontsize="small", color="#B03000", ha="right", va="bottom",
              gid="mark")


def save(figure, outputs):
    for output in dict.fromkeys(outputs):
        ending = output.rsplit(".", 1)[-1]
        try:
            figure.savefig(output, metadata=NO_DATE.get(ending))
        except (OSError, ValueError) as error:  # ValueError: a format that matplotlib does not know
            raise FigureError(f"{output} cannot be written: {error}") from None
        print(f"nudipole: drew {output}", file=sys.stderr)
    plt.close(figure)
