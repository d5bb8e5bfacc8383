"""A lone scan, stopped or killed and resumed, gives what an undisturbed one gives."""

import os
import pathlib
import random
import shutil
import signal
import tempfile
import time
import unittest

from long_scan import CHECKPOINT_EVERY_S, LongScanTest, long_config, times_of_done_masses
from nudipole_run import DONE, PROGRAM, digest, finish, masses_done, nudipole, python_with, status

CPU_S = 4.0


class Interrupted(LongScanTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.config = cls.shared / "long.yaml"
        cls.config.write_text(long_config(CPU_S), encoding="utf-8")
        undisturbed = cls.shared / "undisturbed.h5"
        run = nudipole("scan", cls.config, "-o", undisturbed)
        assert run.code == DONE, run
        cls.expected = digest(undisturbed)

    def setUp(self):
        super().setUp()
        self.file = self.folder / "a.h5"
        self.kept_times = {}

    def with_interval(self, seconds):
        """The shared configuration with another time between checkpoints."""
        text = self.config.read_text(encoding="utf-8")
        every = f"checkpoint_every_s: {CHECKPOINT_EVERY_S}"
        assert every in text
        return self.write(f"{seconds}.yaml", text.replace(every, f"checkpoint_every_s: {seconds}"))

    def assert_kept(self):
        """Masses that were done before have not been computed again."""
        if python_with("h5py") is None:
            return
        times = times_of_done_masses(self.file)
        for mass, seconds in self.kept_times.items():
            self.assertEqual(times.get(mass), seconds, f"mass {mass} was computed again")
        self.kept_times = times

    def end_and_compare(self, **options):
        done = masses_done(self.file)
        run = self.scan(self.config, self.file, **options)
        self.assertIn(f"resuming {self.file}: {done} of", run.err)
        self.assertEqual(status(self.file)["complete"], "1")
        self.assertEqual(digest(self.file), self.expected)
        self.assert_kept()
        self.assert_nothing_left_over(self.file)

    def test_every_polite_way_to_stop(self):
        done = 0
        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"):
            with self.subTest(name):
                process = self.start_scan(self.config, self.file)
                self.await_checkpoints(process, self.file)
                process.send_signal(getattr(signal, name))
                started = time.monotonic()
                self.assert_resumable(finish(process), self.file)
                self.assertLess(time.monotonic() - started, 20.0)
                self.assert_nothing_left_over(self.file)
                self.assert_kept()
                self.assertGreater(masses_done(self.file), done, "no progress")
                done = masses_done(self.file)
        run = nudipole("scan", self.config, "-o", self.file, "--max-time", "0.4")
        self.assert_resumable(run, self.file)
        self.assertGreaterEqual(masses_done(self.file), done)
        self.assert_kept()
        self.end_and_compare(ranks=3)

    def test_nohup_outlives_the_terminal(self):
        process = self.in_background(["nohup", PROGRAM, "scan", self.config, "-o", self.file])
        self.await_checkpoints(process, self.file)
        process.send_signal(signal.SIGHUP)
        run = finish(process)
        self.assertEqual(run.code, DONE, run)
        self.assertEqual(digest(self.file), self.expected)

    def test_stop_is_saved_without_waiting_for_the_next_checkpoint(self):
        config = self.write("rare.yaml", long_config(CPU_S, checkpoint_every_s=1000))
        process = self.start_scan(config, self.file)
        self.await_checkpoints(process, self.file, 1)
        time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        self.assert_resumable(finish(process), self.file)
        self.assertGreater(masses_done(self.file), 0)

    def test_killed_again_and_again(self):
        # The seed fixes the order of pauses; where a kill falls depends on the machine all the same.
        pauses = random.Random(20221)
        # Saved after every mass, so that many kills fall into the writing of a checkpoint.
        config = self.with_interval(0.001)
        done = 0
        for _ in range(12):
            process = self.start_scan(config, self.file)
            self.await_checkpoints(process, self.file)
            time.sleep(pauses.uniform(0.0, 0.05))
            process.kill()
            self.assertEqual(finish(process).code, -signal.SIGKILL)
            facts = status(self.file)  # reads and checks all of it
            self.assertEqual(facts["complete"], "0")
            self.assertGreaterEqual(int(facts["masses_done"]), done)
            done = int(facts["masses_done"])
            self.assert_kept()
        self.assertGreater(done, 0)
        self.end_and_compare()

    def test_each_checkpoint_is_a_new_file(self):
        # Few kills hit the moment of writing; that the old file is never written to does not depend
        # on luck.
        process = self.start_scan(self.config, self.file)
        self.await_checkpoints(process, self.file, 1)
        with self.file.open("rb") as held:
            before = held.read()
            self.await_checkpoints(process, self.file, 1)
            held.seek(0)
            self.assertEqual(held.read(), before, "a checkpoint was written over")
            self.assertNotEqual(os.fstat(held.fileno()).st_ino, self.file.stat().st_ino)

    def test_interval_and_title_may_change_in_between(self):
        run = nudipole("scan", self.config, "-o", self.file, "--max-time", "0.5")
        self.assert_resumable(run, self.file)
        text = self.with_interval(60).read_text(encoding="utf-8")
        self.config = self.write("b.yaml", text.replace("a test", "another title"))
        self.end_and_compare()
        self.assertEqual(status(self.file)["title"], "another title")


if __name__ == "__main__":
    unittest.main()
