"""SLURM of a test's own (munged, slurmctld and slurmds of this machine) and what cases that use it share."""

import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import unittest

from long_scan import long_config
from nudipole_run import (DONE, PROGRAM, SOURCE, digest, environment, grid, masses_done, nudipole, run_command,
                          status, wait_until)

SCRIPTS = SOURCE / "slurm"
LOCAL_SLURM = SOURCE / "tests" / "support" / "local_slurm.sh"
FINISHED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "DEADLINE")

LONG_CPU_S = 10.0  # so long on one worker that a --max-time of 3 s stops it, and a signal finds two at work
PATIENCE_S = 400  # for a scan in many pieces on a busy machine
SETTLE_S = 2.0  # from the end of a run's processes till slurmctld knows of it for sure
plain_digests = {}  # by text of the configuration
slurm = {}  # work folder and variables of the running daemons


def missing_programs():
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name, path=path)]


def run_or_skip():
    """The tests of the module that is run; exit code 77 (skipped) where SLURM is not installed."""
    absent = missing_programs()
    if absent:
        print(f"SKIPPED: SLURM is not installed here (no {', '.join(absent)}): apt-get install slurm-wlm munge")
        sys.exit(77)
    unittest.main()


def processes_naming(text):
    """Command lines of living processes that hold a text or have it in their environment."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue  # gone meanwhile, or not ours
        if state not in "ZX" and text.encode() in words:
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode() if entry.exists() else "")
    return found


def start_daemons(**knobs):
    """\param knobs  of local_slurm.sh"""
    work = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-slurm-", dir="/tmp"))
    slurm["work"] = work
    run = run_command(["bash", LOCAL_SLURM, "start", work], env=environment(LS_KILLWAIT=10, **knobs))
    if run.code != 0:
        raise AssertionError(f"the daemons do not start: {run.err}")
    slurm["conf"] = re.search(r"SLURM_CONF=(\S+)", run.out).group(1)


def stop_daemons():
    work = slurm["work"]
    run = run_command(["bash", LOCAL_SLURM, "stop", work])
    left = processes_naming(str(work))
    shutil.rmtree(work, ignore_errors=True)
    if run.code != 0 or left:
        raise AssertionError(f"not shut down cleanly: {run.err} {left}")


class SlurmTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="jobs-", dir=slurm["work"]))
        self.output = self.folder / "scan.h5"
        self.addCleanup(lambda: self.command("scancel", "-u", str(os.getuid())))

    def env(self, **changes):
        # Each job has a folder of its own for Open MPI: that is the scripts' work, and under test.
        return environment(SLURM_CONF=slurm["conf"], NUDIPOLE_PROGRAM=PROGRAM,
                           OMPI_MCA_orte_tmpdir_base=None, TMPDIR=slurm["work"],
                           OMPI_MCA_rmaps_base_oversubscribe=1,
                           OMPI_MCA_hwloc_base_binding_policy="none", **changes)

    def command(self, *words, code=0, **changes):
        run = run_command(words, env=self.env(**changes), cwd=self.folder, timeout=PATIENCE_S)
        if code is not None:
            self.assertEqual(run.code, code, run)
        return run

    def config(self, masses, couplings):
        return self.write(grid(masses, couplings, checkpoint_every_s=0.5))

    def long_config(self, cpu_s=LONG_CPU_S):
        return self.write(long_config(cpu_s, checkpoint_every_s=0.5))

    def write(self, text):
        path = self.folder / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def sbatch(self, *words, **changes):
        """Submits and returns the number of the job."""
        return self.command("sbatch", "--parsable", "--time=5", *words, **changes).out.strip()

    def job(self, number):
        """What SLURM says about a job (or about all tasks of an array)."""
        text = self.command("scontrol", "show", "job", number, "-o").out
        return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in text.splitlines() if line]

    def wait(self, number, states=("COMPLETED",), timeout=PATIENCE_S):
        """Waits for the end of a job; one that was requeued need not wait SLURM's two minutes."""
        gone_since = {}  # by job that waits for its next start

        def ended():
            tasks = self.job(number)
            for task in tasks:
                job = task["JobId"]
                if task["JobState"] != "PENDING" or task["Reason"] != "BeginTime" or self.running(job):
                    gone_since.pop(job, None)
                # Not before its last run has ended altogether, which SLURM's pause is for: the exit code
                # of that run would end the next one.
                elif time.monotonic() - gone_since.setdefault(job, time.monotonic()) > SETTLE_S:
                    self.command("scontrol", "update", f"JobId={job}", "StartTime=now", code=None)
            time.sleep(0.2)
            return tasks if all(task["JobState"] in FINISHED for task in tasks) else None
        tasks = wait_until(ended, f"the end of job {number}: {self.logs()}", timeout)
        for task in tasks:
            self.assertIn(task["JobState"], states, self.logs())
        return tasks

    @staticmethod
    def running(number):
        return (processes_naming(f"slurmstepd: [{number}.") or
                processes_naming(f"SLURM_JOB_ID={number}\0"))

    def wait_for_checkpoint(self, masses=1):
        wait_until(lambda: self.output.exists() and masses_done(self.output) >= masses, f"a checkpoint: {self.logs()}")

    def logs(self):
        return "".join(f"\n--- {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.folder.glob("*.log")))

    def plain_digest(self, config):
        """Digest of a run without SLURM and without MPI."""
        text = config.read_text(encoding="utf-8")
        if text not in plain_digests:
            file = self.folder / "plain.h5"
            run = nudipole("toys" if "\ntoys:" in text else "scan", config, "-o", file)
            self.assertEqual(run.code, DONE, run)
            plain_digests[text] = digest(file)
        return plain_digests[text]

    def assert_equals_plain_run(self, config):
        facts = status(self.output)
        self.assertEqual(facts["complete"], "1")
        self.assertEqual(facts["shard"], "0/1")
        self.assertEqual(facts["results_sha256"], self.plain_digest(config), self.logs())
