#!/usr/bin/env python3
"""Kills scans, or runs of toys, with SIGKILL at random moments and resumes them with other numbers of ranks;
the final results must equal those of an undisturbed run, byte for byte.

    campaign.py [toys] [N [SEED]]     N trials (default 20); the seed of a run is printed

Each trial: one to three kills of a random rank, of all ranks, of mpirun, or of rank 0 in the middle of
writing a checkpoint; each followed by the checks that the file is sound and has lost no result; then a
run to the end.
"""

import pathlib
import random
import shutil
import sys
import tempfile
import time

from nudipole_run import DONE, config_text, finish, grid, nudipole, status
from processes import end_of, kill, ranks_of, start_scan, temporaries

CHECKPOINT_EVERY_S = 0.001  # all the time, so that many kills hit a checkpoint
# Toys until a rule is content, and points between those of the grid: several levels.
TOYS = "{method: feldman_cousins, least: 200, most: 2000, batch: 50, wanted_error: 0.1, seed: 3}"


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def toys_text():
    return (config_text(masses="{values_MeV: [1, 10, 20, 30]}", limits="{confidence: [0.90]}",
                        couplings="{from_mu_B: 6.0e-10, to_mu_B: 1.0e-8, points: 8}",
                        checkpoint_every_s=CHECKPOINT_EVERY_S) + f"toys: {TOYS}\n")


def done(file):
    """Finished fits (pieces of toys), which only grow in number, and places; nothing when there is no file yet."""
    if not file.exists():
        return 0, ""
    facts = status(file)  # fails for a file that is not sound
    noun = "points" if "points_done" in facts else "masses"
    return int(facts["fits_done"]), f"{facts[noun + '_done']} of {facts[noun + '_total']} {noun} are done"


class Campaign:
    def __init__(self, folder, seed, command):
        self.random = random.Random(seed)
        self.folder = folder
        self.command = command
        self.config = folder / "config.yaml"
        text = toys_text() if command == "toys" else grid(40, 250, checkpoint_every_s=CHECKPOINT_EVERY_S)
        self.config.write_text(text, encoding="utf-8")
        whole = folder / "whole.h5"
        begin = time.monotonic()
        run = nudipole(command, self.config, "-o", whole, ranks=3)
        self.duration = time.monotonic() - begin
        check(run.code == DONE, run)
        self.expected = status(whole)["results_sha256"]
        self.kills = {}

    def ranks(self):
        """One to four ranks, or the program alone."""
        return self.random.choice([None, 1, 2, 3, 4])

    def strike(self, process, file):
        """Kills something of a running scan; returns what, and the ranks there were."""
        way = self.random.choice(["one rank", "all ranks", "mpirun", "rank 0 writing"])
        end = time.monotonic() + self.random.uniform(0.0, self.duration)
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.005)
        if way == "rank 0 writing":
            end = time.monotonic() + self.duration
            while not temporaries(file) and process.poll() is None and time.monotonic() < end:
                pass  # such a file lives for milliseconds
        if process.poll() is not None:
            return "too late", []
        ranks = ranks_of(process)
        # Still starting. One rank that dies inside MPI_Init can leave Open MPI 4.1's mpirun waiting for it.
        if not ranks or (way == "one rank" and not file.with_name(file.name + ".lock").exists()):
            way = "mpirun"
        if way == "one rank":
            kill(self.random.choice(ranks))
        elif way == "all ranks":
            kill(*self.random.sample(ranks, len(ranks)))
        elif way == "mpirun":
            kill(process.pid)
        else:
            kill(ranks[0])
        return way, ranks

    def trial(self, number):
        file = self.folder / f"trial{number}.h5"
        story = []
        for _ in range(self.random.randint(1, 3)):
            before = done(file)
            ranks = self.ranks()
            process = start_scan(self.config, file, ranks, command=self.command)
            way, pids = self.strike(process, file)
            run = end_of(process, pids)
            self.kills[way] = self.kills.get(way, 0) + 1
            after = done(file)
            story.append(f"{ranks or 'alone'}: {way} at {after[0]}")
            check(after[0] >= before[0], f"results were lost: {before} before, {after} after: {story} {run}")
            if before[0] > 0 and "resuming" in run.err:
                check(f": {before[1]}" in run.err, f"{story} {run}")
        ranks = self.ranks()
        run = finish(start_scan(self.config, file, ranks, command=self.command))
        check(run.code == DONE, f"{story} {run}")
        facts = status(file)
        check(facts["results_sha256"] == self.expected, f"other results than undisturbed: {story}")
        check(not temporaries(file), f"left-over temporaries: {story}")
        check(not file.with_name(file.name + ".lock").exists(), f"left-over lock: {story}")
        file.unlink()
        return f"{'; '.join(story)}; finished by {ranks or 'one alone'}"


def main():
    words = [word for word in sys.argv[1:] if word != "-v"]  # -v: for all tests alike
    command = "toys" if "toys" in words else "scan"
    numbers = [int(word) for word in words if word != "toys"]
    trials = numbers[0] if numbers else 20
    seed = numbers[1] if len(numbers) > 1 else random.randrange(10**6)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-faults-"))
    print(f"{trials} trials of {command}, seed {seed}", flush=True)
    begin = time.monotonic()
    campaign = Campaign(folder, seed, command)
    failed = 0
    for number in range(trials):
        try:
            print(f"{number + 1}: {campaign.trial(number)}", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"{number + 1}: FAILED: {error}", flush=True)
    kills = ", ".join(f"{count} {way}" for way, count in sorted(campaign.kills.items()))
    print(f"{trials - failed} of {trials} trials equal the undisturbed run byte for byte, "
          f"{time.monotonic() - begin:.0f} s; killed: {kills}")
    if failed:
        print(f"files are kept in {folder}; the same kills again (not the same moments): "
              f"{command} {trials} {seed}".replace(": scan", ":"))
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
