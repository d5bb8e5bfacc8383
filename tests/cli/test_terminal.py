"""What a person at a terminal sees: aligned tables, and a progress bar, under mpirun too."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import unittest

from nudipole_run import PROGRAM, ProgramTest, environment, grid, mpirun, nudipole

PATIENCE_S = 150


def at_terminal(*command, stdout=None, columns=0):
    """(exit code, what a terminal receives); standard output goes elsewhere where that is given."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=stdout or slave,
                               stderr=slave, env=environment())
    os.close(slave)
    text = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # Linux: nobody has the other end any more
            break
        if not part:
            break
        text += part
    os.close(master)
    return process.wait(PATIENCE_S), text.decode()


class Terminal(ProgramTest):
    words = ("convert", "--coupling-mu-B", "1e-9")

    def test_tables_are_aligned_at_a_terminal_only(self):
        code, text = at_terminal(PROGRAM, *self.words)
        self.assertEqual(code, 0, text)
        self.assertEqual(text.replace("\r\n", "\n"), self.succeed(*self.words, "--format", "table").out)
        code, text = at_terminal(PROGRAM, *self.words, "--format", "csv")
        self.assertEqual(text.replace("\r\n", "\n"), self.succeed(*self.words).out)
        self.assertIn(",", text)

    def test_tables_fit_the_terminal(self):
        config = self.write("a.yaml", grid(40, 80))
        code, text = at_terminal(PROGRAM, "check", config, columns=80)
        self.assertEqual(code, 0, text)
        lines = text.replace("\r\n", "\n").splitlines()
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertGreater(max(map(len, lines)), 70)
        whole = self.succeed("check", config, "--format", "table").out.splitlines()
        self.assertEqual(len(lines), len(whole))
        self.assertGreater(max(map(len, whole)), 100)
        self.assertGreater(max(map(len, at_terminal(PROGRAM, "check", config)[1].splitlines())), 100, "width unknown")

    def test_a_file_gets_csv_from_a_terminal(self):
        with open(self.folder / "a.csv", "wb") as file:
            self.assertEqual(at_terminal(PROGRAM, *self.words, stdout=file)[0], 0)
        self.assertEqual((self.folder / "a.csv").read_text(encoding="utf-8"), self.succeed(*self.words).out)

    def test_limits_choose_by_themselves_too(self):
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", grid(2, 2)), file)
        code, text = at_terminal(PROGRAM, "limits", file)
        self.assertEqual(code, 0, text)
        self.assertEqual(text.replace("\r\n", "\n"), self.succeed("limits", file, "--format", "table").out)

    def test_a_scan_alone_and_under_mpirun_has_a_bar(self):
        config = self.write("a.yaml", grid(4, 4))
        for name, launcher in (("alone", []), ("ranks", mpirun(2))):
            with self.subTest(name):
                code, text = at_terminal(*launcher, PROGRAM, "scan", config, "-o", self.folder / f"{name}.h5")
                self.assertEqual(code, 0, text)
                self.assertIn("[##############################] 4/4 masses", text)

    def test_a_log_has_lines_and_no_bar(self):
        run = nudipole("scan", self.write("a.yaml", grid(3, 3)), "-o", self.folder / "a.h5")
        self.assertNotIn("[#", run.err)


if __name__ == "__main__":
    unittest.main()
