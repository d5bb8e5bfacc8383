"""Options of `nudipole plot` reach the picture; what cannot be drawn is refused in one line."""

import csv
import shutil
import unittest

from figure_cases import HAS_PLOTTING, Scans
from nudipole_run import CONFIG, CONFIGS, RESULT_FILE, ProgramTest, nudipole


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
