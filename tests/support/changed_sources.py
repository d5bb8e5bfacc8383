#!/usr/bin/env python3
"""Prints the sources of a compile database that clang-tidy has to read, one a line.

    changed_sources.py COMPILE_COMMANDS [BASE]

Those that differ from the commit BASE, or include a header that does; without BASE all sources.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def main(database, base=None):
    """The command line."""
    root = Path.cwd()
    entries = json.loads(Path(database).read_text(encoding="utf-8"))
    files = sorted({Path(entry["file"]) for entry in entries})
    # What CMake generates (single headers, precompiled headers) lies in the build folder.
    sources = [file for file in files if file.is_relative_to(root)
               and file.relative_to(root).parts[0] in ("src", "jobs", "tests")]
    if base is not None:
        names = subprocess.run(["git", "diff", "--name-only", base, "--", "*.cpp", "*.hpp"],
                               capture_output=True, text=True, check=True).stdout.split()
        changed = {root / name for name in names}
        sources = [file for file in sources if file in changed or any(
            place / header in changed
            for header in INCLUDE.findall(file.read_text(encoding="utf-8"))
            for place in (file.parent, root / "include", root / "tests"))]
    print("\n".join(map(str, sources)))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
