"""Commands that read a result file, given something else: exit code 4."""

import unittest

from nudipole_run import RESULT_FILE, ProgramTest, config_text, nudipole, with_h5py


class BadResultFile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "a.h5"

    def make(self):
        self.scan(self.write("a.yaml", config_text()), self.file)

    def refused_by_all(self, *fragments):
        for command in (["status", self.file], ["limits", self.file],
                        ["plot", self.file, "-o", self.folder / "a.pdf"]):
            with self.subTest(command[0]):
                self.assert_refused(nudipole(*command), RESULT_FILE, self.file, *fragments)
        self.assertFalse((self.folder / "a.pdf").exists())

    def test_missing(self):
        self.refused_by_all("No such file")

    def test_folder(self):
        self.file.mkdir()
        self.refused_by_all()

    def test_text(self):
        self.file.write_text("mass,limit\n1,2\n", encoding="utf-8")
        self.refused_by_all("not an HDF5 file")

    def test_empty(self):
        self.file.write_bytes(b"")
        self.refused_by_all("empty")

    def test_truncated(self):
        self.make()
        whole = self.file.read_bytes()
        for share in (0.1, 0.5, 0.9):
            self.file.write_bytes(whole[:int(share * len(whole))])
            self.refused_by_all("truncated")

    def test_a_flipped_bit(self):
        self.make()
        whole = bytearray(self.file.read_bytes())
        for share in (0.3, 0.6, 0.9):
            damaged = bytearray(whole)
            damaged[int(share * len(whole))] ^= 0x10
            self.file.write_bytes(damaged)
            self.refused_by_all()

    def test_foreign_hdf5(self):
        with_h5py("with h5py.File(sys.argv[1], 'w') as f: f['x'] = [1.0, 2.0]", self.file)
        self.refused_by_all("no nudipole result")


if __name__ == "__main__":
    unittest.main()
