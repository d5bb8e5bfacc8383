#!/usr/bin/env python3
"""The job scripts of slurm/ under a real SLURM: munged, slurmctld and slurmd of this machine alone.

Every scan that a job did, however it was cut, must equal the plain run of the same configuration.
Exit code 77 (skipped) only where the daemons are not installed.
"""

import re

from nudipole_run import CONFIGS, DONE, RESULT_FILE, SOURCE, nudipole, run_command, status
from slurm_case import SCRIPTS, SlurmTest, run_or_skip, start_daemons, stop_daemons


def setUpModule():
    # Eight processors, whatever the machine has: an array of four with two ranks each runs at once.
    start_daemons(LS_CPUS=8, LS_NODES=1)


def tearDownModule():
    stop_daemons()


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
    run_or_skip()
