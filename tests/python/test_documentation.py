"""Doctests of the package and of its page, run where a reader would: in the project's folder."""

import doctest
import os
import pathlib
import re
import subprocess
import sys
import unittest

from python_module import SOURCE, restart_with

restart_with("numpy", "iminuit", "emcee", "matplotlib")

import nudipole  # noqa: E402
import nudipole._limit  # noqa: E402

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Documentation(unittest.TestCase):
    def setUp(self):
        self.addCleanup(os.chdir, pathlib.Path.cwd())
        os.chdir(SOURCE)

    def test_package(self):
        for module in (nudipole, nudipole._limit):
            result = doctest.testmod(module, optionflags=FLAGS, verbose=False)
            self.assertEqual(result.failed, 0)

    def test_front_page(self):
        text = (SOURCE / "README.md").read_text(encoding="utf-8")
        (script,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        lines = [line for line in script.splitlines() if not line.startswith("import")]
        self.assertLessEqual(len(lines), 10)
        done = subprocess.run([sys.executable, "-c", "import numpy; numpy.random.seed(1)\n" + script], cwd="/",
                              stdout=subprocess.PIPE, text=True, check=True,
                              env={**os.environ, "PYTHONPATH": os.environ["NUDIPOLE_PYTHON_PATH"]})
        limit, credible = map(float, done.stdout.split()[-2:])
        # The independent program's limit (csi_2022_limits.csv, its digits), and a credible one of 30 000 points.
        self.assertAlmostEqual(limit / 1.90338e-9, 1.0, delta=1e-6)
        self.assertAlmostEqual(credible, 1.9, delta=0.6)

    def test_page(self):
        page = SOURCE / "src" / "python" / "README.md"
        result = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS, verbose=False, encoding="utf-8")
        self.assertEqual(result.failed, 0)
        self.assertGreater(result.attempted, 20)


if __name__ == "__main__":
    unittest.main()
