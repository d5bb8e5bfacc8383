#!/usr/bin/env python3
"""Prints the table of tests/bench/README.md: what fits, masses, start-up and whole programs take on this machine.

    table.py BUILD_DIR SOURCE_DIR

Runs bench_fits, bench_kernels, bench_loading and whole scans, which all are in a release build. Times are processor times of one
core; of whole programs the least of three runs, start-up and files included. A quiet machine: ten minutes.
"""
import csv
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

LLX_FIGURE_2 = ("llx_fig2_e", "llx_fig2_mu", "llx_dresden_fef", "llx_dresden_ybe", "llx_dresden_lindhard", "llx_xenon1t_tau",
                "llx_pandax4t_tau")
CASES = {"csi_2022": "CsI 2022 (99 bins, 4 nuisances)", "dresden_ii": "Dresden-II (130 bins, 7 parameters, not linear)",
         "cenns10_3d": "LAr 3-D (960 cells, 9 nuisances)"}
# Wanted and aimed at by those who wrote the program [us]; None: nothing was.
GOALS = {"csi_2022": (5, 3, 80, 40), "dresden_ii": (18, 10, 350, 200), "cenns10_3d": (60, 35, None, None)}


def shown(microseconds):
    """A time in words, two digits."""
    if microseconds is None:
        return "-"
    for size, unit in ((1e6, "s"), (1e3, "ms"), (1.0, "us")):
        if microseconds >= size or unit == "us":
            return f"{float(f'{microseconds / size:.2g}'):g} {unit}"
    return ""


def rows_of(*command):
    """Lines of CSV of a program as dictionaries."""
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return list(csv.DictReader(output.splitlines()))


def kernels(program):
    """Median processor times of some benchmarks [us]."""
    report = json.loads(subprocess.run(
        [program, "--benchmark_filter=^(plane|eight_sets)", "--benchmark_format=json", "--benchmark_repetitions=5",
         "--benchmark_report_aggregates_only=true"], check=True, stdout=subprocess.PIPE).stdout)
    return {entry["run_name"]: entry["cpu_time"] for entry in report["benchmarks"] if entry["aggregate_name"] == "median"}


def scans_us(program, configs):
    """Processor time of scans, one after the other, the least of three rounds [us]."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            for config in configs:
                subprocess.run([program, "scan", config, "-o", f"{folder}/{config.stem}.h5"], check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(1e6 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return min(times)


def main(arguments):
    """The command line."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    build, source = map(pathlib.Path, arguments)
    configs, data = source / "configs", source / "data"
    bench, program = build / "tests/bench", build / "jobs/nudipole"
    print("| work, one core | measured | wanted | aim | plain / ours |\n|---|---|---|---|---|")

    def row(work, measured, wanted=None, aim=None, ratio=""):
        print(f"| {work} | {shown(measured)} | {shown(wanted)} | {shown(aim)} | {ratio} |", flush=True)

    for fit in rows_of(bench / "bench_fits", data):
        goals = GOALS[fit["case"]]
        row(f"profile fit {CASES[fit['case']]}", float(fit["fit_us"]), *goals[:2], float(fit["ratio"]))
        row(f"best fit and both 90 % limits of a mass, {fit['case']}", float(fit["best_and_limits_us"]), *goals[2:])
    measured = kernels(bench / "bench_kernels")
    for flavour in ("universal", "tau"):
        row(f"the eight data sets of solar neutrinos and CONUS+, templates, best fit and both limits of a mass, {flavour}",
            measured[f"eight_sets/{flavour}"], 10e3)
    row("two couplings, 40 x 40 points at one mass, CsI 2022", measured["plane"], 20e3)
    *each, rank = rows_of(bench / "bench_loading", data, configs / "combined_universal.yaml")
    longest = max(each, key=lambda one: float(one["loading_ms"]))
    row(f"start-up of an experiment, the longest ({longest['experiment']} {longest['option']})",
        1e3 * float(longest["loading_ms"]), 20e3)
    row("start-up of a rank, all experiments of `combined_universal`", 1e3 * float(rank["loading_ms"]), 100e3, 50e3)
    row("`combined_universal`, whole program", scans_us(program, [configs / "combined_universal.yaml"]), 1.6e6, 0.8e6)
    row("the seven scans of LLX figure 2", scans_us(program, [configs / f"{name}.yaml" for name in LLX_FIGURE_2]), 1.2e6, 0.6e6)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
