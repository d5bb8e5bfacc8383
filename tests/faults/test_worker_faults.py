#!/usr/bin/env python3
"""Workers that throw, return nonsense, die, or read other data than rank 0."""

import os
import unittest

from nudipole_run import (CONFIG, CONFIGS, DATA, DATA_ERROR, PROGRAM, UNEXPECTED, ProgramTest, environment, finish, grid, mpirun,
                          nudipole, start, status)

FAULTY = os.environ["NUDIPOLE_FAULTY_PROGRAM"]
MASSES, COUPLINGS = 20, 50


class FaultyWorker(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("config.yaml", grid(MASSES, COUPLINGS, checkpoint_every_s=0.01))
        self.file = self.folder / "scan.h5"

    def run_with(self, fault, ranks=3):
        return finish(start([*mpirun(ranks), FAULTY, fault, self.config, self.file]), 10)

    def assert_resumes(self):
        """What arrived before the fault is kept, and the sound program finishes the scan."""
        run = nudipole("scan", self.config, "-o", self.file, ranks=2)
        self.assertEqual(run.code, 0, run)
        self.assertIn("resuming", run.err)
        whole = self.folder / "whole.h5"
        self.scan(self.config, whole)
        self.assertEqual(status(self.file)["results_sha256"], status(whole)["results_sha256"])

    def test_throws(self):
        for fault, text in (("throw", "mass 3: a fault on purpose"), ("throw_foreign", "a foreign fault on purpose")):
            with self.subTest(fault):
                self.file.unlink(missing_ok=True)
                run = self.run_with(fault)
                self.assertEqual(run.code, UNEXPECTED, run)
                self.assertIn(text, run.err)
                self.assertIn("rank 0 caught", run.err)
                self.assertRegex(run.err, r"rank [12]: ")
                self.assert_resumes()

    def test_misshapen_result(self):
        run = self.run_with("misshapen")
        self.assertEqual(run.code, UNEXPECTED, run)
        self.assertIn("does not have the shape of its unit", run.err)
        self.assert_resumes()

    def test_returns_nan(self):
        """A number that is none counts as a failed fit: it must not look like a result."""
        run = self.run_with("nan")
        self.assertEqual(run.code, 0, run)
        facts = status(self.file)
        self.assertEqual((facts["complete"], facts["fits_failed"]), ("1", "2"))
        rows = [row for row in nudipole("limits", self.file).rows() if row["status"] == "failed"]
        self.assertEqual(len(rows), 2)  # one mass, two degrees of freedom
        self.assertEqual({row["d_mu_B"] for row in rows}, {"nan"})
        # The scan is done, but says by its exit code that fits have failed.
        again = nudipole("scan", self.config, "-o", self.file)
        self.assertEqual(again.code, 5, again)

    def test_dies(self):
        run = self.run_with("die")
        self.assertEqual(run.code, 137, run)
        self.assert_resumes()

    def test_rank_0_dies(self):
        for ranks in (1, 2, 4):
            with self.subTest(ranks=ranks):
                self.file.unlink(missing_ok=True)
                run = self.run_with("kill_root", ranks)
                self.assertEqual(run.code, 137, run)
                self.assert_resumes()


class OddRank(ProgramTest):
    """One rank of three that sees another data tree."""

    def run_with_odd_rank(self, folder):
        scan = [PROGRAM, "scan", CONFIGS / "csi2022_mu.yaml", "-o", self.folder / "scan.h5"]
        one = mpirun(1)[1:]
        command = [mpirun(1)[0], *one, *scan, ":", *one, *scan, ":", *one, *scan, "--data", folder]
        return finish(start(command, env=environment(NUDIPOLE_DATA=DATA)), 10)

    def test_without_data(self):
        (self.folder / "empty").mkdir()
        run = self.run_with_odd_rank(self.folder / "empty")
        self.assertIn(run.code, (CONFIG, DATA_ERROR), run)
        self.assertRegex(run.err, r"nudipole: rank 2: (config|data) error: ")

    def test_with_other_data(self):
        data = self.copy_data()
        table = data / "coherent_csi_2022" / "counts.csv"
        table.write_text("# another comment\n" + table.read_text(encoding="utf-8"), encoding="utf-8")
        run = self.run_with_odd_rank(data)
        self.assertEqual(run.code, DATA_ERROR, run)
        self.assertIn("rank 2 read another configuration or other data than rank 0", run.err)


if __name__ == "__main__":
    unittest.main()
