"""Every option of the look reaches every figure, or is refused in words.

The figures are drawn in this process, by the command line of the package.
"""

import contextlib
import csv
import functools
import io
import pathlib
import re
import struct
import tempfile
import unittest
import warnings
from unittest import mock

from figure_cases import HAS_PLOTTING, PER_GEV, THRESHOLDS, Scans, impact_table, one_of_each, stand_in_program

if HAS_PLOTTING:
    from nudipole.figures import style
    from nudipole.figures.__main__ import main
    from nudipole.figures.specification import FIGURES, FOLLOWED_BY

FACTS = [word for (confidence, dof), value in THRESHOLDS.items() for word in ("--threshold", f"{confidence}:{dof}:{value}")]
FACTS += ["--per-GeV", repr(PER_GEV)]
# Ranges that no figure chooses by itself: of the horizontal axis, and of the vertical one (None: it has names).
RANGES = {"limits": ((0.3, 21), (1.1e-9, 0.9e-8)), "band": ((0.3, 21), (1.1e-9, 0.9e-8)),
          "delta_chi2": ((1.1e-9, 0.9e-8), (0.1, 7)), "region": ((0.3, 21), (1.1e-9, 0.9e-8)),
          "plane": ((1.1e-9, 0.9e-8), (1.2e-9, 0.8e-8)), "spectrum": ((11, 37), (0.5, 111)), "pulls": ((-3.5, 4.5), None),
          "impacts": ((-33, 44), None), "rate": ((0.02, 30), (1e-4, 200)), "calibration": ((1.1e-9, 0.9e-8), (0.2, 5)),
          "wilks": ((0.3, 21), (1.1e-9, 0.9e-8)), "toy_limits": ((0.3, 21), (1.1e-9, 0.9e-8))}
NAMELESS = ("plane", "wilks", "toy_limits")  # drawn from one file
INK = "#123456"  # of no figure


