"""What the tests of figures share: small scans, the package, and eyes for a drawn figure.

The eyes do not use the package's own geometry: they compare pictures drawn with and without a kind of artist.
"""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import unittest
import warnings

from nudipole_run import CONFIGS, SOURCE, config_text, nudipole, python_with

HAS_PLOTTING = python_with("matplotlib", "h5py") == sys.executable
if HAS_PLOTTING:
    sys.path.insert(0, str(SOURCE / "src" / "python"))
    import numpy as np
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.patches import Rectangle, StepPatch

LITERATURE = SOURCE / "data" / "literature"
THRESHOLDS = {(0.6827, 1): 1.0, (0.90, 1): 2.71, (0.99, 1): 6.63, (0.6827, 2): 2.3, (0.90, 2): 4.61, (0.99, 2): 9.21}
PER_GEV = 296.304053924

MASSES = "{values_MeV: [0.01, 0.1, 1, 3, 10, 20, 27, 30, 36, 42, 46, 50, 52, 60]}"
PLANE = "{e: {from_mu_B: 1e-9, to_mu_B: 1e-7, points: 4}, mu: {from_mu_B: 1e-9, to_mu_B: 1e-7, points: 4}}"
TOYS_PLANE = "{e: {from_mu_B: 1e-9, to_mu_B: 9e-9, points: 7}, mu: {from_mu_B: 6e-10, to_mu_B: 6.5e-9, points: 7}}"
COUPLINGS = "{from_mu_B: 1.0e-10, to_mu_B: 1.0e-7, points: 24, spacing: log}"


def several(experiments, **options):
    """A configuration of other experiments."""
    return config_text(**options).replace("[coherent_csi_2022]", experiments)


class Scans:
    """Result files by name, made once for all tests of a process."""

    folder = None

    @classmethod
    def path(cls, name):
        if cls.folder is None:
            cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-figures-"))
            unittest.addModuleCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        path = cls.folder / f"{name}.h5"
        if not path.exists():
            cls._scan(name, path)
        return str(path)

    @classmethod
    def _scan(cls, name, path):
        levels = "{confidence: [0.6827, 0.90, 0.99], dof: [1, 2]}"
        text = {
            "mu": config_text(masses=MASSES, couplings=COUPLINGS, limits=levels),
            "electron": config_text(masses=MASSES, couplings=COUPLINGS, limits=levels, flavour="e"),
            "two_couplings": config_text(masses="{values_MeV: [1, 10, 30]}", couplings=PLANE).replace(
                "coupling: ", "couplings: ").replace("flavour: mu\n", ""),
            "one_mass": config_text(masses="{values_MeV: [10]}", couplings=COUPLINGS, limits=levels),
            "decay": config_text(masses="{from_MeV: 30, to_MeV: 52, points: 60}", limits="{confidence: [0.90], dof: [1]}",
                                 couplings="{values_mu_B: [1.0e-9, 1.0e-6]}") + "decay: {path_cm: 30}\n",
            "decay_from_10": config_text(masses="{values_MeV: [10, 15, 20, 25, 30, 40]}", limits="{confidence: [0.90], dof: [1]}",
                                         couplings="{values_mu_B: [1.0e-9, 1.0e-6]}") + "decay: {path_cm: 30}\n",
            "parts": several("[coherent_csi_2017, coherent_cenns10]", masses=MASSES, couplings=COUPLINGS,
                              limits="{confidence: [0.90], dof: [1], each_experiment: true}"),
            "argon": several("[coherent_cenns10]", masses="{values_MeV: [0.01, 0.1, 1, 10, 20, 30, 40]}",
                              couplings=COUPLINGS, limits=levels, flavour="universal"),
            "dresden": several("[dresden_ii]", masses="{values_MeV: [0.001, 0.01, 0.1, 1, 3, 6]}", flavour="e",
                                couplings="{from_mu_B: 1.0e-11, to_mu_B: 1.0e-7, points: 20, spacing: log}",
                                limits=levels),
            "toys": config_text(masses="{values_MeV: [0.1, 1, 3, 10, 20, 30, 40]}",
                                couplings="{from_mu_B: 6.0e-10, to_mu_B: 2.0e-8, points: 12, spacing: log}",
                                limits="{confidence: [0.90], expected: true}")
                    + "toys: {method: feldman_cousins, least: 300, most: 300, refine: false}\n",
            "toys_plane": config_text(masses="{values_MeV: [10, 29]}", couplings=TOYS_PLANE, limits="{confidence: [0.90]}")
                    .replace("coupling: ", "couplings: ").replace("flavour: mu\n", "")
                    + "toys: {method: feldman_cousins, least: 300, most: 300}\n",
        }[name]
        config = cls.folder / f"{name}.yaml"
        config.write_text(text.replace("a test", f"d_mu from {name}"), encoding="utf-8")
        run = nudipole("toys" if name.startswith("toys") else "scan", config, "-o", path)
        if run.code != 0:
            raise AssertionError(f"scan of {name}: {run}")

    @classmethod
    def table(cls, name, *words):
        """A table that the program prints, as a file."""
        path = pathlib.Path(cls.path("mu")).parent / f"{name}.csv"
        if not path.exists():
            run = nudipole(*words)
            if run.code != 0:
                raise AssertionError(run)
            path.write_text(run.out, encoding="utf-8")
        return str(path)


