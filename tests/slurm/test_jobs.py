#!/usr/bin/env python3
"""The job scripts of slurm/ under a real SLURM: munged, slurmctld and slurmd of this machine alone.

Every scan that a job did, however it was cut, must equal the plain run of the same configuration.
Exit code 77 (skipped) only where the daemons are not installed.
"""

import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time
import unittest

from long_scan import long_config
from nudipole_run import (CONFIGS, DONE, PROGRAM, RESULT_FILE, SOURCE, digest, environment, grid,
                          masses_done, nudipole, run_command, status, wait_until)

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


def setUpModule():
    work = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-slurm-", dir="/tmp"))
    slurm["work"] = work
    # Eight processors, whatever the machine has: an array of four with two ranks each runs at once.
    run = run_command(["bash", LOCAL_SLURM, "start", work],
                      env=environment(LS_CPUS=8, LS_NODES=1, LS_KILLWAIT=10))
    if run.code != 0:
        raise AssertionError(f"the daemons do not start: {run.err}")
    slurm["conf"] = re.search(r"SLURM_CONF=(\S+)", run.out).group(1)


def tearDownModule():
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
        wait_until(lambda: self.output.exists() and masses_done(self.output) >= masses, "a checkpoint")

    def logs(self):
        return "".join(f"\n--- {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.folder.glob("*.log")))

    def plain_digest(self, config):
        """Digest of a run without SLURM and without MPI."""
        text = config.read_text(encoding="utf-8")
        if text not in plain_digests:
            file = self.folder / "plain.h5"
            run = nudipole("scan", config, "-o", file)
            self.assertEqual(run.code, DONE, run)
            plain_digests[text] = digest(file)
        return plain_digests[text]

    def assert_equals_plain_run(self, config):
        facts = status(self.output)
        self.assertEqual(facts["complete"], "1")
        self.assertEqual(facts["shard"], "0/1")
        self.assertEqual(facts["results_sha256"], self.plain_digest(config), self.logs())


class OneJob(SlurmTest):
    def test_scripts_are_accepted_as_they_are(self):
        for script in ("scan.sbatch", "array.sbatch", "merge.sbatch"):
            with self.subTest(script):
                self.command("sbatch", "--test-only", SCRIPTS / script, "CONFIG", "OUTPUT")

    def test_scan(self):
        config = self.config(12, 20)
        number = self.sbatch("--ntasks=3", SCRIPTS / "scan.sbatch", config, self.output)
        self.wait(number)
        self.assertIn("masses x 20 couplings on 3 ranks", self.logs())
        self.assert_equals_plain_run(config)

    def test_errors_are_not_requeued(self):
        config = self.folder / "config.yaml"
        config.write_text("format: 1\n", encoding="utf-8")
        number = self.sbatch(SCRIPTS / "scan.sbatch", config, self.output)
        (job,) = self.wait(number, ("FAILED",))
        self.assertEqual(job["ExitCode"], "2:0", self.logs())
        self.assertEqual(job["Restarts"], "0")

    def test_stopped_scan_is_requeued_until_done(self):
        config = self.long_config()
        number = self.sbatch("--ntasks=2", SCRIPTS / "scan.sbatch", config, self.output,
                             NUDIPOLE_SCAN_OPTIONS="--max-time 3")
        (job,) = self.wait(number)
        self.assertGreaterEqual(int(job["Restarts"]), 1, self.logs())
        self.assertIn("back into the queue", self.logs())
        self.assertRegex(self.logs(), r"resuming \S+: [1-9]\d* of \d+ masses are done")
        self.assert_equals_plain_run(config)

    def test_job_without_progress_stops(self):
        stuck = self.folder / "stuck.sh"
        stuck.write_text("#!/bin/sh\nexit 75\n", encoding="utf-8")
        stuck.chmod(0o755)
        number = self.sbatch(SCRIPTS / "scan.sbatch", self.config(2, 2), self.output,
                             NUDIPOLE_LAUNCHER=stuck)
        (job,) = self.wait(number, ("FAILED",))
        self.assertEqual(job["ExitCode"], "1:0", self.logs())
        self.assertEqual(job["Restarts"], "0")
        self.assertIn("no progress in this run", self.logs())

    def test_number_of_restarts_is_limited(self):
        config = self.long_config()
        number = self.sbatch("--ntasks=2", SCRIPTS / "scan.sbatch", config, self.output,
                             NUDIPOLE_SCAN_OPTIONS="--max-time 3", NUDIPOLE_MAX_RESTARTS="0")
        (job,) = self.wait(number, ("FAILED",))
        self.assertEqual(job["ExitCode"], "75:0", self.logs())


class Page(SlurmTest):
    def test_commands_of_the_page_run_as_they_stand(self):
        """Every block of commands in slurm/README.md, from the top of a source tree; the section
        of the README shows the same ones."""
        def commands(page):
            return re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        blocks = commands((SCRIPTS / "README.md").read_text(encoding="utf-8"))
        self.assertEqual(len(blocks), 3)
        readme = (SOURCE / "README.md").read_text(encoding="utf-8")
        section = re.search(r"^## On a SLURM cluster$(.*?)^## ", readme, re.MULTILINE | re.DOTALL)
        self.assertEqual(commands(section.group(1)), blocks)
        for name in ("slurm", "configs"):
            (self.folder / name).symlink_to(SOURCE / name)
        config = CONFIGS / "csi2022_mu.yaml"
        self.output = self.folder / "csi2022_mu.h5"
        for block in blocks:
            with self.subTest(block):
                self.output.unlink(missing_ok=True)
                run = self.command("bash", "-euc", block)
                numbers = re.findall(r"^Submitted batch job (\d+)$", run.out, re.MULTILINE)
                for number in numbers:
                    self.wait(number)
                self.assertTrue(numbers or "done after 1 jobs" in run.out, run)
                self.assert_equals_plain_run(config)


class Signals(SlurmTest):
    """Signals in the middle of a scan; what they leave is resumed."""

    def start_scan(self, *options, **changes):
        self.input = self.long_config()
        number = self.sbatch("--ntasks=3", *options, SCRIPTS / "scan.sbatch", self.input, self.output, **changes)
        self.wait_for_checkpoint()
        return number

    def finish_by_hand(self):
        facts = status(self.output)
        before, total = facts["masses_done"], facts["masses_total"]
        self.assertLess(int(before), int(total))
        run = nudipole("scan", self.input, "-o", self.output, ranks=3)
        self.assertEqual(run.code, DONE, run)
        self.assertIn(f"resuming {self.output}: {before} of {total} masses are done", run.err)
        self.assert_equals_plain_run(self.input)

    def test_scancel_usr1_to_the_script_stops_and_requeues(self):
        number = self.start_scan()
        self.command("scancel", "--batch", "--signal=USR1", number)
        (job,) = self.wait(number)
        self.assertEqual(job["Restarts"], "1", self.logs())
        self.assert_equals_plain_run(self.input)

    def test_scancel_term(self):
        number = self.start_scan()
        self.command("scancel", "--full", "--signal=TERM", number)
        (job,) = self.wait(number, ("FAILED",))
        self.assertEqual(job["Restarts"], "0", self.logs())
        self.finish_by_hand()

    def test_scancel(self):
        number = self.start_scan()
        self.command("scancel", number)
        self.wait(number, ("CANCELLED",))
        self.finish_by_hand()

    def test_requeue_by_the_administrator(self):
        number = self.start_scan()
        self.command("scontrol", "requeue", number)
        (job,) = self.wait(number)
        self.assertEqual(job["Restarts"], "1", self.logs())
        self.assertRegex(self.logs(), r"resuming \S+: [1-9]")
        self.assert_equals_plain_run(self.input)


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


class Arrays(SlurmTest):
    def test_array_then_merge(self):
        config = self.config(13, 40)
        array = self.sbatch("--ntasks=2", "--array=0-3", SCRIPTS / "array.sbatch", config, self.output)
        merge = self.sbatch(f"--dependency=afterok:{array}", "--kill-on-invalid-dep=yes",
                            SCRIPTS / "merge.sbatch", config, self.output)
        self.wait(merge)
        self.assertEqual(len(self.wait(array)), 4)
        self.assert_equals_plain_run(config)

    def test_stopped_tasks_are_requeued_before_the_merge(self):
        config = self.long_config()
        array = self.sbatch("--ntasks=2", "--array=0-1", SCRIPTS / "array.sbatch", config, self.output, "2",
                            NUDIPOLE_SCAN_OPTIONS="--max-time 3")
        merge = self.sbatch(f"--dependency=afterok:{array}", "--kill-on-invalid-dep=yes",
                            SCRIPTS / "merge.sbatch", config, self.output, "2")
        tasks = self.wait(array)
        self.assertTrue(any(int(task["Restarts"]) >= 1 for task in tasks), self.logs())
        self.wait(merge)
        self.assert_equals_plain_run(config)

    def test_gap_is_named_and_filled_by_the_line_shown(self):
        config = self.config(9, 20)
        array = self.sbatch("--ntasks=2", "--array=0,2", SCRIPTS / "array.sbatch", config, self.output, "3")
        self.wait(array)
        merge = self.sbatch(SCRIPTS / "merge.sbatch", config, self.output, "3")
        (job,) = self.wait(merge, ("FAILED",))
        self.assertEqual(job["ExitCode"], f"{RESULT_FILE}:0")
        line = re.search(r"sbatch (--array=1 slurm/array.sbatch .*)$", self.logs(), re.MULTILINE)
        self.assertIsNotNone(line, self.logs())
        # As it stands, from the top of the source tree.
        fill = run_command(["sbatch", "--parsable", f"--output={self.folder}/fill.log", *line.group(1).split()],
                           env=self.env(), cwd=SOURCE)
        self.assertEqual(fill.code, 0, fill)
        self.wait(fill.out.strip())
        self.wait(self.sbatch(SCRIPTS / "merge.sbatch", config, self.output, "3"))
        self.assert_equals_plain_run(config)

    def test_failed_task_cancels_the_merge(self):
        config = self.folder / "config.yaml"
        config.write_text("format: 1\n", encoding="utf-8")
        array = self.sbatch("--array=0-1", SCRIPTS / "array.sbatch", config, self.output, "2")
        merge = self.sbatch(f"--dependency=afterok:{array}", "--kill-on-invalid-dep=yes",
                            SCRIPTS / "merge.sbatch", config, self.output, "2")
        self.wait(array, ("FAILED",))
        self.wait(merge, ("CANCELLED",))

    def test_task_beyond_the_number_of_shards_is_refused(self):
        number = self.sbatch("--array=4", SCRIPTS / "array.sbatch", self.config(2, 2), self.output, "4")
        self.wait(number, ("FAILED",))
        self.assertIn("there is no shard 4 of 4", self.logs())


class Chain(SlurmTest):
    def test_chain_of_jobs_where_requeueing_is_not_allowed(self):
        config = self.long_config()
        run = self.command("bash", SCRIPTS / "chain.sh", config, self.output, "--ntasks=2", "--time=5",
                           NUDIPOLE_SCAN_OPTIONS="--max-time 3")
        self.assertRegex(run.out, r"done after [2-9]\d* jobs")
        self.assert_equals_plain_run(config)


if __name__ == "__main__":
    absent = missing_programs()
    if absent:
        print(f"SKIPPED: SLURM is not installed here (no {', '.join(absent)}): apt-get install slurm-wlm munge")
        sys.exit(77)
    unittest.main()
