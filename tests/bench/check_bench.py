#!/usr/bin/env python3
"""Runs bench_kernels and compares the medians with the limits of the project.

    check_bench.py PROGRAM      table of measured times and their ratio to the limit; exit code 1 if
                                one is above its limit
    check_bench.py --self-test  checks the comparison itself with made-up reports

Times are processor times, so that other programs on the machine count little.
"""
import json
import subprocess
import sys

# Largest median in microseconds, by the part of a benchmark's name before the slash.
LIMITS_US = {"portal": 100.0, "profile_fit": 50.0, "both_limits": 2000.0, "load": 20e3,
             "dresden_fit": 200.0, "dresden_mass": 5000.0, "electron_fit": 15.0,
             "electron_mass": 2000.0, "eight_sets": 10e3, "plane": 20e3}
MICROSECONDS = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}
REPETITIONS = 5


def run(program):
    """The report of a run as a dictionary."""
    output = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}",
         "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.2"],
        stdout=subprocess.PIPE, check=True).stdout
    return json.loads(output)


def medians_us(report):
    """Benchmark -> median processor time in microseconds."""
    return {entry["run_name"]: entry["cpu_time"] * MICROSECONDS[entry["time_unit"]]
            for entry in report["benchmarks"] if entry.get("aggregate_name") == "median"}


def judge(report):
    """Lines for people, and whether every limit is kept and was measured."""
    lines = [f"{'benchmark':<24}{'measured us':>14}{'limit us':>12}{'ratio':>8}"]
    good = True
    medians = medians_us(report)
    for name, measured in medians.items():
        limit = LIMITS_US.get(name.split("/")[0])
        if limit is None:
            lines.append(f"{name:<24}{measured:>14.2f}{'-':>12}{'-':>8}")
            continue
        kept = measured <= limit
        good = good and kept
        lines.append(f"{name:<24}{measured:>14.2f}{limit:>12.0f}{measured / limit:>8.2f}"
                     + ("" if kept else "  ABOVE THE LIMIT"))
    for missing in sorted(set(LIMITS_US) - {name.split("/")[0] for name in medians}):
        good = False
        lines.append(f"{missing:<24}{'not measured':>14}")
    return lines, good


def self_test():
    """Whether the comparison passes good reports and fails bad ones."""
    def report(**times):
        return {"benchmarks": [
            {"run_name": name, "aggregate_name": kind, "cpu_time": time * factor,
             "real_time": 1e9, "time_unit": unit}
            for name, (time, unit) in times.items()
            for kind, factor in (("mean", 100.0), ("median", 1.0), ("stddev", 1.0))]}

    good = {"portal/1_MeV": (99.0, "us"), "profile_fit/1_MeV": (49e3, "ns"),
            "both_limits/1_MeV": (1.9, "ms"), "load": (0.019, "s"), "whole_unit": (9e9, "s"),
            "dresden_fit/fef": (199.0, "us"), "dresden_mass/fef": (4.9, "ms"),
            "electron_fit/lz": (14.0, "us"), "electron_mass/lz": (1.9, "ms"),
            "eight_sets/tau": (9.9, "ms"), "plane": (19.0, "ms")}
    bad = [{**good, "portal/2_MeV": (101.0, "us")}, {**good, "profile_fit/1_MeV": (51e3, "ns")},
           {**good, "dresden_fit/fef": (201.0, "us")}, {**good, "dresden_mass/fef": (5.1, "ms")},
           {**good, "electron_fit/lz": (16.0, "us")}, {**good, "electron_mass/lz": (2.1, "ms")},
           {**good, "both_limits/1_MeV": (2.1, "ms")}, {**good, "load": (0.021, "s")},
           {**good, "eight_sets/tau": (10.1, "ms")}, {**good, "plane": (21.0, "ms")},
           {name: time for name, time in good.items() if name != "load"}]
    return judge(report(**good))[1] and not any(judge(report(**times))[1] for times in bad)


def main(arguments):
    """The command line."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if arguments[0] == "--self-test":
        return 0 if self_test() else 1
    lines, good = judge(run(arguments[0]))
    print("\n".join(lines))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
