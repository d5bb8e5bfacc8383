#!/usr/bin/env python3
"""Jobs over two nodes of a real SLURM, one of which is lost, and jobs that make room for others.

This machine pretends to be both nodes: each has a slurmd and ranks of its own, and losing one means that all of
them are killed at once. Results must equal the plain run of the same configuration, byte for byte.
Exit code 77 (skipped) only where the daemons are not installed.
"""

import os
import pathlib
import signal

from long_scan import long_toys
from nudipole_run import environment, run_command, status, wait_until
from slurm_case import FINISHED, SCRIPTS, SlurmTest, run_or_skip, slurm, start_daemons, stop_daemons

CPU_S = 12.0  # of the whole run: time to do something to it
TWO_NODES = ("--nodes=2", "--ntasks=4", "--ntasks-per-node=2")


def setUpModule():
    start_daemons(LS_CPUS=2, LS_NODES=2, LS_TIMEOUT=10, LS_URGENT="yes")


def tearDownModule():
    stop_daemons()


def processes():
    """Number, parent, command and variables of all processes that may be looked at."""
    for entry in pathlib.Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        words = stat.rpartition(")")[2].split()
        if entry.name.isdigit() and words[0] not in "ZX":
            yield int(entry.name), int(words[1]), command, variables


class Nodes(SlurmTest):
    def setUp(self):
        super().setUp()
        self.nodes = self.command("sinfo", "-h", "-N", "-p", "test", "-o", "%N").out.split()
        self.assertEqual(len(self.nodes), 2)
        self.addCleanup(self.bring_back)
        self.input = self.write(long_toys(CPU_S, checkpoint_every_s=0.3))

    def bring_back(self):
        """All nodes up again: local_slurm.sh is told to start once more."""
        for node in self.nodes:
            if not self.daemon(node):
                run = run_command(["slurmd", "-N", node, "-f", slurm["conf"]],
                                  env=environment(PATH=os.environ["PATH"] + ":/usr/sbin:/sbin"))
                self.assertEqual(run.code, 0, run)
        wait_until(lambda: self.command("sinfo", "-h", "-p", "test", "-t", "idle,mix,alloc,comp", "-o", "%D",
                                        code=None).out.split() == ["2"], "both nodes", 60)

    def env(self, **changes):
        # Ranks on the other node talk by TCP: through the loopback, whatever network this machine has.
        return super().env(OMPI_MCA_btl="self,tcp", OMPI_MCA_btl_tcp_if_include="lo", OMPI_MCA_oob_tcp_if_include="lo", **changes)

    @staticmethod
    def daemon(node):
        return [pid for pid, _, command, _ in processes()
                if command.startswith("slurmd ") and f"-N {node} " in command and slurm["conf"] in command]

    def of_node(self, number, node):
        """Everything that a job has on a node."""
        mine = {f"SLURM_JOB_ID={number}".encode(), f"SLURMD_NODENAME={node}".encode()}
        found = {pid: parent for pid, parent, _, variables in processes() if mine <= set(variables)}
        steps = {pid for pid, _, command, _ in processes() if command.startswith(f"slurmstepd: [{number}.")}
        return list(found), [parent for parent in set(found.values()) if parent in steps]

    def lose(self, number, node):
        """The daemon first: it would tell the controller about the others."""
        work, steps = self.of_node(number, node)
        self.assertTrue(work and steps, f"nothing of job {number} on {node}: {self.logs()}")
        for pid in (*self.daemon(node), *steps, *work):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def start(self, *options):
        number = self.sbatch(*TWO_NODES, *options, SCRIPTS / "scan.sbatch", self.input, self.output)

        def some_are_done():
            self.assertNotIn(self.job(number)[0]["JobState"], FINISHED, self.logs())
            return self.output.exists() and int(status(self.output)["points_done"]) >= 4
        wait_until(some_are_done, "a checkpoint")
        for node in self.nodes:
            self.assertTrue(self.of_node(number, node)[0], f"no rank on {node}")
        return number

    def test_a_job_spans_both_nodes(self):
        number = self.start()
        self.wait(number)
        self.assertIn("on 4 ranks", self.logs())
        self.assert_equals_plain_run(self.input)

    def test_the_second_node_is_lost(self):
        """mpirun ends the other ranks, the job fails; submitted again it goes on, here on the node that is left."""
        number = self.start()
        self.lose(number, self.nodes[1])
        (job,) = self.wait(number, ("FAILED", "NODE_FAIL"))
        self.assertEqual(job["Restarts"], "0", self.logs())
        before = status(self.output)
        self.assertEqual(before["complete"], "0")
        number = self.sbatch("--ntasks=2", SCRIPTS / "scan.sbatch", self.input, self.output)
        self.wait(number)
        self.assertIn(f"resuming {self.output}: {before['points_done']} of 40 points are done", self.logs())
        self.assert_equals_plain_run(self.input)

    def test_the_node_of_the_batch_script_is_lost(self):
        """The controller notices that it is silent and puts the job back into the queue by itself."""
        number = self.start()
        self.lose(number, self.nodes[0])
        wait_until(lambda: self.job(number)[0]["JobState"] in ("PENDING", "REQUEUED"), "the requeue", 90)
        self.bring_back()
        (job,) = self.wait(number)
        self.assertEqual(job["Restarts"], "1", self.logs())
        self.assertRegex(self.logs(), r"resuming \S+: [1-9]\d* of 40 points are done")
        self.assert_equals_plain_run(self.input)

    def test_a_job_makes_room_for_an_urgent_one(self):
        number = self.start()
        script = self.folder / "urgent.sh"
        script.write_text("#!/bin/sh\nsleep 1\n", encoding="utf-8")
        urgent = self.sbatch("-p", "urgent", "--nodes=2", "--exclusive", script)
        self.wait(urgent)
        (job,) = self.wait(number)
        self.assertEqual(job["Restarts"], "1", self.logs())
        self.assertRegex(self.logs(), r"resuming \S+: [1-9]\d* of 40 points are done")
        self.assert_equals_plain_run(self.input)


if __name__ == "__main__":
    run_or_skip()
