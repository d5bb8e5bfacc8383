"""Scans under mpirun that are stopped, or lose a process; resumed on other numbers of ranks.

mpirun forwards SIGUSR1 to all ranks. At SIGTERM it sends SIGTERM to them only after
OMPI_MCA_odls_base_sigkill_timeout seconds, SIGKILL after as many again, and returns 1 whatever they
return; the batch scripts set 20, here it is less to save time.
"""

import os
import pathlib
import signal
import time
import unittest

from long_scan import ENDLESS_CPU_S, LongScanTest, long_config
from nudipole_run import (DONE, RESULT_FILE, digest, environment, finish, masses_done, nudipole, status,
                          wait_until)

CPU_S = 10.0  # four workers for half a second, two and one for a second, with room
SECONDS_TO_TERM = 5
SECONDS_TO_END = 30.0


def children(process):
    """Processes that mpirun started on this machine."""
    numbers = set()
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        numbers.update(map(int, (task / "children").read_text(encoding="utf-8").split()))
    return numbers


class Stopped(LongScanTest):
    def test_by_sigusr1_and_resumed_on_other_numbers_of_ranks(self):
        config = self.write("a.yaml", long_config(CPU_S))
        undisturbed = self.folder / "undisturbed.h5"
        self.scan(config, undisturbed)
        file = self.folder / "a.h5"
        done = 0
        for ranks in (3, 2):
            with self.subTest(ranks=ranks):
                process = self.start_scan(config, file, ranks)
                self.await_checkpoints(process, file)
                process.send_signal(signal.SIGUSR1)
                self.assert_resumable(finish(process), file)
                self.assertGreater(masses_done(file), done)
                done = masses_done(file)
        run = nudipole("scan", config, "-o", file, "--max-time", "0.5", ranks=5)
        self.assert_resumable(run, file)
        self.scan(config, file, ranks=4)
        self.assertEqual(digest(file), digest(undisturbed))

    def test_by_sigterm_to_mpirun(self):
        config = self.write("a.yaml", long_config(ENDLESS_CPU_S, checkpoint_every_s=1000))
        file = self.folder / "a.h5"
        env = environment(OMPI_MCA_odls_base_sigkill_timeout=SECONDS_TO_TERM)
        process = self.start_scan(config, file, 3, env=env)
        self.await_checkpoints(process, file, 1)
        first = file.read_bytes()
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        run = finish(process)
        self.assertNotEqual(run.code, DONE, run)
        self.assertLess(time.monotonic() - started, 3 * SECONDS_TO_TERM + SECONDS_TO_END)
        # Only the stop can have saved anything: the next regular checkpoint was far off.
        self.assertNotEqual(file.read_bytes(), first)
        facts = status(file)
        self.assertGreater(int(facts["masses_done"]), 0)
        self.assertEqual(facts["complete"], "0")
        run = nudipole("scan", config, "-o", file, "--max-time", "0.5", ranks=2)
        self.assert_resumable(run, file)
        self.assertIn(f": {facts['masses_done']} of", run.err)

    def test_by_sigterm_to_every_rank(self):
        # A batch system ends a job like this: all processes at once, not mpirun alone.
        config = self.write("a.yaml", long_config(ENDLESS_CPU_S, checkpoint_every_s=1000))
        file = self.folder / "a.h5"
        process = self.start_scan(config, file, 3)
        self.await_checkpoints(process, file, 1)
        time.sleep(1.0)
        for rank in children(process):
            os.kill(rank, signal.SIGTERM)
        started = time.monotonic()
        run = finish(process)
        self.assertLess(time.monotonic() - started, SECONDS_TO_END)
        self.assert_resumable(run, file)
        self.assertGreater(masses_done(file), 0)


class Lost(LongScanTest):
    """A process that dies ends the job; what the last checkpoint holds stays."""

    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", long_config(ENDLESS_CPU_S))
        self.file = self.folder / "a.h5"
        self.process = self.start_scan(self.config, self.file, 3)
        self.await_checkpoints(self.process, self.file)
        self.root = self.lock_owner(self.file)

    def assert_job_ends_with_a_checkpoint(self):
        started = time.monotonic()
        run = finish(self.process)
        self.assertNotEqual(run.code, DONE, run)
        self.assertLess(time.monotonic() - started, SECONDS_TO_END)
        self.assertGreater(masses_done(self.file), 0)

    def assert_goes_on(self):
        """Once the last process of the lost job has let go of the file."""
        def attempt():
            run = nudipole("scan", self.config, "-o", self.file, "--max-time", "0.5")
            return None if run.code == RESULT_FILE and "is being written" in run.err else run

        self.assert_resumable(wait_until(attempt, "the lock", SECONDS_TO_END), self.file)
        self.assert_nothing_left_over(self.file)

    def test_worker(self):
        worker = next(iter(children(self.process) - {self.root}))
        os.kill(worker, signal.SIGKILL)
        self.assert_job_ends_with_a_checkpoint()
        self.assert_goes_on()

    def test_rank_0(self):
        os.kill(self.root, signal.SIGKILL)
        self.assert_job_ends_with_a_checkpoint()
        self.assert_goes_on()

    def test_mpirun(self):
        self.process.kill()
        finish(self.process)
        self.assertGreater(masses_done(self.file), 0)
        self.assert_goes_on()


if __name__ == "__main__":
    unittest.main()