@contextlib.contextmanager
def drawn(figure, files, **options):
    """A figure of the package, drawn; any warning is an error."""
    import importlib

    from matplotlib import pyplot
    from nudipole.figures import style
    from nudipole.figures.specification import Specification

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.apply(options.pop("style", None))
        options = {"thresholds": THRESHOLDS, "per_GeV": PER_GEV, **options}
        specification = Specification(figure=figure, files=list(files), **options)
        made = importlib.import_module(f"nudipole.figures.{figure}").draw(specification)
        made.canvas.draw()
    try:
        yield made
    finally:
        pyplot.close(made)


STAND_IN = """#!{python}
# Prints tables as the program does, with numbers that are made up.
import math, sys
rows = [["mass_MeV", "quantile", "d_per_GeV", "d_mu_B", "kind", "confidence", "sigma", "dof"]]
for mass in (0.01, 0.1, 1, 3, 10, 20, 30):
    for sigma in (-2, -1, 0, 1, 2):
        rows.append([mass, 0.5, 1, 1.8e-9 * (1 + (mass / 20) ** 2) * 1.13 ** sigma, "asimov", 0.9, sigma, 1])
if sys.argv[1] == "points":
    rows = [["mass_MeV", "coupling_mu_B", "critical_value", "critical_error", "confidence",
             "asymptotic_critical_value"]]
    for confidence, value in ((0.6827, 1.0), (0.90, 2.706)):
        rows += [[10, 1e-9 * 1.3 ** k, value * (1 - 0.4 * math.exp(-k)), 0.05, confidence, value] for k in range(8)]
if sys.argv[1] == "limits":
    rows = [["mass_MeV", "decay_probability"], *[[mass, 1e-4] for mass in (1, 10, 30)], [50, 0.3], [52, 0.99]]
for row in rows:
    print(*row, sep=",")
"""


