"""Result files of program version 0.1 (format 1, commit 4b6554d) are still read: format_1/ holds small
ones, beside what that program printed of them.
"""

import pathlib
import unittest

from nudipole_run import RESULT_FILE, ProgramTest, nudipole, status

OLD = pathlib.Path(__file__).parent / "format_1"


class OldFiles(ProgramTest):
    def same(self, expected, *command):
        run = nudipole(*command)
        self.assertEqual(run.code, 0, run)
        was = [line.split(",") for line in (OLD / expected).read_text(encoding="utf-8").splitlines()]
        now = [line.split(",") for line in run.out.splitlines()]
        # Newer columns and rows stand last.
        self.assertEqual([row[:len(was[0])] for row in now[:len(was)]], was)

    def test_limits_and_best_fits_are_what_they_were(self):
        self.same("grid.limits.csv", "limits", OLD / "grid.h5")
        self.same("grid.all.csv", "limits", OLD / "grid.h5", "--experiment", "all")
        self.same("grid.best.csv", "best", OLD / "grid.h5")
        self.same("bound.limits.csv", "limits", OLD / "bound.h5")
        self.assertEqual(nudipole("best", OLD / "bound.h5").code, RESULT_FILE)

    def test_shards_are_joined(self):
        merged = self.folder / "merged.h5"
        run = nudipole("merge", OLD / "shard1.h5", OLD / "shard0.h5", "-o", merged)
        self.assertEqual(run.code, 0, run)
        self.same("grid.all.csv", "limits", merged, "--experiment", "all")
        self.same("grid.best.csv", "best", merged)
        self.assertEqual(status(merged)["results_sha256"], status(OLD / "grid.h5")["results_sha256"])

    def test_status_counts_the_own_masses_of_a_shard(self):
        facts = status(OLD / "grid.h5")
        self.assertEqual((facts["masses_done"], facts["fits_done"], facts["complete"]), ("4", "16", "1"))
        facts = status(OLD / "shard1.h5")
        self.assertEqual((facts["masses_done"], facts["masses_total"]), ("2", "2"))

    def test_figures_are_drawn(self):
        for figure in ("limits", "delta_chi2", "region"):
            output = self.folder / f"{figure}.png"
            run = nudipole("plot", OLD / "grid.h5", "--figure", figure, "-o", output)
            self.assertEqual(run.code, 0, run)
            self.assertTrue(output.exists())

    def test_a_scan_does_not_go_on_in_another_format(self):
        config = self.folder / "a.yaml"
        config.write_text("format: 1\ntitle: two experiments\n"
                          "experiments: [coherent_csi_2017, coherent_cenns10]\nflavour: mu\n"
                          "mass: {values_MeV: [1, 10, 29.8, 60]}\n"
                          "coupling: {from_mu_B: 1e-10, to_mu_B: 1e-7, points: 3}\n"
                          "limits: {confidence: [0.90, 0.99], dof: [1, 2], each_experiment: true}\n",
                          encoding="utf-8")
        file = self.folder / "grid.h5"
        file.write_bytes((OLD / "grid.h5").read_bytes())
        run = nudipole("scan", config, "-o", file)
        self.assertEqual(run.code, RESULT_FILE, run)
        self.assertIn("older program: format 1, this program writes format 2", run.err)
        self.assertEqual(file.read_bytes(), (OLD / "grid.h5").read_bytes())


if __name__ == "__main__":
    unittest.main()
