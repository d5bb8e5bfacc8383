#!/usr/bin/env python3
"""Signals in every phase of a scan: none hangs, none loses a finished checkpoint, and what is left is
resumed to the same results."""

import os
import re
import signal
import time
import unittest

from long_scan import long_config
from nudipole_run import DONE, RESUMABLE, SOURCE, ProgramTest, finish, masses_done, nudipole, status, wait_until
from processes import end_of, end_of_ranks, kill, living, ranks_of, send, start_scan, temporaries

CPU_S = 2.4  # two workers need more than a second; a signal follows a tenth of a second after the third mass


class SignalTest(ProgramTest):
    masses = 0
    expected = None  # digest of the undisturbed run

    def setUp(self):
        super().setUp()
        self.config = self.write("config.yaml", long_config(CPU_S, checkpoint_every_s=0.05))
        self.file = self.folder / "scan.h5"
        if SignalTest.expected is None:
            whole = self.folder / "whole.h5"
            self.scan(self.config, whole, ranks=3)
            facts = status(whole)
            SignalTest.masses, SignalTest.expected = int(facts["masses_total"]), facts["results_sha256"]

    def begin(self, ranks, **changes):
        process = start_scan(self.config, self.file, ranks, **changes)
        self.addCleanup(lambda: process.poll() is None and kill(process.pid, *ranks_of(process)))
        return process

    def wait_for_masses(self, number):
        wait_until(lambda: self.file.exists() and masses_done(self.file) >= number, f"{number} masses")

    def resume(self, ranks=2):
        """The rest of the scan, which keeps what is there."""
        before = masses_done(self.file) if self.file.exists() else None
        run = finish(start_scan(self.config, self.file, ranks))
        self.assertEqual(run.code, DONE, run)
        if before is not None:
            self.assertIn(f"resuming {self.file}: {before} of {self.masses} masses are done", run.err)
        self.assertEqual(status(self.file)["results_sha256"], self.expected)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir() if path.name.startswith((".", "scan"))),
                         ["scan.h5"], "nothing else is left in the folder")


class Termination(SignalTest):
    """SIGTERM to every process at once, as SLURM does it."""

    def terminate(self, process):
        ranks = ranks_of(process)
        send(signal.SIGTERM, *ranks, process.pid)
        return end_of(process, ranks)

    def test_during_start_up(self):
        for ranks in (None, 3):
            for delay_s in (0.0, 0.02, 0.1, 0.3, 0.5):
                with self.subTest(ranks=ranks, delay_s=delay_s):
                    process = self.begin(ranks)
                    time.sleep(delay_s)
                    self.terminate(process)
                    if self.file.exists():
                        self.assertGreaterEqual(masses_done(self.file), 0)
        self.resume()

    def test_while_computing(self):
        for ranks in (None, 1, 3):
            with self.subTest(ranks=ranks):
                self.file.unlink(missing_ok=True)
                process = self.begin(ranks)
                self.wait_for_masses(3)
                run = self.terminate(process)
                if ranks is None:
                    self.assertEqual(run.code, RESUMABLE, run)
                self.assertIn("run the same command again to go on", run.err)
                self.assertGreaterEqual(masses_done(self.file), 3)
                self.resume()

    def test_while_a_checkpoint_is_written(self):
        process = self.begin(3)
        self.wait_for_masses(1)
        wait_until(lambda: temporaries(self.file) or process.poll() is not None, "a checkpoint")
        self.terminate(process)
        self.resume()

    def test_while_finishing(self):
        """From the last checkpoint to the end of the processes."""
        for delay_s in (0.0, 0.005, 0.02, 0.05):
            with self.subTest(delay_s=delay_s):
                self.file.unlink(missing_ok=True)
                process = self.begin(3)
                while f"{self.masses}/{self.masses} masses" not in process.stderr.readline():
                    self.assertIsNone(process.poll())
                time.sleep(delay_s)
                ranks = ranks_of(process)
                send(signal.SIGTERM, *ranks, process.pid)
                end_of_ranks(process, ranks)  # the last words are lost when mpirun gets the signal first
                facts = status(self.file)
                self.assertEqual((facts["complete"], facts["results_sha256"]), ("1", self.expected))

    def test_with_a_long_time_to_the_kill(self):
        """The setting that slurm/env.example.sh recommends. mpirun waits up to twice this time, also when
        all ranks are gone."""
        settings = (SOURCE / "slurm" / "env.example.sh").read_text(encoding="utf-8")
        wait_s = re.search(r"^export OMPI_MCA_odls_base_sigkill_timeout=(\d+)$", settings, re.MULTILINE).group(1)
        process = self.begin(3, OMPI_MCA_odls_base_sigkill_timeout=wait_s)
        self.wait_for_masses(3)
        self.terminate(process)
        self.resume()


