#!/usr/bin/env python3
"""Job scripts under a real SLURM, the part that waits for minutes: srun as the launcher, a time limit."""

import os
import pathlib
import signal
import time

from nudipole_run import status, wait_until
from slurm_case import PATIENCE_S, SCRIPTS, SlurmTest, run_or_skip, start_daemons, stop_daemons


def setUpModule():
    start_daemons(LS_CPUS=8, LS_NODES=1)


def tearDownModule():
    stop_daemons()


class Srun(SlurmTest):
    """The other launcher of the page. srun ends no rank because another one ended: each has to go itself."""

    def start(self):
        config = self.long_config()
        number = self.sbatch("--ntasks=3", SCRIPTS / "scan.sbatch", config, self.output,
                             NUDIPOLE_LAUNCHER="srun --mpi=pmix", NUDIPOLE_REQUEUE="no")
        self.wait_for_checkpoint()
        return config, number

    def finish(self, config):
        before = status(self.output)
        self.assertEqual(before["complete"], "0")
        number = self.sbatch("--ntasks=3", SCRIPTS / "scan.sbatch", config, self.output,
                             NUDIPOLE_LAUNCHER="srun --mpi=pmix")
        self.wait(number)
        self.assertIn(f": {before['masses_done']} of {before['masses_total']} masses are done", self.logs())
        self.assert_equals_plain_run(config)

    def test_warning(self):
        config, number = self.start()
        self.command("scancel", "--batch", "--signal=USR1", number)
        (job,) = self.wait(number, ("FAILED",))
        self.assertEqual(job["ExitCode"], "75:0", self.logs())
        self.finish(config)

    def test_terminated_with_all_processes(self):
        config, number = self.start()
        self.command("scancel", "--full", "--signal=TERM", number)
        self.wait(number, ("FAILED",))
        self.finish(config)

    def test_cancelled(self):
        config, number = self.start()
        begin = time.monotonic()
        self.command("scancel", number)
        wait_until(lambda: not self.running(number), "the end of all ranks")
        # KillWait is 10 s here: the ranks went by themselves.
        self.assertLess(time.monotonic() - begin, 9.0, self.logs())
        self.assertIn("run the same command again to go on", self.logs())
        self.finish(config)


class TimeLimit(SlurmTest):
    def test_scan_longer_than_its_limit(self):
        """The shortest limit is a minute, and the warning 45 s ahead comes in its first half (SLURM looks
        every half minute). A worker that sleeps till then makes the scan longer than that on any machine;
        the one after the requeue works through."""
        config = self.long_config()
        number = self.sbatch("--time=1", "--signal=B:USR1@45", "--ntasks=2",
                             SCRIPTS / "scan.sbatch", config, self.output)
        self.wait_for_checkpoint()
        (worker,) = self.workers(number)
        os.kill(worker, signal.SIGSTOP)
        wait_until(lambda: "SIGUSR1: the time limit is near" in self.logs(), "the warning", PATIENCE_S)
        os.kill(worker, signal.SIGCONT)
        (job,) = self.wait(number)
        self.assertGreaterEqual(int(job["Restarts"]), 1, self.logs())
        self.assertRegex(self.logs(), r"resuming \S+: [1-9]\d* of \d+ masses are done")
        self.assert_equals_plain_run(config)

    @staticmethod
    def workers(number):
        """Ranks but 0 of a job."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                variables = dict(word.partition("=")[::2] for word in (entry / "environ").read_text().split("\0"))
            except (OSError, UnicodeDecodeError):
                continue
            if variables.get("SLURM_JOB_ID") == number and int(variables.get("OMPI_COMM_WORLD_RANK", 0)) > 0:
                found.append(int(entry.name))
        return found


if __name__ == "__main__":
    run_or_skip()
