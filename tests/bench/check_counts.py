#!/usr/bin/env python3
"""Guards speed without a clock: the instructions of the hottest kernels against kernel_counts.csv.

    check_counts.py PROGRAM DATA_DIR                   exit code 1 when a kernel has left its band
    check_counts.py PROGRAM DATA_DIR --update REASON   stores what is counted now
    check_counts.py --self-test

Valgrind repeats a count to 1e-5. libm and memcpy choose their variants by the processor (16 % of a fit):
those that old processors lack are switched off, so that all machines agree. Compilers and libraries move
counts by a few percent: the table belongs to g++ of Debian 12. It counts a run of each kernel, as
count_kernels.cpp defines it.
"""
import csv
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TABLE = Path(__file__).with_name("kernel_counts.csv")
COLUMNS = ["kernel", "instructions", "date", "reason"]
KERNELS = ("gradient", "fit", "templates")
BAND = 0.05
OLD_PROCESSOR = "glibc.cpu.hwcaps=" + ",".join(
    "-" + feature for feature in ("AVX", "AVX2", "AVX512F", "AVX512VL", "BMI2", "ERMS", "FMA", "FMA4",
                                  "FSRM", "MOVBE", "SSE4_1", "SSE4_2"))
SKIPPED = 77


def instructions(program, data, kernel, runs):
    """All instructions of the program that runs a kernel so often."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, data, kernel,
             str(runs)], env=dict(os.environ, GLIBC_TUNABLES=OLD_PROCESSOR), capture_output=True, text=True,
            check=False)
    total = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or total is None:
        sys.exit(f"count_kernels {kernel} {runs} failed under valgrind:\n{done.stderr}")
    return int(total[1])


def count(program, data):
    """Instructions of one run of every kernel; the difference of two counts has no start-up."""
    cases = [(kernel, runs) for kernel in KERNELS for runs in (1, 2)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = dict(zip(cases, pool.map(lambda case: instructions(program, data, *case), cases)))
    return {kernel: counts[kernel, 2] - counts[kernel, 1] for kernel in KERNELS}


def judge(counted, stored):
    """Lines of a report, and whether every kernel is inside its band."""
    lines, good = [], True
    for kernel, now in counted.items():
        if kernel not in stored:
            lines.append(f"{kernel:<10}{now:>14}  is not in {TABLE.name}")
            good = False
            continue
        change = now / stored[kernel] - 1.0
        inside = abs(now - stored[kernel]) <= BAND * stored[kernel]
        good = good and inside
        lines.append(f"{kernel:<10}{now:>14}  stored {stored[kernel]:>14}  {100 * change:+6.1f} %"
                     + ("" if inside else "  SLOWER" if change > 0.0 else "  FASTER"))
    if not good:
        lines.append(f"More than {100 * BAND:.0f} % off. If it was meant (also when it became faster, so that "
                     "a later loss is seen):\n  check_counts.py PROGRAM DATA_DIR --update 'the reason'")
    return lines, good


def read_table():
    """kernel -> instructions."""
    with open(TABLE, encoding="utf-8", newline="") as file:
        return {row["kernel"]: int(row["instructions"]) for row in csv.DictReader(file)}


def update(counted, reason):
    """Writes the table anew."""
    with open(TABLE, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for kernel, now in counted.items():
            writer.writerow([kernel, now, datetime.date.today().isoformat(), reason])


def self_test():
    """Whether counts inside the band pass, and those outside and unknown kernels do not."""
    stored = {"fit": 1000}
    return (all(judge({"fit": now}, stored)[1] for now in (950, 1000, 1050))
            and not any(judge({"fit": now}, stored)[1] for now in (949, 1051))
            and not judge({"other": 1000}, stored)[1])


def main(arguments):
    """The command line."""
    if arguments == ["--self-test"]:
        return 0 if self_test() else 1
    if len(arguments) != 2 and (len(arguments) != 4 or arguments[2] != "--update"):
        print(__doc__, file=sys.stderr)
        return 2
    if shutil.which("valgrind") is None:
        print("no valgrind", file=sys.stderr)
        return SKIPPED
    counted = count(*arguments[:2])
    if len(arguments) == 4:
        update(counted, arguments[3])
    lines, good = judge(counted, read_table())
    print("\n".join(lines))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