@contextlib.contextmanager
def stand_in_program():
    """A program with tables of expected limits, toys and decays, which a test cannot make in seconds."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-stand-in-"))
    script = folder / "nudipole"
    script.write_text(STAND_IN.replace("{python}", sys.executable), encoding="utf-8")
    script.chmod(0o755)
    before = os.environ.get("NUDIPOLE_PROGRAM")
    os.environ["NUDIPOLE_PROGRAM"] = str(script)
    try:
        yield
    finally:
        os.environ["NUDIPOLE_PROGRAM"] = before
        shutil.rmtree(folder)


def rate_table():
    """A made-up table of nudipole rate."""
    path = pathlib.Path(Scans.path("mu")).parent / "rate.csv"
    rows = [["experiment", "target", "process", "flavour", "mass_MeV", "coupling_mu_B", "recoil_energy_keV",
             "rate_per_kg_day_keV"]]
    for experiment, target in (("coherent_csi_2022", "CsI"), ("xenon1t_8b", "Xe")):
        for k in range(60):
            recoil = 1e-3 * 10 ** (k / 12)
            rows.append([experiment, target, "cevns", "all", 0, 0, recoil, 2.718 ** (-recoil / 10)])
            for mass in (1, 10):
                value = 2.718 ** (-recoil / 20) / recoil if recoil > 1e-4 * mass**2 else 0
                rows.append([experiment, target, "dipole_nucleus", "mu", mass, 1e-9, recoil, value])
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    return str(path)


def impact_table():
    """A made-up table of nudipole impacts."""
    path = pathlib.Path(Scans.path("mu")).parent / "impacts.csv"
    path.write_text("kind,name,shift_down_percent,shift_up_percent\nnuisance,csi_2022_brn,1.7,-3.4\n"
                    "nuisance,csi_2022_signal,14.2,-21.3\nbins,coherent_csi_2022: energy 8 .. 16 PE,12.1,nan\n", encoding="utf-8")
    return str(path)


def long_impact_table():
    """The same with more rows than are drawn, and long names."""
    path = pathlib.Path(Scans.path("mu")).parent / "long_impacts.csv"
    rows = [f"nuisance,cenns10_brn_time_mean_{k},{30 / (k + 1)},{-25 / (k + 1)}" for k in range(20)]
    rows += [f"bins,{name}: energy {k} .. {k + 8} keVee,{20 - k},nan" for k in (0, 8, 16)
             for name in ("coherent_cenns10_3d", "coherent_csi_2022")]
    path.write_text("\n".join(["kind,name,shift_down_percent,shift_up_percent", *rows]), encoding="utf-8")
    return str(path)


def one_of_each():
    """figure -> files to draw it from; `band` and `calibration` want the stand-in program."""
    point = ("--mass-MeV", "10", "--coupling-mu-B", "2e-9")
    return {
        **{figure: [Scans.path("mu")] for figure in ("limits", "band", "delta_chi2", "calibration")},
        **{figure: [Scans.path("toys")] for figure in ("wilks", "toy_limits")},
        "region": [Scans.path("argon")],
        "plane": [Scans.path("two_couplings")],
        "spectrum": [Scans.table("spectrum", "spectrum", CONFIGS / "csi2022_mu.yaml", *point, "--fit", "--along", "energy")],
        "pulls": [Scans.table("fit", "fit", CONFIGS / "csi2022_mu_shape.yaml", *point)],
        "impacts": [impact_table()],
        "rate": [rate_table()],
    }


@contextlib.contextmanager
def only_first_masses_done(count):
    """Lets result files look as if a scan had been stopped after so many masses.

    How far a scan that is stopped has come depends on the clock, and a file that is changed has no valid seal.
    """
    from nudipole.result import Result

    original = Result.__getitem__

    def cut(self, name):
        values = original(self, name)
        if name.endswith("_status"):
            values[count:] = self.codes(name)["not_done"]
        return values

    Result.__getitem__ = cut
    try:
        yield
    finally:
        Result.__getitem__ = original


@contextlib.contextmanager
def beyond_ceiling(delta_chi2):
    """Lets result files look as if points with more Delta chi2 had been left out of the scan as `beyond`."""
    from nudipole.result import Result

    value = Result.__getitem__

    def cut(self, name):
        values = value(self, name)
        if name in ("fit_status", "minus_two_log_l"):
            chi2 = value(self, "minus_two_log_l")
            left_out = chi2 - np.nanmin(chi2) > delta_chi2
            values[left_out] = self.codes("fit_status")["beyond"] if name == "fit_status" else np.nan
        return values

    Result.__getitem__ = cut
    try:
        yield
    finally:
        Result.__getitem__ = value


def pixels(figure):
    """Grey values [row, column], 0 to 255, row 0 at the top."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(float).mean(axis=2)


def strokes_of(axes):
    """Artists that carry information as lines or marks."""
    kinds = (LineCollection, PathCollection, Rectangle, StepPatch)
    found = [artist for artist in [*axes.collections, *axes.patches] if isinstance(artist, kinds)]
    found = [artist for artist in found if not (isinstance(artist, StepPatch) and artist.get_fill())]
    return [artist for artist in [*axes.lines, *found] if artist.get_gid() not in ("guide", "fill")]


@contextlib.contextmanager
def hidden(artists):
    before = [(artist, artist.get_visible()) for artist in artists]
    for artist in artists:
        artist.set_visible(False)
    try:
        yield
    finally:
        for artist, visible in before:
            artist.set_visible(visible)


def writing_of(figure):
    """Legends and texts within the frames, without marks that say a figure is unfinished."""
    found = []
    for axes in figure.axes:
        found += [text for text in axes.texts if text.get_gid() != "mark"]
        found += [axes.get_legend()] if axes.get_legend() is not None else []
    return found


def marks(figure):
    """Pixels [row, column] where lines and marks are drawn, with nothing written over them."""
    strokes = [artist for axes in figure.axes for artist in strokes_of(axes)]
    figure.set_layout_engine("none")  # what is hidden must not move the rest
    with hidden(writing_of(figure)):
        with_strokes = pixels(figure)
        with hidden(strokes):
            without = pixels(figure)
    return abs(with_strokes - without) > 24


def letters(figure, artist):
    """Pixels [row, column] that a legend or a text covers, by its letters and handles."""
    others = [other for other in writing_of(figure) if other is not artist]
    with hidden(others):
        shown = pixels(figure)
        with hidden([artist]):
            without = pixels(figure)
    return abs(shown - without) > 24


def texts_of(figure):
    """Every text that is shown."""
    from matplotlib.text import Text

    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def thumbnail(figure, rows=60, columns=80):
    """Grey values of a small picture [rows, columns]."""
    image = pixels(figure)
    edges = [np.linspace(0, size, parts + 1).astype(int) for size, parts in zip(image.shape, (rows, columns))]
    return np.array([[image[a:b, c:d].mean() for c, d in zip(edges[1][:-1], edges[1][1:])]
                     for a, b in zip(edges[0][:-1], edges[0][1:])])


UPDATE = os.environ.get("NUDIPOLE_UPDATE_IMAGES") == "1"