class Launcher(SignalTest):
    """Signals to mpirun alone."""

    def test_terminate(self):
        process = self.begin(3)
        self.wait_for_masses(3)
        ranks = ranks_of(process)
        send(signal.SIGTERM, process.pid)
        end_of(process, ranks)
        self.assertGreaterEqual(masses_done(self.file), 3)
        self.resume()

    def test_warning(self):
        process = self.begin(3)
        self.wait_for_masses(3)
        send(signal.SIGUSR1, process.pid)
        run = end_of(process)
        self.assertEqual(run.code, RESUMABLE, run)
        self.assertIn("run the same command again to go on", run.err)
        self.resume(ranks=4)

    def test_kill(self):
        process = self.begin(3)
        self.wait_for_masses(3)
        ranks = ranks_of(process)
        kill(process.pid)
        end_of(process, ranks)
        self.assertGreaterEqual(masses_done(self.file), 3)
        self.resume()


class LostRank(SignalTest):
    def lose(self, rank, **changes):
        process = self.begin(4, **changes)
        self.wait_for_masses(3)
        ranks = ranks_of(process)
        self.assertEqual(len(ranks), 4)
        kill(ranks[rank])
        run = end_of(process, ranks)
        self.assertNotEqual(run.code, DONE)
        self.assertGreaterEqual(masses_done(self.file), 3)
        self.resume()

    def test_rank_0(self):
        self.lose(0)

    def test_worker(self):
        self.lose(2)


class Suspension(SignalTest):
    def test_stopped_and_continued(self):
        """As `scontrol suspend` and `resume` do it; SIGCONT alone changes nothing."""
        process = self.begin(3)
        self.wait_for_masses(3)
        ranks = ranks_of(process)
        send(signal.SIGSTOP, *ranks)
        time.sleep(0.3)
        self.assertTrue(all(living(rank) for rank in ranks))
        send(signal.SIGCONT, *ranks)
        run = finish(process)
        self.assertEqual(run.code, DONE, run)
        self.assertEqual(status(self.file)["results_sha256"], self.expected)


class TwoScans(SignalTest):
    def test_second_scan_on_one_output_is_refused(self):
        process = self.begin(2)
        self.wait_for_masses(1)
        owner, worker = ranks_of(process)
        send(signal.SIGSTOP, worker)  # the first scan lasts until the second has been refused
        second = nudipole("scan", self.config, "-o", self.file, timeout=10)
        self.assert_refused(second, 4, self.file, f"is being written by process {owner} on host {os.uname().nodename}",
                            "wait or stop that run")
        under_mpirun = nudipole("scan", self.config, "-o", self.file, ranks=3, timeout=10)
        self.assertEqual(under_mpirun.code, 4, under_mpirun)
        self.assertIn("is being written by process", under_mpirun.err)
        send(signal.SIGCONT, worker)
        run = finish(process)
        self.assertEqual(run.code, DONE, run)
        self.assertEqual(status(self.file)["results_sha256"], self.expected)

    def test_lock_dies_with_its_owner(self):
        process = self.begin(None)
        self.wait_for_masses(1)
        kill(process.pid)
        end_of(process)
        self.assertTrue(self.file.with_name("scan.h5.lock").exists())
        self.resume()


if __name__ == "__main__":
    unittest.main()
