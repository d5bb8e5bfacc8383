"""What the figures share: what they read from a result file, panels, saving."""

import argparse
import pathlib
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402


def refuse(message):
    print(f"nudipole: config error: {message}", file=sys.stderr)
    sys.exit(2)


def codes(dataset):
    """The codes of a field by their meanings, as the file tells them."""
    return dict(zip(dataset.attrs["flag_meanings"].split(), dataset.attrs["flag_values"]))


def is_bound(file):
    """True for the result of a bound, which has no fits."""
    return "best_status" not in file or np.isnan(file["standard_model"][()]) and (
        file.attrs.get("campaign", "bound") == "bound")


def joint(file, name):
    """A field of the joint result, without its axis of experiments; files before format 2 have none."""
    values = file[name][:]
    if file.attrs["format_version"] == 1:
        return values
    return values[:, list(file["experiment"].asstr()[:]).index("joint")]


def tell_undone(path, done):
    """Says how many masses of a file are missing in the figure."""
    if not done.all():
        print(f"nudipole: {path}: {np.count_nonzero(~done)} of {len(done)} masses are not done yet",
              file=sys.stderr)


class Result:
    """Grid of -2 ln L [mass, coupling], NaN where a fit is missing or failed, and best fits."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            if is_bound(file):
                refuse(f"{path}: a bound has limits and no fits")
            self.mass = file["mass"][:]
            self.coupling = file["coupling"][:]
            self.per_GeV = file["coupling_per_GeV"][0] / self.coupling[0]
            code = codes(file["best_status"])
            converged = (code["converged"], code["converged_fallback"])
            done = np.isin(file["fit_status"][:], converged)
            self.chi2 = np.where(done, file["minus_two_log_l"][:], np.nan)
            status = joint(file, "best_status")
            self.best = np.where(np.isin(status, converged), joint(file, "best_minus_two_log_l"),
                                 np.nan)
            self.best_coupling = joint(file, "best_coupling")
            self.standard_model = float(file["standard_model"][()])
            self.title = file.attrs.get("title", "") or pathlib.Path(path).stem
        done = status != code["not_done"]
        tell_undone(path, done)
        if np.isnan(self.best).all():
            refuse(f"{path}: no mass is done yet")
        for name in ("mass", "chi2", "best", "best_coupling"):
            setattr(self, name, getattr(self, name)[done])


def draw_panels(description, draw, ylabel):
    """The command line `FILE... -o OUT ...`: one panel a file, drawn by draw(axes, result, path)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", action="append", required=True)
    options = parser.parse_args()
    figure, panels = plt.subplots(1, len(options.files), squeeze=False, sharey=True,
                                  figsize=(5.6 * len(options.files), 4.6), layout="constrained")
    for axes, path in zip(panels[0], options.files):
        result = Result(path)
        draw(axes, result, path)
        axes.set_title(result.title, fontsize="medium")
    panels[0][0].set_ylabel(ylabel)
    save(figure, options.output)


def save(figure, outputs):
    for output in outputs:
        try:
            figure.savefig(output, dpi=160)
        except (OSError, ValueError) as error:  # ValueError: a format matplotlib does not know
            refuse(f"{output} cannot be written: {error}")
        print(f"nudipole: drew {output}", file=sys.stderr)
