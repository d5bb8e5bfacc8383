"""The region that toys of two couplings allow: its edges, its options, and what has none."""

import csv
import unittest
from unittest import mock

from figure_cases import HAS_PLOTTING, Scans, drawn
from nudipole_run import CONFIG, RESULT_FILE, ProgramTest, nudipole

if HAS_PLOTTING:
    import numpy as np
    from nudipole.figures.tables import Table


def edges(axes):
    """Vertices [point, 2] of the region's edge and of the dashed contour, in this order."""
    found = [artist for artist in axes.collections if artist.get_gid() == "contour"]
    return [np.concatenate([path.vertices for path in artist.get_paths()]) for artist in found]


def made_up(level, critical, scale=1.0):
    """A table of points: q = (d_e / 2e-9)^4 + (d_mu / 1e-9)^4, of couplings over the scale, at both masses."""
    rows = []
    for mass in ("10", "29"):
        for e in np.geomspace(1e-10, 1e-8, 24):
            for mu in np.geomspace(1e-10, 5e-9, 20):
                rows.append({"mass_MeV": mass, "coupling_mu_B.e": repr(float(e)), "coupling_mu_B.mu": repr(float(mu)),
                             "toys": "100", "p_value": "0.5", "q_observed": str(((e / 2e-9)**4 + (mu / 1e-9)**4) / scale**4),
                             "critical_value": critical, "confidence": level, "asymptotic_critical_value": "4.605",
                             "method": "feldman_cousins"})
    return Table("made up", rows)


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class ToyPlane(ProgramTest):
    def test_edges_lie_where_q_is_the_critical_value(self):
        with mock.patch.object(Table, "of_result", lambda *_: made_up("0.9", "3.0")):
            with drawn("plane", [Scans.path("toys_plane")]) as figure:
                self.assertEqual(len(figure.axes), 2)
                for axes in figure.axes:
                    found = edges(axes)
                    self.assertEqual(len(found), 2)
                    for vertices, critical in zip(found, (3.0, 4.605)):
                        self.assertGreater(len(vertices), 100)
                        q = (vertices[:, 0] / 2e-9)**4 + (vertices[:, 1] / 1e-9)**4
                        self.assertLess(abs(np.log(q / critical)).max(), 0.06)  # 1.5 % in d
                        self.assertAlmostEqual(vertices[:, 1].max() / (1e-9 * critical**0.25), 1, delta=1e-3)
                        self.assertAlmostEqual(vertices[:, 0].max() / (2e-9 * critical**0.25), 1, delta=1e-3)

    def test_what_is_drawn_is_what_the_program_prints(self):
        numbers = self.folder / "numbers.csv"
        self.succeed("plot", Scans.path("toys_plane"), "--figure", "plane", "--masses", "29", "--data-out", numbers, "-o",
                     self.folder / "a.svg", "--title", "My heading", "--xlim", "2e-9", "8e-9")
        with open(numbers, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        points = [row for row in self.succeed("points", Scans.path("toys_plane")).rows() if row["mass_MeV"] == "29"]
        self.assertEqual((len(rows), len(points)), (49, 49))
        for row, point in zip(rows, points):
            for ours, its in (("d_e_mu_B", "coupling_mu_B.e"), ("d_mu_mu_B", "coupling_mu_B.mu"), ("p_value", "p_value"),
                              ("q_observed", "q_observed"), ("critical_value", "critical_value"), ("toys", "toys")):
                self.assertAlmostEqual(float(row[ours]), float(point[its]), delta=1e-8 * abs(float(point[its])))
        text = (self.folder / "a.svg").read_text(encoding="utf-8")
        for words in ("My heading", "29 MeV", "90 %, toys", "points with toys"):
            self.assertTrue(words in text, words)
        self.assertFalse("10 MeV" in text)

    def test_points_that_are_not_done_are_no_region(self):
        table = made_up("0.9", "3.0")
        table.rows = [row for row in table.rows if float(row["coupling_mu_B.mu"]) < 1.2e-9]
        with mock.patch.object(Table, "of_result", lambda *_: table):
            with drawn("plane", [Scans.path("toys_plane")]) as figure:
                self.assertLess(max(vertices[:, 1].max() for vertices in edges(figure.axes[0])), 1.2e-9)
        with mock.patch.object(Table, "of_result", lambda *_: Table("made up", table.rows[:30])):
            with drawn("plane", [Scans.path("toys_plane")]) as figure:
                self.assertIn("68 points missing", [text.get_text() for text in figure.axes[-1].texts])

    def test_several_levels_have_regions_within_each_other(self):
        inner, outer = made_up("0.6827", "1.5"), made_up("0.9", "3.0")
        with mock.patch.object(Table, "of_result", lambda *_: Table("made up", inner.rows + outer.rows)):
            with drawn("plane", [Scans.path("toys_plane")]) as figure:
                tops = [vertices[:, 1].max() for vertices in edges(figure.axes[0])][::2]
                for top, critical in zip(tops, (3.0, 1.5), strict=True):
                    self.assertAlmostEqual(top / (1e-9 * critical**0.25), 1, delta=1e-3)
                texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
                self.assertEqual([text.split(",")[0] for text in texts[:2]], [r"1$\sigma$", "90 %"])

    def test_the_legend_covers_no_point(self):
        for options in ({}, {"ylim": (6e-10, 7e-9)}):
            with drawn("plane", [Scans.path("toys_plane")], **options) as figure:
                (legend,) = [axes.get_legend() for axes in figure.axes if axes.get_legend() is not None]
                box, (width, height) = legend.get_window_extent(), figure.canvas.get_width_height()
                self.assertTrue(0 <= box.x0 and box.x1 <= width and 0 <= box.y0 and box.y1 <= height)
                if options:  # the frames may not grow
                    self.assertGreater(box.x0, figure.axes[-1].get_window_extent().x1)
                for axes in figure.axes:
                    (points,) = [line for line in axes.lines if line.get_marker() == "."]
                    self.assertGreater(len(points.get_xdata()), 20)
                    pixels = axes.transData.transform(points.get_xydata())
                    self.assertFalse(any(box.contains(*pixel) for pixel in pixels), options)

    def test_axes_have_labels_between_powers_of_ten(self):
        with drawn("plane", [Scans.path("toys_plane")]) as figure:
            for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
                low, high = axis.get_view_interval()
                told = [tick.label1.get_text() for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
                self.assertIn(r"$5\times10^{-9}$", told)
                self.assertIn("$10^{-9}$", told)
        with drawn("plane", [Scans.path("two_couplings")], xlim=(1.9e-9, 8e-9)) as figure:
            told = [tick.label1.get_text() for tick in figure.axes[0].xaxis.get_major_ticks() if 1.9e-9 < tick.get_loc() < 8e-9]
            self.assertEqual(told, [rf"${factor}\times10^{{-9}}$" for factor in (2, 3, 5, 7)])

    def test_the_legend_lies_beside_a_long_edge(self):
        with mock.patch.object(Table, "of_result", lambda *_: made_up("0.9", "3.0", scale=2.5)):
            with drawn("plane", [Scans.path("toys_plane")]) as figure:
                axes = figure.axes[0]
                box = axes.get_legend().get_window_extent()
                self.assertTrue(axes.get_window_extent().y1 >= box.y1)
                for vertices in edges(axes):
                    self.assertFalse(any(box.contains(*pixel) for pixel in axes.transData.transform(vertices)))

    def test_every_figure_draws_toys_or_says_which_one_does(self):
        scans, tables = "holds toys and no scan: --figure", "is not a table of nudipole: give CSV"
        of_one = {"limits": scans, "band": scans, "delta_chi2": scans, "region": scans, "plane": "--figure wilks",
                  "calibration": None, "wilks": None, "toy_limits": None}
        of_two = {"limits": scans, "band": scans, "delta_chi2": scans, "region": scans, "plane": None,
                  "calibration": "--figure plane", "wilks": "--figure plane", "toy_limits": "--figure plane"}
        from nudipole.figures.specification import FIGURES
        for name, expected in (("toys", of_one), ("toys_plane", of_two)):
            for figure in FIGURES:
                said = expected.get(figure, tables)
                with self.subTest(name, figure=figure):
                    run = nudipole("plot", Scans.path(name), "--figure", figure, "-o", self.folder / "a.png")
                    if said is None:
                        self.assertEqual(run.code, 0, run)
                        continue
                    self.assertIn(run.code, (CONFIG, RESULT_FILE), run)
                    self.assertIn(said, run.err)
                    self.assertIn(Scans.path(name), run.err)
        for name, figure in (("toys", "wilks, toy_limits"), ("toys_plane", "plane")):
            run = nudipole("plot", Scans.path(name), "-o", self.folder / "a.png")
            self.assert_refused(run, RESULT_FILE, f"{scans} {figure}")

    def test_other_files_are_refused(self):
        run = nudipole("plot", Scans.path("mu"), "--figure", "plane", "-o", self.folder / "a.png")
        self.assert_refused(run, RESULT_FILE, "no map of two couplings: draw it with --figure limits, or")
        run = nudipole("plot", Scans.path("toys"), "--figure", "plane", "-o", self.folder / "a.png")
        self.assert_refused(run, RESULT_FILE, "of one coupling; --figure wilks")
        run = nudipole("plot", Scans.path("toys_plane"), "--figure", "wilks", "-o", self.folder / "a.png")
        self.assert_refused(run, CONFIG, "several couplings; --figure plane")
        table = made_up("0.9", "3.0")
        for row in table.rows:
            row["method"] = "significance"
        from nudipole.result import ResultError
        with mock.patch.object(Table, "of_result", lambda *_: table):
            with self.assertRaisesRegex(ResultError, "method significance allow no couplings"):
                with drawn("plane", [Scans.path("toys_plane")]):
                    pass


if __name__ == "__main__":
    unittest.main()
