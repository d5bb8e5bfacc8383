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

    def test_results_that_do_not_belong_to_their_task(self):
        for fault, text in (("misshapen", "a patch does not fit the field"),
                            ("elsewhere", "a result is not about the place of its task")):
            with self.subTest(fault):
                self.file.unlink(missing_ok=True)
                run = self.run_with(fault)
                self.assertEqual(run.code, UNEXPECTED, run)
                self.assertIn(text, run.err)
                self.assert_resumes()

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


class OneReader(ProgramTest):
    """Rank 0 reads the configuration and the data; the others see neither."""

    def run_with_blind_ranks(self, root_data, other_data):
        config = self.folder / "only_root.yaml"
        config.write_text((CONFIGS / "csi2022_mu.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        self.file = self.folder / "scan.h5"
        one, rest = mpirun(1), mpirun(1)[1:]
        scan = ["-o", self.file]
        command = [*one, PROGRAM, "scan", config, *scan, "--data", root_data]
        for _ in range(2):
            command += [":", *rest, PROGRAM, "scan", self.folder / "no.yaml", *scan, "--data", other_data]
        return finish(start(command, env=environment(NUDIPOLE_DATA=self.folder / "nowhere")), 20)

    def test_others_need_no_files(self):
        run = self.run_with_blind_ranks(DATA, self.folder / "nowhere")
        self.assertEqual(run.code, 0, run)
        whole = self.folder / "whole.h5"
        self.scan(CONFIGS / "csi2022_mu.yaml", whole)
        self.assertEqual(status(self.file)["results_sha256"], status(whole)["results_sha256"])

    def test_a_root_without_data_ends_all(self):
        run = self.run_with_blind_ranks(self.folder / "nowhere", DATA)
        self.assertIn(run.code, (CONFIG, DATA_ERROR), run)
        self.assertIn("nudipole: data error: ", run.err)
        self.assertFalse(self.file.exists())


if __name__ == "__main__":
    unittest.main()
