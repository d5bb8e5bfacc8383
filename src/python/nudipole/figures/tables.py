"""Tables that the program prints (CSV), read from a file or standard input."""

import csv
import sys

from .. import _program
from . import FigureError


class Table:
    """Rows of a table by the names of their columns."""

    def __init__(self, path, rows=None):
        self.path = path
        try:
            if rows is not None:
                self.rows = rows
            elif path == "-":
                self.rows = list(csv.DictReader(sys.stdin))
            else:
                with open(path, encoding="utf-8", newline="") as file:
                    self.rows = list(csv.DictReader(file))
        except OSError as error:
            raise FigureError(f"{path}: is not a table of nudipole: {error.strerror}") from None
        except UnicodeDecodeError:
            raise FigureError(f"{path}: is not a table of nudipole: give CSV that a subcommand has printed, or a configuration "
                              "with --with") from None
        self.columns = list(self.rows[0]) if self.rows else []
        if not self.rows:
            raise FigureError(f"{path}: the table is empty")

    @classmethod
    def of_result(cls, subcommand, path):
        """What a subcommand prints of a result file; a table of it is read as it is."""
        if path == "-" or path.endswith(".csv"):
            return cls(path)
        done = _program.run(subcommand, path)
        if done is None:
            raise FigureError(f"{path}: is read by the program, which was not found: set NUDIPOLE_PROGRAM")
        if done.returncode != 0:
            raise FigureError(_program.complaint(done))
        return cls(path, _program.rows_of(done))

    def need(self, *columns, made_by):
        """Refuses a table of another kind."""
        missing = [name for name in columns if name not in self.columns]
        if "coupling_mu_B" in missing and any(name.startswith("coupling_mu_B.") for name in self.columns):
            raise FigureError(f"{self.path}: the toys are of several couplings; --figure plane shows two")
        if missing:
            raise FigureError(f"{self.path}: has no column {', '.join(missing)}: give a table of {made_by}")

    def number(self, row, column):
        """A cell as a number; NaN where it is empty or the column is not there."""
        text = row.get(column) or "nan"
        try:
            return float(text)
        except ValueError:
            raise FigureError(f"{self.path}: '{text}' in column {column} is not a number") from None


def distinct(values):
    """Values without repetition, in their order."""
    return list(dict.fromkeys(values))
