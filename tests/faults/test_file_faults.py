#!/usr/bin/env python3
"""Result files that are no sound beginning of a scan: refused with exit code 4, and never touched."""

import random
import unittest

from nudipole_run import RESULT_FILE, RESUMABLE, ProgramTest, grid, nudipole, with_h5py


class DamagedFile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("config.yaml", grid(20, 500))
        self.file = self.folder / "scan.h5"
        run = nudipole("scan", self.config, "-o", self.file, "--max-time", "0.2")
        self.assertIn(run.code, (0, RESUMABLE), run)
        self.good = self.file.read_bytes()

    def assert_refused_everywhere(self, bytes_now, *fragments):
        self.file.write_bytes(bytes_now)
        for arguments, ranks in ((("scan", self.config, "-o", self.file), None),
                                 (("scan", self.config, "-o", self.file), 2),
                                 (("status", self.file), None),
                                 (("limits", self.file), None),
                                 (("merge", self.file, "-o", self.folder / "merged.h5"), None)):
            run = nudipole(*arguments, ranks=ranks, timeout=10)
            self.assertEqual(run.code, RESULT_FILE, run)
            for fragment in (str(self.file), *fragments):
                self.assertIn(fragment, run.err)
        self.assertEqual(self.file.read_bytes(), bytes_now, "a doubtful file was touched")
        self.assertFalse((self.folder / "merged.h5").exists())

    def test_truncated(self):
        for size in (1, 100, len(self.good) // 2, len(self.good) - 1):
            with self.subTest(size=size):
                self.assert_refused_everywhere(self.good[:size])

    def test_empty(self):
        self.assert_refused_everywhere(b"", "empty")

    def test_zeros_at_the_end(self):
        self.assert_refused_everywhere(self.good[:-2000] + bytes(2000))

    def test_flipped_bits(self):
        places = random.Random(20240611)
        for _ in range(6):
            place = places.randrange(len(self.good) * 8)
            with self.subTest(bit=place):
                damaged = bytearray(self.good)
                damaged[place // 8] ^= 1 << place % 8
                self.assert_refused_everywhere(bytes(damaged))

    def test_foreign(self):
        self.assert_refused_everywhere(b"mass_MeV,limit\n1,2\n" * 100)

    def edit(self, script):
        with_h5py("with h5py.File(sys.argv[1], 'r+') as f:\n    " + script, self.file)
        return self.file.read_bytes()

    def test_newer_format(self):
        self.assert_refused_everywhere(self.edit("f.attrs['format_version'] += 1"), "newer")

    def test_foreign_hdf5(self):
        self.assert_refused_everywhere(self.edit("f.attrs['format'] = 'something else'"), "no nudipole result")

    def test_edited_number(self):
        self.assert_refused_everywhere(self.edit("f['minus_two_log_l'][0, 0] = 1.0"), "digest")


class ForeignScan(ProgramTest):
    def test_other_configuration_and_shard(self):
        config = self.write("config.yaml", grid(5, 10))
        other = self.write("other.yaml", grid(5, 11))
        file = self.folder / "scan.h5"
        self.scan(config, file)
        before = file.read_bytes()
        for arguments, fragment in (((other,), "another configuration"), ((config, "--shard", "1/2"), "another shard")):
            run = nudipole("scan", *arguments, "-o", file, timeout=10)
            self.assert_refused(run, RESULT_FILE, fragment)
        self.assertEqual(file.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