def for_each_figure(test):
    """Runs a test of one figure for all of them."""
    @functools.wraps(test)
    def run(self):
        for figure in FIGURES:
            with self.subTest(figure):
                test(self, figure)
    return run


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class EachFigure(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.out = self.folder / "figure.svg"
        self.ranges = []

    def plot(self, figure, *words, files=None):
        """Exit code and messages; `ranges` are those of the axes when the figure was written."""
        write = style.save

        def save(made, outputs):
            self.ranges = [(axes.get_xlim(), axes.get_ylim()) for axes in made.axes if axes.get_label() != "<colorbar>"
                           and not axes.get_ylabel().startswith("residual")]
            write(made, outputs)

        files = one_of_each()[figure] if files is None else files
        program = stand_in_program() if figure in ("band", "calibration") else contextlib.nullcontext()
        with program, mock.patch.object(style, "save", save), warnings.catch_warnings():
            with contextlib.redirect_stderr(io.StringIO()) as messages:
                code = main([figure, *files, "-o", str(self.out), *FACTS, *map(str, words)])
        return code, messages.getvalue()

    def drawn(self, figure, *words):
        """What is written in the picture."""
        code, messages = self.plot(figure, *words)
        self.assertEqual((code, messages), (0, f"nudipole: drew {self.out}\n"))
        return self.texts()

    def texts(self):
        """matplotlib writes texts as comments."""
        return re.findall("<!-- (.*) -->", self.out.read_text(encoding="utf-8"))

    def refused(self, figure, *words, files=None):
        """The message; nothing is written."""
        self.out.unlink(missing_ok=True)
        code, messages = self.plot(figure, *words, files=files)
        self.assertEqual(code, 2, messages)
        self.assertRegex(messages, r"^nudipole: config error: [^\n]+\n$")
        self.assertFalse(self.out.exists())
        return messages

    def test_the_table_of_figures_is_whole(self):
        self.assertEqual(set(one_of_each()), set(FIGURES))
        self.assertEqual(set(RANGES), set(FIGURES))

    @for_each_figure
    def test_label(self, figure):
        if figure in NAMELESS:
            self.assertIn("--label", self.refused(figure, "--label", "my name"))
            return
        texts = self.drawn(figure, "--label", "my name")
        self.assertEqual([text[:7] for text in texts].count("my name"), 2 if figure == "calibration" else 1, texts)
        self.assertIn("--label", self.refused(figure, *["--label", "my name"] * 9))

    @for_each_figure
    def test_label_and_title(self, figure):
        labels = () if figure in NAMELESS else ("--label", "my name")
        texts = self.drawn(figure, "--title", "My heading", *labels)
        self.assertEqual(texts.count("My heading"), 1, texts)
        self.assertTrue(not labels or any(text.startswith("my name") for text in texts), texts)

    @for_each_figure
    def test_ranges(self, figure):
        x, y = RANGES[figure]
        self.drawn(figure, "--xlim", *x, *(() if y is None else ("--ylim", *y)))
        self.assertGreater(len(self.ranges), 0)
        for shown_x, shown_y in self.ranges:
            self.assertEqual(shown_x, x)
            if y is not None:
                self.assertEqual(shown_y, y)
        if y is None:
            self.assertIn("has names", self.refused(figure, "--ylim", 0, 1))
        if figure not in ("spectrum", "pulls", "impacts"):
            self.assertIn("logarithmic", self.refused(figure, "--xlim", 0, 1))
        self.assertIn("smaller one", self.refused(figure, "--xlim", 2, 1))

    @for_each_figure
    def test_title_size_style_numbers_and_files(self, figure):
        look, numbers = self.folder / "my.mplstyle", self.folder / "numbers.csv"
        look.write_text(f"axes.edgecolor: {INK[1:]}\nsavefig.dpi: 50\n", encoding="utf-8")
        pdf, png = self.folder / "a.pdf", self.folder / "b.png"
        words = ("-o", pdf, "-o", png, "-o", pdf, "--size", 8, 6, "--style", look, "--data-out", numbers,
                 "--title", "My heading")
        code, messages = self.plot(figure, *words)
        self.assertEqual((code, messages.splitlines()), (0, [f"nudipole: wrote {numbers}",
                         *(f"nudipole: drew {path}" for path in (self.out, pdf, png))]))
        self.assertEqual(self.texts().count("My heading"), 1, self.texts())
        picture = self.out.read_text(encoding="utf-8")
        self.assertTrue(f"stroke: {INK}" in picture)
        self.assertTrue('width="576pt" height="432pt"' in picture)  # 72 points an inch
        self.assertTrue(pdf.read_bytes().startswith(b"%PDF"))
        self.assertEqual(struct.unpack(">II", png.read_bytes()[16:24]), (400, 300))
        with open(numbers, encoding="utf-8", newline="") as file:
            columns, *rows = csv.reader(file)
        self.assertGreater(len(rows), 1)
        self.assertEqual({len(row) for row in rows}, {len(columns)})
        self.assertTrue(any(cell.replace(".", "").isdigit() for row in rows for cell in row))
        for path in (pdf, png, numbers):
            path.unlink()

    @for_each_figure
    def test_options_that_a_figure_cannot_follow_are_refused(self, figure):
        values = {"--confidence": "0.68", "--dof": "2", "--overlay": "a.csv", "--masses": "10", "--experiment": "nobody"}
        self.assertEqual(set(values), set(FOLLOWED_BY))
        for name, value in values.items():
            if figure not in FOLLOWED_BY[name] or name == "--experiment":
                self.assertIn(name, self.refused(figure, name, value))

    def test_a_folder_that_is_not_there_is_named(self):
        self.assertIn("nowhere", self.refused("rate", "--data-out", self.folder / "nowhere" / "numbers.csv"))

    def test_curves_of_two_files_have_their_names(self):
        files = [Scans.path("mu"), Scans.path("electron")]
        self.assertEqual(self.plot("calibration", "--label", "first", "--label", "second", files=files)[0], 0)
        for name in ("first, 90 %", "second, 90 %"):
            self.assertIn(name, self.texts())

    def test_two_panels_have_one_heading(self):
        code, messages = self.plot("impacts", "--title", "My heading", files=[impact_table(), impact_table()])
        self.assertEqual(code, 0, messages)
        self.assertEqual(self.texts().count("My heading"), 1)


if __name__ == "__main__":
    unittest.main()
