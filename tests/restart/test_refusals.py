"""What `scan` does not go on with: exit code 4, one message, the file untouched."""

import os
import pathlib
import resource
import shutil
import socket
import subprocess
import unittest

from long_scan import ENDLESS_CPU_S, LongScanTest, long_config
from nudipole_run import (DONE, PROGRAM, RESULT_FILE, ProgramTest, config_text, digest, finish,
                          masses_done, nudipole, run_command, status, with_h5py)

NOBODY = 65534


class Refused(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text())
        self.file = self.folder / "a.h5"

    def make(self, *options):
        run = nudipole("scan", self.config, "-o", self.file, *options)
        self.assertEqual(run.code, DONE, run)

    def refused(self, *fragments, config=None, options=(), **more):
        """The scan is refused with these words and leaves everything as it was."""
        before = self.file.read_bytes()
        run = nudipole("scan", config or self.config, "-o", self.file, *options, **more)
        self.assert_refused(run, RESULT_FILE, self.file, *fragments)
        self.assertEqual(self.file.read_bytes(), before)
        self.assertFalse(self.file.with_name("a.h5.lock").exists())

    def test_another_config_with_the_key_and_both_values(self):
        self.make()
        for change, key, old, new in [
                ({"flavour": "e"}, "flavour", "mu", "e"),
                ({"masses": "{values_MeV: [1, 10, 30]}"}, "mass.values_MeV", "29.8", "30"),
                ({"couplings": "{values_mu_B: [2.0e-9]}"}, "coupling.values_mu_B", "1e-09", "2e-09"),
                ({"limits": "{confidence: [0.95], dof: [1, 2]}"}, "limits.confidence", "0.9", "0.95"),
                ({"limits": "{confidence: [0.90], dof: [1]}"}, "limits.dof", "[1, 2]", "[1]"),
        ]:
            with self.subTest(key):
                other = self.write("b.yaml", config_text(**change))
                self.refused("another configuration", f"{key}: file has", old, "now", new,
                             "another file", config=other)

    def test_another_option_of_an_experiment(self):
        self.make()
        text = config_text().replace(
            "[coherent_csi_2022]", "[{name: coherent_csi_2022, options: {radii: kdk}}]")
        self.refused("another configuration", "options.radii: file has absent, now kdk",
                     config=self.write("b.yaml", text))

    def test_other_data_with_the_name_of_the_file(self):
        self.make()
        data = self.copy_data()
        table = data / "coherent_csi_2022" / "counts.csv"
        table.write_text("# changed\n" + table.read_text(encoding="utf-8"), encoding="utf-8")
        self.refused("other data files", "coherent_csi_2022/counts.csv: file has",
                     options=("--data", data))

    def test_the_same_data_elsewhere_are_the_same(self):
        self.make()
        run = nudipole("scan", self.config, "-o", self.file, "--data", self.copy_data())
        self.assertEqual(run.code, DONE, run)

    def test_another_shard(self):
        self.make("--shard", "0/2")
        self.refused("another shard", "file has 0/2, now 1/2", options=("--shard", "1/2"))
        self.refused("another shard", "file has 0/2, now 0/1")

    def test_text(self):
        self.file.write_text("results\n", encoding="utf-8")
        self.refused("not an HDF5 file")

    def test_empty(self):
        self.file.write_bytes(b"")
        self.refused("empty", "remove it to start over")

    def test_truncated(self):
        self.make()
        whole = self.file.read_bytes()
        for share in (0.05, 0.5, 0.99):
            self.file.write_bytes(whole[:int(share * len(whole))])
            self.refused("truncated", "remove it to start over")

    def test_foreign_hdf5(self):
        with_h5py("with h5py.File(sys.argv[1], 'w') as f: f['mass'] = [1.0, 2.0]", self.file)
        self.refused("no nudipole result")

    def test_later_format(self):
        self.make()
        with_h5py("with h5py.File(sys.argv[1], 'r+') as f: "
                  "f.attrs['format_version'] = f.attrs['format_version'] + 1", self.file)
        self.refused("newer program: format 3", "reads format 1 to 2")

    def test_changed_by_another_program(self):
        self.make()
        with_h5py("with h5py.File(sys.argv[1], 'r+') as f: f['limit'][0, 0, 0, 0] *= 2", self.file)
        self.refused()

    def test_folder(self):
        self.file.mkdir()
        run = nudipole("scan", self.config, "-o", self.file)
        self.assert_refused(run, RESULT_FILE, self.file)

    def test_missing_folder(self):
        file = self.folder / "nowhere" / "a.h5"
        run = nudipole("scan", self.config, "-o", file)
        self.assert_refused(run, RESULT_FILE, file.parent, "create the folder")

    def test_folder_without_permission(self):
        # root may write anywhere: the program is run as somebody else, from where he can reach it.
        place = self.folder / "readable"
        closed = self.folder / "closed"
        place.mkdir()
        closed.mkdir()
        closed.chmod(0o555)
        program = pathlib.Path(shutil.copy2(PROGRAM, place / "nudipole"))
        shutil.copy2(self.config, place)
        shutil.copytree(os.environ["NUDIPOLE_SOURCE_DIR"] + "/data", place / "data")
        for path in (self.folder, place, *place.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path == program else 0o644)
        options = {"user": NOBODY} if os.geteuid() == 0 else {}
        try:
            run = run_command([program, "scan", place / "a.yaml", "-o", closed / "a.h5", "--data",
                               place / "data"], cwd=place, **options)
        except (PermissionError, OSError, subprocess.SubprocessError) as error:
            self.skipTest(f"cannot act as another user: {error}")
        self.assert_refused(run, RESULT_FILE, closed, "Permission denied")
        self.assertEqual(list(closed.iterdir()), [])


