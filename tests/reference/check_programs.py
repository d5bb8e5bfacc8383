#!/usr/bin/env python3
"""Every table beside this file names the one program in independent/ that makes it, and every make_*.py is named."""
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
programs = {path.name: path.read_text() for path in (FOLDER / "independent").glob("make_*.py")}
problems, named = [], set()
for table in sorted(FOLDER.glob("*.csv")):
    comments = "".join(line for line in table.read_text().splitlines() if line.startswith("#"))
    found = set(re.findall(r"tests/reference/independent/(\w+\.py)", comments))
    named |= found
    if len(found) != 1 or f'"{table.name}"' not in programs.get(*found, ""):
        problems.append(f"{table.name} names {sorted(found) or 'no program'}, expected the make_*.py that writes it")
problems += [f"no table names {name}" for name in sorted(programs.keys() - named)]
print("\n".join(problems) or f"{len(named)} programs")
sys.exit(1 if problems or not named else 0)
