"""The program, asked for what only it knows: limits with decay lengths, expected limits, toys, the contents' digest."""

import csv
import io
import os
import shutil
import subprocess


def path():
    """Path of the program: NUDIPOLE_PROGRAM, else `nudipole` of PATH; None where there is none."""
    return os.environ.get("NUDIPOLE_PROGRAM") or shutil.which("nudipole")


def run(*words):
    """A finished run of the program; None where there is no program."""
    if path() is None:
        return None
    return subprocess.run([path(), *map(str, words)], capture_output=True, text=True, check=False)


def rows_of(done):
    """The rows of a table that the program printed."""
    return list(csv.DictReader(io.StringIO(done.stdout)))


def complaint(done):
    """What the program says against a request, without its own name."""
    text = (done.stderr.strip().splitlines() or ["the program ended without a word"])[-1]
    return text.removeprefix("nudipole: ").split(" error: ", 1)[-1]
