#!/usr/bin/env python3
"""Limits of one configuration for every choice of its experiment's options, one changed at a time.

    compare_options.py CONFIG [--program NUDIPOLE] [--data DIR]

CONFIG names one experiment in the form `- {name: X, options: {a: b}}`; what is chosen there stays,
except for the option that is being changed. Prints CSV: the change, mass, limit, and its ratio to
the limit of the configuration as it is.
"""

import argparse
import csv
import io
import pathlib
import re
import subprocess
import sys
import tempfile

EXPERIMENT = re.compile(r"-\s*\{\s*name:\s*(?P<name>\w+)\s*(,\s*options:\s*\{(?P<options>[^{}]*)\}\s*)?\}")
CHOICES = re.compile(r"; one of (?P<choices>[^;]*); default (?P<default>\S+)$")
SOURCE = pathlib.Path(__file__).resolve().parents[1]


def run(program, *arguments):
    result = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"compare_options: {' '.join(map(str, arguments))}: {result.stderr.strip()}")
    return list(csv.DictReader(io.StringIO(result.stdout)))


def read_options(program, data, experiment):
    """Option -> (choices, default)."""
    options = {}
    for row in run(program, "list", *data):
        if row["kind"] == "option" and row["name"] == experiment:
            found = CHOICES.search(row["description"])
            options[row["item"]] = found["choices"].split(", "), found["default"]
    return options


def limits(program, data, text, folder, number):
    config, result = folder / f"{number}.yaml", folder / f"{number}.h5"
    config.write_text(text, encoding="utf-8")
    run(program, "scan", config, "-o", result, *data)
    return run(program, "limits", result)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("--program", default=str(SOURCE / "build/release/jobs/nudipole"))
    parser.add_argument("--data", help="data folder, as for nudipole")
    arguments = parser.parse_args()
    program, data = arguments.program, ["--data", arguments.data] if arguments.data else []

    text = arguments.config.read_text(encoding="utf-8")
    matches = list(EXPERIMENT.finditer(text))
    if len(matches) != 1:
        sys.exit(f"compare_options: {arguments.config}: expected one experiment, '- {{name: X, options: {{a: b}}}}'")
    match = matches[0]
    chosen = dict(part.split(":") for part in (match["options"] or "").split(",") if part.strip())
    chosen = {key.strip(): value.strip().strip("\"'") for key, value in chosen.items()}
    options = read_options(program, data, match["name"])
    unknown = set(chosen) - set(options)
    if unknown:
        sys.exit(f"compare_options: {match['name']} has no option {', '.join(sorted(unknown))}")

    runs = [("as configured", chosen)]
    for option, (choices, default) in options.items():
        runs += [(f"{option}={choice}", chosen | {option: choice})
                 for choice in choices if choice != chosen.get(option, default)]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["change", "mass_MeV", "confidence", "dof", "d_mu_B", "ratio", "status"])
    with tempfile.TemporaryDirectory() as folder:
        plain = None
        for number, (what, selection) in enumerate(runs):
            inside = ", ".join(f'{key}: "{value}"' for key, value in selection.items())
            changed = (text[:match.start()] + f"- {{name: {match['name']}, options: {{{inside}}}}}"
                       + text[match.end():])
            rows = limits(program, data, changed, pathlib.Path(folder), number)
            plain = plain or rows
            for row, before in zip(rows, plain):
                both = row["status"] == before["status"] == "ok"
                ratio = f"{float(row['d_mu_B']) / float(before['d_mu_B']):.4f}" if both else ""
                writer.writerow([what, row["mass_MeV"], row["confidence"], row["dof"], row["d_mu_B"], ratio,
                                 row["status"]])


if __name__ == "__main__":
    main()
