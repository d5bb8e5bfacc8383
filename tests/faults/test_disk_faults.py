#!/usr/bin/env python3
"""Full and read-only disks: a message and exit code 4; the checkpoint that was there stays."""

import os
import resource
import shutil
import subprocess
import unittest

from long_scan import long_config
from nudipole_run import (DONE, PROGRAM, RESULT_FILE, RESUMABLE, ProgramTest, digest, environment, finish,
                          masses_done, mpirun, nudipole, start, status)

CPU_S = 2.0  # with room for the half second after which half_done stops
KIB = 1024


class DiskTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("config.yaml", long_config(CPU_S, checkpoint_every_s=0.05))

    def assert_disk_error(self, run, *fragments):
        """One message in the program's voice; mpirun adds its own lines."""
        self.assertEqual(run.code, RESULT_FILE, run)
        self.assertEqual(len(run.errors()), 1, run)
        for fragment in fragments:
            self.assertIn(fragment, run.errors()[0])

    def half_done(self, file):
        run = nudipole("scan", self.config, "-o", file, "--max-time", "0.5")
        self.assertEqual(run.code, RESUMABLE, run)
        return masses_done(file), file.read_bytes()

    def assert_untouched(self, file, state):
        self.assertEqual(file.read_bytes(), state[1])
        names = {path.name for path in file.parent.iterdir()}
        self.assertFalse([name for name in names if name.endswith(".tmp")], names)

    def assert_resumes(self, file, state):
        run = nudipole("scan", self.config, "-o", file, ranks=2)
        self.assertEqual(run.code, DONE, run)
        self.assertIn(f": {state[0]} of {status(file)['masses_total']} masses are done", run.err)
        whole = self.folder / "whole.h5"
        self.scan(self.config, whole)
        self.assertEqual(digest(file), digest(whole))


class SizeLimit(DiskTest):
    def run_limited(self, file, ranks, limit):
        command = [*([] if ranks is None else mpirun(ranks)), PROGRAM, "scan", self.config, "-o", file]
        return finish(start(command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))), 10)

    def test_new_file(self):
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                file = self.folder / "limited.h5"
                # mpirun writes files of its own, some 4 MiB, before the program starts.
                run = self.run_limited(file, ranks, 100 * KIB if ranks is None else 5 * KIB * KIB)
                if ranks is not None and run.code == DONE:
                    continue  # the result is smaller than what mpirun needs: no fault to see
                self.assert_disk_error(run, "limited.h5", "File too large", "ulimit -f")
                self.assertFalse(file.exists())

    def test_existing_checkpoint_stays(self):
        file = self.folder / "limited.h5"
        state = self.half_done(file)
        self.assert_disk_error(self.run_limited(file, None, 100 * KIB), "File too large")
        self.assert_untouched(file, state)
        self.assert_resumes(file, state)


class SmallDisk(DiskTest):
    """A file system in memory, large enough for two results of any machine's calibrated scan."""

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(self.disk)]
        if os.getuid() != 0 or subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("mounting a small disk needs root")
        self.addCleanup(lambda: subprocess.run(["umount", "-l", str(self.disk)], check=False))

    def fill(self, leave=0):
        free = shutil.disk_usage(self.disk).free
        (self.disk / "filler").write_bytes(b"\0" * max(0, free - leave))

    def test_full_from_the_start(self):
        self.fill()
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                run = nudipole("scan", self.config, "-o", self.disk / "scan.h5", ranks=ranks, timeout=10)
                self.assert_disk_error(run, "scan.h5", "No space left on device", "free some space")
                self.assertFalse((self.disk / "scan.h5").exists())

    def test_full_when_a_checkpoint_is_replaced(self):
        file = self.disk / "scan.h5"
        state = self.half_done(file)
        self.fill(leave=200 * KIB)
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                run = nudipole("scan", self.config, "-o", file, ranks=ranks, timeout=10)
                self.assert_disk_error(run, "No space left on device", "the file of before, if any, is unchanged")
                self.assert_untouched(file, state)
        (self.disk / "filler").unlink()
        self.assert_resumes(file, state)

    def test_full_while_merging(self):
        shards = [self.folder / f"part{i}.h5" for i in range(2)]
        for i, shard in enumerate(shards):
            self.scan_shard(shard, f"{i}/2")
        self.fill(leave=100 * KIB)
        run = nudipole("merge", *shards, "-o", self.disk / "merged.h5", timeout=10)
        self.assert_disk_error(run, "No space left on device")
        self.assertFalse((self.disk / "merged.h5").exists())

    def scan_shard(self, file, shard):
        run = nudipole("scan", self.config, "-o", file, "--shard", shard)
        self.assertEqual(run.code, DONE, run)

    def test_read_only(self):
        file = self.disk / "scan.h5"
        state = self.half_done(file)
        subprocess.run(["mount", "-o", "remount,ro", str(self.disk)], check=True)
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                run = nudipole("scan", self.config, "-o", file, ranks=ranks, timeout=10)
                self.assert_disk_error(run, "Read-only file system", "make the file and its folder writable")
        self.assert_untouched(file, state)
        self.assertEqual(masses_done(file), state[0])  # reading needs no lock
        subprocess.run(["mount", "-o", "remount,rw", str(self.disk)], check=True)
        self.assert_resumes(file, state)


class ReadOnlyFolder(DiskTest):
    def test_read_only(self):
        if os.getuid() == 0:
            self.skipTest("root may write everywhere; SmallDisk has the same case for root")
        folder = self.folder / "closed"
        folder.mkdir(mode=0o555)
        run = nudipole("scan", self.config, "-o", folder / "scan.h5", timeout=10)
        self.assert_disk_error(run, "Permission denied", "make the file and its folder writable")

    def test_absent(self):
        for ranks in (None, 3):
            run = nudipole("scan", self.config, "-o", self.folder / "none" / "scan.h5", ranks=ranks, timeout=10)
            self.assert_disk_error(run, "No such file or directory", "create the folder")


if __name__ == "__main__":
    unittest.main()
