"""Figures look right: nothing is cut off, nothing lies over a curve, nothing is listed that is not seen.

NUDIPOLE_UPDATE_IMAGES=1 stores the small pictures anew; look at the real ones first.
"""

import pathlib
import unittest
from contextlib import nullcontext

from figure_cases import (HAS_PLOTTING, LITERATURE, UPDATE, Scans, beyond_ceiling, drawn, impact_table, letters,
                          long_impact_table, marks, only_first_masses_done, rate_table, stand_in_program, texts_of,
                          thumbnail, writing_of)
from nudipole_run import CONFIGS

if HAS_PLOTTING:
    import matplotlib.image
    import numpy as np

IMAGES = pathlib.Path(__file__).parent / "images"
# Mean difference of grey values, of 255: another version of FreeType moves letters by a pixel (about 1),
# a legend or a curve elsewhere gives 3 and more.
ALIKE = 2.5


def cases():
    """name -> (figure, files, options)"""
    overlays = sorted(map(str, LITERATURE.glob("*_mu.csv"))) + [str(LITERATURE / "lep_gamma.csv")]
    point = ("--mass-MeV", "10", "--coupling-mu-B", "2e-9")
    spectrum = Scans.table("spectrum", "spectrum", CONFIGS / "csi2022_mu.yaml", *point, "--fit", "--along", "energy")
    reactor = Scans.table("reactor", "spectrum", CONFIGS / "llx_dresden_fef.yaml", "--mass-MeV", "1", "--fit")
    fit = Scans.table("fit", "fit", CONFIGS / "csi2022_mu_shape.yaml", *point)
    return {
        "limits": ("limits", [Scans.path("mu")], {}),
        "limits_overlays": ("limits", [Scans.path("mu")], {"overlays": overlays}),
        "limits_flavours": ("limits", [Scans.path("mu"), Scans.path("dresden")], {}),
        "limits_parts": ("limits", [Scans.path("parts")], {}),
        "limits_two_couplings": ("limits", [Scans.path("two_couplings")], {}),
        "limits_closed": ("limits", [Scans.path("decay")], {}),
        "limits_one_mass": ("limits", [Scans.path("one_mass")], {}),
        "limits_small": ("limits", [Scans.path("mu"), Scans.path("electron")], {"size_inch": (3.3, 2.6)}),
        "delta_chi2": ("delta_chi2", [Scans.path("mu"), Scans.path("argon")], {}),
        "region": ("region", [Scans.path("mu"), Scans.path("argon")], {}),
        "spectrum": ("spectrum", [spectrum], {}),
        "spectrum_reactor": ("spectrum", [reactor], {}),
        "pulls": ("pulls", [fit], {}),
        "band": ("band", [Scans.path("mu")], {}),
        "limits_decays": ("limits", [Scans.path("mu")], {"xlim": (1, 60)}),
        "calibration": ("calibration", [Scans.path("mu")], {}),
        "wilks": ("wilks", [Scans.path("toys")], {}),
        "toy_limits": ("toy_limits", [Scans.path("toys")], {}),
        "rate": ("rate", [rate_table()], {}),
        "impacts": ("impacts", [impact_table()], {}),
        "impacts_long": ("impacts", [long_impact_table()], {}),
        "plane": ("plane", [Scans.path("two_couplings")], {}),
        "plane_toys": ("plane", [Scans.path("toys_plane")], {}),
    }


