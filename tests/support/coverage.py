#!/usr/bin/env python3
"""Prints a table of the lines that the tests of a build with --coverage have reached, by module.

    coverage.py BUILD_DIR SOURCE_DIR
"""
import collections
import json
import subprocess
import sys
from pathlib import Path


def reached_lines(build, source):
    """(file below `source`, line) -> True where any object file has run it."""
    lines = collections.defaultdict(bool)
    data = sorted(build.glob("src/**/*.gcda"))
    if not data:
        sys.exit(f"no coverage data below {build / 'src'}: were the tests run?")
    reports = subprocess.run(["gcov", "--json-format", "--stdout", *data], capture_output=True, text=True,
                             check=True).stdout
    for report in map(json.loads, reports.splitlines()):
        for file in report["files"]:
            path = Path(report["current_working_directory"], file["file"]).resolve()
            if path.is_relative_to(source):
                for line in file["lines"]:
                    lines[path.relative_to(source), line["line_number"]] |= line["count"] > 0
    return lines


def main(build, source):
    """The command line."""
    counts = collections.Counter()
    for (path, _), reached in reached_lines(Path(build).resolve(), Path(source).resolve()).items():
        if path.parts[0] in ("src", "include"):
            module = path.parts[1 if path.parts[0] == "src" else 2]
            for row in (module, "all"):
                counts[row, "lines"] += 1
                counts[row, "reached"] += reached
    print(f"{'module':<12}{'lines':>7}{'reached':>9}")
    for module in [*sorted({name for name, _ in counts} - {"all"}), "all"]:
        lines, reached = counts[module, "lines"], counts[module, "reached"]
        print(f"{module:<12}{lines:>7}{100 * reached / lines:>8.1f}%")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