class LeftAlone(ProgramTest):
    def test_complete_file_is_not_even_rewritten(self):
        config = self.write("a.yaml", config_text())
        file = self.folder / "a.h5"
        self.scan(config, file)
        before, facts = file.read_bytes(), file.stat()
        for ranks in (None, 3):
            run = self.scan(config, file, ranks=ranks)
            self.assertIn("3 of 3 masses are done", run.err)
            self.assertIn("nothing is left to do", run.err)
            self.assertEqual(file.read_bytes(), before)
            self.assertEqual((file.stat().st_ino, file.stat().st_mtime_ns),
                             (facts.st_ino, facts.st_mtime_ns))

    def test_left_over_temporaries_go_and_nothing_else(self):
        config = self.write("a.yaml", config_text())
        file = self.folder / "a.h5"
        gone = [".a.h5.4711-0.tmp", ".a.h5.1-23.tmp"]
        kept = [".b.h5.4711-0.tmp", "a.h5.bak", ".a.h5.tmp", ".a.h5.notes.tmp"]
        for name in gone + kept:
            self.write(name, "left over")
        self.scan(config, file)
        names = {path.name for path in self.folder.iterdir()}
        self.assertEqual(names, {"a.yaml", "a.h5", *kept})

    def test_link_stays_a_link(self):
        config = self.write("a.yaml", config_text())
        disk = self.folder / "disk"
        disk.mkdir()
        link = self.folder / "a.h5"
        link.symlink_to(disk / "real.h5")
        self.scan(config, link)
        self.assertTrue(link.is_symlink())
        self.assertEqual(digest(disk / "real.h5"), digest(link))


class WhileRunning(LongScanTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", long_config(ENDLESS_CPU_S))
        self.file = self.folder / "a.h5"

    def test_second_scan_of_the_same_file_names_the_first(self):
        process = self.start_scan(self.config, self.file)
        self.await_checkpoints(process, self.file)
        run = nudipole("scan", self.config, "-o", self.file)
        self.assert_refused(run, RESULT_FILE, self.file, f"process {process.pid}",
                            socket.gethostname(), "wait or stop that run")
        self.assertGreater(int(status(self.file)["fits_total"]), 0, "reading needs no lock")
        self.assertIsNone(process.poll(), "the first scan goes on")

    def test_full_disk_at_a_checkpoint_keeps_the_one_before(self):
        process = self.start_scan(self.config, self.file)
        self.await_checkpoints(process, self.file, 3)
        done = masses_done(self.file)
        # Like a full disk, for this process alone: no file may grow beyond 1000 bytes.
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        run = finish(process)
        self.assertEqual((run.code, len(run.errors())), (RESULT_FILE, 1), run)
        self.assertIn("the file of before, if any, is unchanged", run.errors()[0])
        self.assertIn(str(self.file), run.errors()[0])
        self.assertGreaterEqual(masses_done(self.file), done)
        self.assert_nothing_left_over(self.file)

    def test_full_disk_on_several_ranks_ends_all(self):
        process = self.start_scan(self.config, self.file, 3)
        self.await_checkpoints(process, self.file, 2)
        resource.prlimit(self.lock_owner(self.file), resource.RLIMIT_FSIZE,
                         (1000, resource.RLIM_INFINITY))
        run = finish(process)
        self.assertEqual((run.code, len(run.errors())), (RESULT_FILE, 1), run)
        self.assertEqual(status(self.file)["complete"], "0")

    def test_full_disk_at_the_start_changes_no_byte(self):
        run = nudipole("scan", self.config, "-o", self.file, "--max-time", "1")
        self.assert_resumable(run, self.file)
        before = self.file.read_bytes()

        def limit_file_size():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        run = run_command([PROGRAM, "scan", self.config, "-o", self.file],
                          preexec_fn=limit_file_size)
        self.assertEqual((run.code, len(run.errors())), (RESULT_FILE, 1), run)
        self.assertEqual(self.file.read_bytes(), before)
        self.assert_nothing_left_over(self.file)


if __name__ == "__main__":
    unittest.main()
