#!/usr/bin/env python3
"""Prints a table of the lines that the tests of a build with NUDIPOLE_COVERAGE have reached, by module.

    coverage.py BUILD_DIR SOURCE_DIR

The tests ran with LLVM_PROFILE_FILE=BUILD_DIR/profiles/%m.profraw.
"""
import collections
import json
import subprocess
import sys
from pathlib import Path


def lines_of_files(build):
    """File -> (lines, lines that a test has run)."""
    profiles = sorted((build / "profiles").glob("*.profraw"))
    if not profiles:
        sys.exit(f"no counts in {build / 'profiles'}: did tests run with LLVM_PROFILE_FILE?")
    merged = build / "profiles" / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", "-o", merged, *profiles], check=True)
    first, *others = [path for path in sorted((build / "tests").glob("**/test_*"))
                      if path.is_file() and path.stat().st_mode & 0o100]
    report = subprocess.run(
        ["llvm-cov", "export", "-summary-only", f"-instr-profile={merged}", first,
         *(argument for path in others for argument in ("-object", path))],
        stdout=subprocess.PIPE, check=True).stdout
    for file in json.loads(report)["data"][0]["files"]:
        lines = file["summary"]["lines"]
        yield Path(file["filename"]), lines["count"], lines["covered"]


def main(build, source):
    """The command line."""
    counts = collections.Counter()
    for path, lines, reached in lines_of_files(Path(build).resolve()):
        if not path.is_relative_to(Path(source).resolve()):
            continue
        parts = path.relative_to(Path(source).resolve()).parts
        if parts[0] in ("src", "include"):
            for row in (parts[1 if parts[0] == "src" else 2], "all"):
                counts[row, "lines"] += lines
                counts[row, "reached"] += reached
    print(f"{'module':<12}{'lines':>7}{'reached':>9}")
    for module in [*sorted({name for name, _ in counts} - {"all"}), "all"]:
        lines, reached = counts[module, "lines"], counts[module, "reached"]
        print(f"{module:<12}{lines:>7}{100 * reached / lines:>8.1f}%")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
