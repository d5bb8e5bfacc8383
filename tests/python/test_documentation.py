"""Doctests of the package and of its page, run where a reader would: in the project's folder."""

import doctest
import os
import pathlib
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

    def test_page(self):
        page = SOURCE / "src" / "python" / "README.md"
        result = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS, verbose=False, encoding="utf-8")
        self.assertEqual(result.failed, 0)
        self.assertGreater(result.attempted, 20)


if __name__ == "__main__":
    unittest.main()
