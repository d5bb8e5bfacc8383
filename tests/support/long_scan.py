"""Scans that last, whatever the machine, and ways to look at one while it runs.

A grid of fixed size takes 2 s here and 10 s there. Tests that disturb a running scan take its size
from the processor time of a mass, measured first; only how long it lasts at least matters.
"""

import functools
import pathlib
import re
import resource
import tempfile

from nudipole_run import (PROGRAM, RESUMABLE, ProgramTest, config_text, grid, mpirun, nudipole, status,
                          wait_until, with_h5py)

CHECKPOINT_EVERY_S = 0.3
ENDLESS_CPU_S = 40.0  # for scans that are never run to their end

# A dear experiment and limits at many levels cost time without making the file large.
EXPERIMENT = "coherent_cenns10_3d"
COUPLINGS = 40
LEVELS = "{confidence: [" + ", ".join(f"0.{n}" for n in range(50, 99, 2)) + "], dof: [1, 2]}"


def _grid(masses, checkpoint_every_s=CHECKPOINT_EVERY_S):
    return grid(masses, COUPLINGS, limits=LEVELS, checkpoint_every_s=checkpoint_every_s,
                experiment=EXPERIMENT)


def _cpu_of_children_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _cpu_of_sample_s(masses):
    """Processor time of the evaluations of a small scan: without reading data and starting up."""
    with tempfile.TemporaryDirectory(prefix="nudipole-test-") as folder:
        config = pathlib.Path(folder, "a.yaml")
        config.write_text(_grid(masses), encoding="utf-8")
        times = [_cpu_of_children_s()]
        for command in (["check", config], ["scan", config, "-o", f"{folder}/a.h5"]):
            nudipole(*command)
            times.append(_cpu_of_children_s())
    return (times[2] - times[1]) - (times[1] - times[0])


@functools.lru_cache(maxsize=None)
def cpu_per_mass_s():
    """Processor time that one mass of long_config takes here. Neighbours on the same core can only make
    it longer, and a scan that is too short fails its test: the shortest of some samples counts."""
    masses = 20
    return max(min(_cpu_of_sample_s(masses) for _ in range(3)) / masses, 1e-4)


def long_config(cpu_s, checkpoint_every_s=CHECKPOINT_EVERY_S):
    """A configuration whose scan takes this processor time, thus at least this long on one rank and
    half as long on two workers."""
    return _grid(max(20, round(cpu_s / cpu_per_mass_s())), checkpoint_every_s)


def _toys(toys, checkpoint_every_s):
    return (config_text(masses="{values_MeV: [1, 5, 10, 20, 30]}", limits="{confidence: [0.90]}",
                        couplings="{from_mu_B: 1.0e-9, to_mu_B: 6.0e-9, points: 8}",
                        checkpoint_every_s=checkpoint_every_s)
            + f"toys: {{method: feldman_cousins, least: {toys}, most: {toys}, batch: {max(1, toys // 20)}, "
              "refine: false}\n")


@functools.lru_cache(maxsize=None)
def _cpu_per_toy_s():
    """Processor time of one toy at each of the points; the shortest of some samples, as above."""
    toys, samples = 200, []
    for _ in range(3):
        with tempfile.TemporaryDirectory(prefix="nudipole-test-") as folder:
            config = pathlib.Path(folder, "a.yaml")
            times = [_cpu_of_children_s()]
            for count in (1, 1 + toys):
                config.write_text(_toys(count, CHECKPOINT_EVERY_S), encoding="utf-8")
                nudipole("toys", config, "-o", f"{folder}/{count}.h5")
                times.append(_cpu_of_children_s())
            samples.append((times[2] - times[1]) - (times[1] - times[0]))
    return max(min(samples) / toys, 1e-5)


def long_toys(cpu_s, checkpoint_every_s=CHECKPOINT_EVERY_S):
    """The same for a run of toys: 40 points."""
    return _toys(max(100, round(cpu_s / _cpu_per_toy_s())), checkpoint_every_s)


def stamp(file):
    """Changes with every checkpoint, as each is a new file; None when there is none."""
    try:
        facts = file.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def times_of_done_masses(file):
    """compute_time of every finished mass, by its index; None without h5py."""
    return with_h5py("""
with h5py.File(sys.argv[1]) as f:
    done = (f['best_status'][:] != -1) & (f['fit_status'][:] != -1).all(axis=1)
    times = f['compute_time'][:]
    print(json.dumps({str(i): float(times[i]) for i in done.nonzero()[0]}))
""", file)


class LongScanTest(ProgramTest):
    """Starts scans in the background, waits for their checkpoints and ends them."""

    def start_scan(self, config, file, ranks=None, *options, **more):
        launcher = [] if ranks is None else mpirun(ranks)
        return self.in_background([*launcher, PROGRAM, "scan", config, "-o", file, *options], **more)

    def await_checkpoints(self, process, file, count=2):
        """Waits until the file was written so often since the call; the first save comes at once."""
        for _ in range(count):
            before = stamp(file)
            wait_until(lambda before=before: stamp(file) != before or process.poll() is not None,
                       "a checkpoint")
            self.assertIsNone(process.poll(), "the scan ended before it could be disturbed")

    def lock_owner(self, file):
        """Process number of the rank that writes the file."""
        lock = file.with_name(file.name + ".lock")
        text = wait_until(lambda: lock.exists() and lock.read_text(encoding="utf-8"), "the lock")
        return int(re.search(r"process (\d+)", text).group(1))

    def assert_resumable(self, run, file):
        """Exit 75, words about how to go on, and a checkpoint that says it is one."""
        self.assertEqual(run.code, RESUMABLE, run)
        self.assertRegex(run.err, r"stopped with \d+ of \d+ masses done; run the same command again")
        self.assertEqual(status(file)["complete"], "0")

    def assert_nothing_left_over(self, file):
        """Neither temporaries nor a lock beside the file."""
        marks = (f".{file.name}.", f"{file.name}.")
        self.assertEqual([p.name for p in file.parent.iterdir() if p.name.startswith(marks)], [])
