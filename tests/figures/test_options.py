"""Options of `nudipole plot` reach the picture; what cannot be drawn is refused in one line."""

import csv
import shutil
import unittest

from figure_cases import HAS_PLOTTING, Scans
from nudipole_run import CONFIG, CONFIGS, RESULT_FILE, ProgramTest, config_text, nudipole


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class Options(ProgramTest):
    def svg(self, *words):
        """The texts of a figure (matplotlib writes them as comments)."""
        path = self.folder / "figure.svg"
        run = self.succeed("plot", *words, "-o", path)
        self.assertEqual(run.err, f"nudipole: drew {path}\n")
        return path.read_text(encoding="utf-8")

    def test_label_title_and_ranges(self):
        text = self.svg(Scans.path("mu"), Scans.path("electron"), "--label", "first one", "--label", "second one",
                        "--title", "My heading", "--xlim", "0.1", "50", "--ylim", "1e-9", "1e-7")
        for words in ("first one", "second one", "My heading"):
            self.assertTrue(words in text)

    def test_no_legend_and_size(self):
        text = self.svg(Scans.path("mu"), "--no-legend", "--size", "3", "2", "--label", "not written")
        self.assertFalse("not written" in text)
        self.assertIn('width="216pt" height="144pt"', text)  # 72 points an inch

    def test_style_file(self):
        style = self.write("my.mplstyle", "axes.edgecolor: 123456\n")
        self.assertTrue("stroke: #123456" in self.svg(Scans.path("mu"), "--style", style))
        self.assertFalse("stroke: #123456" in self.svg(Scans.path("mu")))

    def test_drawn_numbers_are_those_of_the_file(self):
        numbers = self.folder / "numbers.csv"
        self.succeed("plot", Scans.path("mu"), "-o", self.folder / "a.png", "--data-out", numbers, "--overlay", "lsnd")
        with open(numbers, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        ours = [row for row in rows if row["status"] != "published"]
        limits = self.succeed("limits", Scans.path("mu"), "--confidence", "0.9", "--dof", "1").rows()
        self.assertEqual(len(ours), len(limits))
        for row, limit in zip(ours, limits):
            self.assertEqual(row["status"], limit["status"])
            if row["status"] == "ok":
                self.assertAlmostEqual(float(row["d_mu_B"]) / float(limit["d_mu_B"]), 1, delta=1e-8)  # 9 digits
        self.assertEqual(len([row for row in rows if row["curve"] == "LSND"]), 14)

    def test_all_overlays_are_those_of_the_flavour(self):
        text = self.svg(Scans.path("mu"), "--overlay", "all")
        self.assertTrue("CHARM-II" in text)
        self.assertFalse("DONUT" in text)
        self.assertFalse("TEXONO" in text)
        self.assertTrue("TEXONO" in self.svg(Scans.path("dresden"), "--overlay", "all", "--ylim", "3e-11", "1e-7"))

    def plane(self):
        """A small map of two couplings."""
        grid = "{from_mu_B: 5.0e-10, to_mu_B: 1.0e-8, points: 5}"
        text = config_text(masses="{values_MeV: [1, 10, 29]}").replace(
            "flavour: mu\n", f"couplings: {{e: {grid}, mu: {grid}}}\n")
        text = text.replace("coupling: {values_mu_B: [1.0e-9, 1.0e-8]}\n", "")
        file = self.folder / "plane.h5"
        self.scan(self.write("plane.yaml", text), file)
        return file

    def test_a_plane_has_a_panel_for_each_mass(self):
        file, numbers = self.plane(), self.folder / "numbers.csv"
        self.succeed("plot", file, "--figure", "plane", "-o", self.folder / "a.svg", "--data-out", numbers)
        text = (self.folder / "a.svg").read_text(encoding="utf-8")
        for mass in ("1 MeV", "10 MeV", "29 MeV"):
            self.assertTrue(mass in text, mass)
        with open(numbers, encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        self.assertEqual(len(rows), 3 * 25)
        # The program's own fits at one of the points and without a coupling given.
        config = self.folder / "plane.yaml"
        def fit(*words):
            return next(float(row["value"]) for row in self.succeed("fit", config, "--mass-MeV", "10", *words).rows()
                        if row["quantity"] == "minus_two_log_l")
        row = next(row for row in rows if (row["mass_MeV"], row["d_e_mu_B"], row["d_mu_mu_B"]) == ("10", "1e-08", "5e-10"))
        self.assertAlmostEqual(float(row["delta_chi2_of_two"]), fit("--coupling-mu-B", "1e-8,5e-10") - fit(), delta=1e-6)
        self.succeed("plot", file, "--figure", "plane", "--masses", "29", "-o", self.folder / "b.svg")
        self.assertFalse("10 MeV" in (self.folder / "b.svg").read_text(encoding="utf-8"))

    def test_a_plane_is_no_file_of_one_coupling(self):
        file = self.plane()
        for figure in ("region", "delta_chi2"):
            run = nudipole("plot", file, "--figure", figure, "-o", self.folder / "a.svg")
            self.assertEqual(run.code, RESULT_FILE, run)
            self.assertIn("has several couplings (e, mu)", run.err)
        run = nudipole("plot", Scans.path("mu"), "--figure", "plane", "-o", self.folder / "a.svg")
        self.assertEqual(run.code, RESULT_FILE, run)
        self.assertIn("holds no map of two couplings", run.err)

    def test_chosen_masses(self):
        text = self.svg(Scans.path("mu"), "--figure", "delta_chi2", "--masses", "10", "46")
        self.assertTrue("46 MeV" in text)
        self.assertFalse("20 MeV" in text)

    def test_a_configuration_is_drawn_by_its_subcommand(self):
        text = self.svg(CONFIGS / "csi2022_mu.yaml", "--figure", "spectrum", "--with",
                        "--mass-MeV 10 --limit --along energy")
        self.assertTrue("COHERENT CsI[Na] 2022" in text)
        self.assertTrue("10 MeV" in text)

    def test_equal_results_give_equal_files(self):
        for ending in ("svg", "pdf", "png"):
            paths = [self.folder / f"{name}.{ending}" for name in "ab"]
            for path in paths:
                self.succeed("plot", Scans.path("mu"), "-o", path)
            self.assertEqual(paths[0].read_bytes(), paths[1].read_bytes(), ending)

    def test_refusals(self):
        damaged = self.folder / "damaged.h5"
        shutil.copy(Scans.path("mu"), damaged)
        with open(damaged, "r+b") as file:
            file.seek(3000)
            file.write(b"damage")
        cases = (
            ([damaged], RESULT_FILE, "damaged.h5"),
            ([Scans.path("mu"), "--figure", "delta_chi2", "--masses", "11"], CONFIG, "no mass of 11 MeV"),
            ([Scans.path("one_mass"), "--figure", "region"], CONFIG, "several masses"),
            ([Scans.path("mu"), "--title", r"$\bad{$"], CONFIG, "cannot be set"),
            ([Scans.path("mu"), "--style", "nowhere.mplstyle"], CONFIG, "nowhere.mplstyle"),
            ([CONFIGS / "csi2022_mu.yaml"], CONFIG, "drawn from result files"),
            ([Scans.path("mu"), "--with", "--mass-MeV 1"], CONFIG, "no subcommand"),
            ([Scans.path("mu"), "--xlim", "100", "200"], CONFIG, "--xlim"),
            ([Scans.path("mu"), "--xlim", "10", "1"], CONFIG, "the smaller one"),
            ([Scans.path("mu"), "--ylim", "0", "1"], CONFIG, "logarithmic"),
            ([Scans.path("mu"), "--size", "0", "4"], CONFIG, "1 to 60 inches"),
            ([Scans.table("fit_of_point", "fit", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "1"), "--figure",
              "spectrum"], CONFIG, "nudipole spectrum"),
        )
        for words, code, fragment in cases:
            with self.subTest(fragment):
                run = nudipole("plot", *words, "-o", self.folder / "a.png")
                self.assert_refused(run, code, fragment)
                self.assertFalse((self.folder / "a.png").exists())


if __name__ == "__main__":
    unittest.main()
