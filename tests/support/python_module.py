"""What tests of the Python module share. Importing it makes `nudipole` importable.

The interpreter of the tests may have no numpy: then the test runs again in one that has.
"""

import os
import pathlib
import sys
import unittest

from nudipole_run import SOURCE, python_with, read_csv


def restart_with(*modules):
    """Goes on in a Python that has these modules; skips the tests where there is none."""
    python = python_with(*modules)
    if python is None:
        raise unittest.SkipTest(f"no Python with {', '.join(modules)}")
    if python != sys.executable:
        os.execv(python, [python, "-B", *sys.argv])


sys.path.insert(0, os.environ["NUDIPOLE_PYTHON_PATH"])
os.environ.pop("NUDIPOLE_DATA", None)  # the package finds its own


def reference_rows(name):
    """Rows of a table of the independent programs; the units in its heading are dropped."""
    lines = (SOURCE / "tests" / "reference" / name).read_text(encoding="utf-8").splitlines()
    heading, *rows = [line for line in lines if not line.startswith("#")]
    names = [column.split(" [")[0] for column in heading.split(",")]
    return read_csv("\n".join([",".join(names), *rows]))


def config(name):
    return pathlib.Path(SOURCE, "configs", f"{name}.yaml")