def is_hidden_tick(figure, text):
    """Axes keep labels for ticks that lie outside their range, and do not draw them."""
    for axes in [*figure.axes, *(child for axes in figure.axes for child in axes.child_axes)]:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if text in (tick.label1, tick.label2):
                    return not low <= tick.get_loc() <= high
    return False


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class Look(unittest.TestCase):
    def test_every_figure(self):
        for name, (figure, files, options) in cases().items():
            program = stand_in_program() if name in ("band", "calibration", "limits_decays") else nullcontext()
            with self.subTest(name), program, drawn(figure, files, **options) as made:
                self.nothing_is_cut_off(made)
                self.ticks_do_not_run_into_each_other(made)
                self.legends_lie_within_their_frames(made)
                self.is_like_the_picture_that_was_looked_at(name, made)
                curves = marks(made)
                self.every_panel_shows_something(made, curves)
                self.writing_covers_nothing(made, curves)

    def test_every_kind_of_figure_is_among_them(self):
        from nudipole.figures.specification import FIGURES

        self.assertEqual({figure for figure, _, _ in cases().values()}, set(FIGURES))

    def nothing_is_cut_off(self, figure):
        width, height = figure.canvas.get_width_height()
        for text in texts_of(figure):
            box = text.get_window_extent()
            if box.width and not is_hidden_tick(figure, text):
                self.assertTrue(-1 <= box.x0 and box.x1 <= width + 1 and -1 <= box.y0 and box.y1 <= height + 1,
                                f"'{text.get_text()}' at {box} of {width} x {height} is cut off")

    def writing_covers_nothing(self, figure, curves):
        taken = curves & False
        for artist in writing_of(figure):
            words, own = getattr(artist, "get_text", lambda: "the legend")(), letters(figure, artist)
            self.assertGreater(own.sum(), 10, f"'{words}' is not seen")
            self.assertEqual((own & curves).sum(), 0, f"'{words}' lies over a curve")
            self.assertEqual((own & taken).sum(), 0, f"'{words}' lies over another text")
            taken |= own

    def legends_lie_within_their_frames(self, figure):
        for axes in figure.axes:
            if axes.get_legend() is not None:
                box, frame = axes.get_legend().get_window_extent(), axes.get_window_extent()
                self.assertTrue(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0
                                and box.y1 <= frame.y1, f"a legend at {box} in {frame}")

    def every_panel_shows_something(self, figure, curves):
        height = curves.shape[0]
        for axes in figure.axes:
            box = axes.get_window_extent()
            inside = curves[int(height - box.y1) + 2:int(height - box.y0) - 2, int(box.x0) + 2:int(box.x1) - 2]
            self.assertGreater(inside.sum(), 30, "an empty panel")

    def ticks_do_not_run_into_each_other(self, figure):
        for axes in figure.axes:
            for axis, along in ((axes.xaxis, "x"), (axes.yaxis, "y")):
                boxes = [label.get_window_extent() for label in axis.get_ticklabels() if label.get_text()
                         and label.get_visible() and not is_hidden_tick(figure, label)]
                boxes.sort(key=lambda box: getattr(box, along + "0"))
                for first, second in zip(boxes[:-1], boxes[1:]):
                    self.assertLess(getattr(first, along + "1"), getattr(second, along + "0") + 1, "ticks overlap")

    def is_like_the_picture_that_was_looked_at(self, name, figure):
        small, stored = thumbnail(figure), IMAGES / f"{name}.png"
        if UPDATE:
            matplotlib.image.imsave(stored, small / 255, cmap="gray", vmin=0, vmax=1)
        wanted = matplotlib.image.imread(stored)[..., 0] * 255
        self.assertLess(abs(small - wanted).mean(), ALIKE)

    def test_grey_paper_tells_curves_apart(self):
        # Neighbours in the order of colours differ by a tenth of the grey scale, or in their dashes.
        from matplotlib.colors import to_rgb
        from nudipole.figures.style import line_style

        looks = [line_style(index) for index in range(7)]
        for first, second in zip(looks[:-1], looks[1:]):
            greys = [np.dot(to_rgb(look["color"]), (0.299, 0.587, 0.114)) for look in (first, second)]
            self.assertTrue(abs(greys[0] - greys[1]) > 0.1 or first["linestyle"] != second["linestyle"])


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class Contents(unittest.TestCase):
    @staticmethod
    def entries(figure):
        return [text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()]

    def test_only_what_is_seen_is_listed(self):
        # NOMAD lies above 4e-9 mu_B and 4 MeV: outside this frame, and so is the second file.
        nomad = str(LITERATURE / "nomad_mu.csv")
        charm = str(LITERATURE / "charm2_mu.csv")
        with drawn("limits", [Scans.path("mu"), Scans.path("dresden")], overlays=[nomad, charm], xlim=(0.1, 2),
                   ylim=(1.2e-9, 1e-8)) as figure:
            listed = self.entries(figure) + [text.get_text() for axes in figure.axes for text in axes.texts]
        self.assertEqual(len([text for text in listed if "NOMAD" in text or "dresden" in text]), 0, listed)
        self.assertEqual(len([text for text in listed if "CHARM" in text]), 1, listed)

    def test_an_unfinished_file_is_marked_and_keeps_its_range(self):
        with only_first_masses_done(5), drawn("limits", [Scans.path("mu")]) as figure:
            said = [text.get_text() for text in figure.axes[0].texts]
            self.assertIn("5 of 14 masses", said)
            self.assertEqual(figure.axes[0].get_xlim(), (0.01, 60))

    def test_a_closed_mass_ends_the_curve_vertically(self):
        with drawn("limits", [Scans.path("mu")]) as figure:
            x, y = figure.axes[0].lines[0].get_data()
            self.assertEqual((x[-1], x[-2]), (52, 52))  # 60 MeV is closed
            self.assertGreater(y[-1], figure.axes[0].get_ylim()[1])

    def test_a_closed_area_is_drawn_around(self):
        with drawn("limits", [Scans.path("decay")]) as figure:
            axes = figure.axes[0]
            (line,) = [line for line in axes.lines if len(line.get_xdata()) > 50]
            x, y = line.get_data()
            turn = int(np.argmax(x))
            self.assertTrue(np.all(np.diff(x) >= 0) if turn == len(x) - 1 else np.all(np.diff(x[turn + 1:]) < 0))
            # Along the lower end, up, and back along the upper one, which goes on falling with the mass.
            self.assertGreater(x[turn], 49)
            self.assertTrue(np.all(np.isfinite(y)))
            self.assertTrue(np.all(np.diff(y[turn + 1:]) > 0))
            self.assertGreater(y[-1], 20 * y[0])
            # Nothing is filled above it, and no line is dashed: the decays are taken into account.
            (area,) = [area for area in axes.collections if area.get_gid() == "excluded"
                       and area.get_paths()[0].get_extents().x1 > 49]
            inside = area.get_paths()[0].get_extents()
            self.assertLess(inside.y1, 1e-6)
            self.assertFalse([line for line in axes.lines if line.get_gid() == "decays"])
            low, high = axes.get_ylim()
            self.assertTrue(low < y.min() and y.max() < high)

    def test_both_ends_meet_before_the_next_mass(self):
        # Scanned in steps of 0.01 MeV, 49.66 MeV is the last mass at which couplings are excluded: 2.80e-8 to 3.15e-8 mu_B;
        # at 49.65 MeV from 2.728e-8 on. The file has masses near 49.6 and 50.1 MeV.
        with drawn("limits", [Scans.path("decay")]) as figure:
            axes = figure.axes[0]
            x, y = next(line for line in axes.lines if len(line.get_xdata()) > 50).get_data()
            turn = int(np.argmax(x))
            self.assertAlmostEqual(x[turn], 49.665, delta=0.02)
            self.assertAlmostEqual(y[turn] / 2.97e-8, 1, delta=0.01)
            self.assertAlmostEqual(y[turn + 1] / y[turn], 1, delta=1e-9)
            self.assertAlmostEqual(np.interp(49.65, x[:turn + 1], y[:turn + 1]) / 2.728e-8, 1, delta=0.01)
            area = max((path for fill in axes.collections if fill.get_gid() == "excluded" for path in fill.get_paths()),
                       key=lambda path: path.get_extents().x1)
            self.assertAlmostEqual(area.get_extents().x1, x[turn], delta=1e-9)

    def test_more_is_not_filled_than_the_scan_excludes(self):
        with drawn("limits", [Scans.path("decay_from_10")], ylim=(1e-9, 1e-4)) as figure:
            fills = [fill.get_paths()[0].get_extents() for fill in figure.axes[0].collections if fill.get_gid() == "excluded"]
            self.assertAlmostEqual(max(box.y1 for box in fills) / 1e-6, 1, delta=1e-9)
        with drawn("limits", [Scans.path("decay_from_10")]) as figure:
            self.assertEqual(figure.axes[0].get_ylim()[1], 1e-6)

    def test_the_axis_names_flavour_convention_and_both_units(self):
        with drawn("limits", [Scans.path("mu")]) as figure:
            axes = figure.axes[0]
            self.assertIn(r"d_\mu", axes.get_ylabel())
            self.assertIn(r"\mathcal{L}", axes.get_ylabel())
            (second,) = axes.child_axes
            self.assertIn("GeV", second.get_ylabel())
            figure.canvas.draw()
            self.assertAlmostEqual(second.get_ylim()[0] / axes.get_ylim()[0], 296.304053924, places=6)
        with drawn("limits", [Scans.path("mu"), Scans.path("dresden")]) as figure:
            self.assertIn(r"d_\alpha", figure.axes[0].get_ylabel())
            self.assertIn(r"$d_\mu$: mu", self.entries(figure))

    def test_a_curve_is_dotted_where_n_decays_inside(self):
        with stand_in_program(), drawn("limits", [Scans.path("mu")]) as figure:
            full, dotted = [[line for line in figure.axes[0].lines if (line.get_gid() == "decays") is wanted][0]
                            for wanted in (False, True)]
            self.assertEqual(full.get_xdata()[-1], 46)
            self.assertEqual(list(dotted.get_xdata()[:3]), [46, 50, 52])
            self.assertTrue(any("decay inside" in entry for entry in self.entries(figure)))
        with stand_in_program(), drawn("limits", [Scans.path("mu")], xlim=(1, 20)) as figure:
            self.assertFalse(any("decay inside" in entry for entry in self.entries(figure)))

    def test_a_band_is_that_of_the_program(self):
        with stand_in_program(), drawn("band", [Scans.path("mu")]) as figure:
            fills = [c for c in figure.axes[0].collections if c.get_gid() == "fill"]
            self.assertEqual(len(fills), 2)
            top = fills[0].get_paths()[0].vertices[:, 1].max()
            self.assertAlmostEqual(top / (1.8e-9 * (1 + 1.5**2) * 1.13**2), 1, places=9)
            median = next(line for line in figure.axes[0].lines if "median" in line.get_label())
            self.assertAlmostEqual(median.get_ydata()[-1] / (1.8e-9 * (1 + 1.5**2)), 1, places=9)

    def test_impacts_are_ranked(self):
        with drawn("impacts", [impact_table()]) as figure:
            names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        self.assertEqual(names, ["CsI 2022 signal", "without energy 8\N{EN DASH}16 PE", "CsI 2022 BRN"])

    def test_equal_titles_get_the_names_of_their_files(self):
        with drawn("limits", [Scans.path("mu"), Scans.path("mu")], ) as figure:
            self.assertEqual(self.entries(figure)[:2], ["mu (mu)", "mu (mu)"])

    def test_excluded_areas_are_filled_and_areas_of_scans_that_end_fade(self):
        with drawn("limits", [Scans.path("mu")], xlim=(0.001, 60)) as figure:
            (area,) = [c for c in figure.axes[0].collections if c.get_gid() == "excluded"]
            (fading,) = [image for image in figure.axes[0].images if image.get_gid() == "excluded"]
            # From nothing at the first mass to the colour of the area where that begins, without a step.
            shades = fading.get_array()[0, :, 3]
            self.assertEqual((shades[0], shades[-1]), (0, area.get_facecolor()[0][3]))
            self.assertLess(np.diff(shades).max(), 0.001)
            frame = figure.axes[0].transAxes + figure.axes[0].transData.inverted()
            left, right = (frame.transform((x, 0))[0] for x in fading.get_extent()[:2])
            self.assertAlmostEqual(left / 0.01, 1, delta=1e-9)
            self.assertAlmostEqual(right / area.get_paths()[0].get_extents().x0, 1, delta=1e-9)
            path, to_pixels = fading.get_clip_path().get_transformed_path_and_affine()
            corner = to_pixels.transform_path(path).get_extents().min
            (curve,) = [line for line in figure.axes[0].lines if line.get_gid() != "decays"]
            start = figure.axes[0].transData.transform(curve.get_xydata()[0])
            self.assertLess(abs(corner - start).max(), 1)

    def test_first_and_last_marker_of_toys_are_whole(self):
        with drawn("toy_limits", [Scans.path("toys")]) as figure:
            axes = figure.axes[0]
            frame, marked = axes.get_window_extent(), axes.lines[0]
            radius = 0.5 * marked.get_markersize() * figure.dpi / 72
            pixels = axes.transData.transform(marked.get_xydata())
            self.assertGreater(pixels[:, 0].min() - radius, frame.x0)
            self.assertLess(pixels[:, 0].max() + radius, frame.x1)

    def test_an_area_with_two_ends_is_not_covered_by_one_without(self):
        with drawn("limits", [Scans.path("decay"), Scans.path("mu")]) as figure:
            areas = [c for c in figure.axes[0].collections if c.get_gid() == "excluded"]
            self.assertTrue(areas)
            self.assertEqual({matplotlib.colors.to_hex(area.get_facecolor()[0]) for area in areas},
                             {matplotlib.colors.to_hex(figure.axes[0].lines[0].get_color())})

    def test_what_lies_beyond_the_ceiling_is_drawn_above_the_top(self):
        with beyond_ceiling(3), drawn("delta_chi2", [Scans.path("mu")]) as figure:
            self.assertGreater(figure.axes[0].lines[0].get_ydata()[-1], figure.axes[0].get_ylim()[1])
        with beyond_ceiling(3), drawn("region", [Scans.path("mu")]) as figure:
            edges = [path for c in figure.axes[0].collections if c.get_gid() == "contour" for path in c.get_paths()]
            self.assertEqual([len(edge.vertices) > 2 for edge in edges], [True] * 3)  # 4.61 and 9.21 too



if __name__ == "__main__":
    unittest.main()
