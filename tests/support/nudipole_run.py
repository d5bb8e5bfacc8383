"""What the end-to-end tests share: running the program, alone or under mpirun, and reading what it says.

Environment: NUDIPOLE_PROGRAM (the program), NUDIPOLE_SOURCE_DIR (the source tree), NUDIPOLE_MPIEXEC
(mpirun; mpi and restart tests only). Every wait has a generous end: a slow machine is no failure,
a hang is.
"""

import atexit
import csv
import functools
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing
import unittest

PROGRAM = os.environ["NUDIPOLE_PROGRAM"]
SOURCE = pathlib.Path(os.environ["NUDIPOLE_SOURCE_DIR"])
DATA = SOURCE / "data"
CONFIGS = SOURCE / "configs"

DONE, CONFIG, DATA_ERROR, RESULT_FILE, UNEXPECTED, RESUMABLE = 0, 2, 3, 4, 70, 75
ERROR_NAMES = {CONFIG: "config error", DATA_ERROR: "data error", RESULT_FILE: "result file error",
               UNEXPECTED: "unexpected error"}
PATIENCE_S = 150  # the longest that one run may take on a busy machine

MU_B_IN_PER_GEV = 296.304053924  # sqrt(pi alpha) / m_e with the constants of CODATA 2018


class Run(typing.NamedTuple):
    """What a finished process left."""

    code: int
    out: str
    err: str

    def rows(self):
        return read_csv(self.out)

    def messages(self):
        """Lines in the program's own voice; under mpirun others write to standard error too."""
        return [line for line in self.err.splitlines() if line.startswith("nudipole:")]

    def errors(self):
        return [line for line in self.messages() if " error: " in line]


@functools.lru_cache(maxsize=None)
def launcher_folder():
    """Where mpirun keeps its files: a killed one leaves them, and they go with the tests."""
    folder = tempfile.mkdtemp(prefix="nudipole-mpi-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def environment(**changes):
    """The variables of a run: data of the source tree, an mpirun that works in containers.

    A change of None removes a variable.
    """
    variables = dict(os.environ)
    # A launcher around the tests must not make a lone process join its job.
    for name in ("OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"):
        variables.pop(name, None)
    variables.update(
        NUDIPOLE_DATA=str(DATA),
        OMPI_ALLOW_RUN_AS_ROOT="1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        OMPI_MCA_btl_vader_single_copy_mechanism="none",
        OMPI_MCA_btl_vader_backing_directory=launcher_folder(),
        OMPI_MCA_orte_tmpdir_base=launcher_folder(),
        # Open MPI leaks by itself; a sanitizer build is to look for other faults here.
        ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "detect_leaks=0"),
    )
    for name, value in changes.items():
        variables.pop(name, None)
        if value is not None:
            variables[name] = str(value)
    return variables


def mpirun(ranks):
    """The launcher's words before the program."""
    return [os.environ["NUDIPOLE_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none"]


def start(command, *, cwd=None, env=None, **options):
    """Starts a command whose output is kept."""
    return subprocess.Popen([str(word) for word in command], cwd=cwd, env=env or environment(),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options)


def finish(process, timeout=PATIENCE_S):
    """Waits for a started command; ends it and fails when it hangs."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"no end within {timeout} s: {process.args}\n{out}\n{err}") from None
    return Run(process.returncode, out, err)


def run_command(command, *, timeout=PATIENCE_S, **options):
    return finish(start(command, **options), timeout)


def nudipole(*arguments, program=PROGRAM, ranks=None, **options):
    """Runs the program; with `ranks` under mpirun."""
    launcher = [] if ranks is None else mpirun(ranks)
    return run_command([*launcher, program, *arguments], **options)


csv.field_size_limit(1 << 24)  # a long grid is one cell


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text)))


def status(file):
    """`nudipole status` as a map; the texts of many lines are lists."""
    run = nudipole("status", file)
    if run.code != DONE:
        raise AssertionError(f"status of {file}: {run}")
    facts = {}
    for row in run.rows():
        facts.setdefault(row["key"], []).append(row["value"])
    return {key: values if key in ("config", "data_sha256") else values[0]
            for key, values in facts.items()}


def digest(file):
    """Digest over all results of a file; times do not count."""
    return status(file)["results_sha256"]


def masses_done(file):
    return int(status(file)["masses_done"])


def wait_until(condition, what, timeout=PATIENCE_S):
    """Waits until `condition()` is true, and returns what it gave."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {timeout} s in vain for {what}")


def config_text(*, masses="{values_MeV: [1, 10, 29.8]}", couplings="{values_mu_B: [1.0e-9, 1.0e-8]}",
                flavour="mu", limits="{confidence: [0.90], dof: [1, 2]}", checkpoint_every_s=30,
                experiment="coherent_csi_2022"):
    """A small valid configuration, one key a line (tests of messages count on the lines)."""
    return (f"format: 1\n"
            f"title: a test\n"
            f"experiments: [{experiment}]\n"
            f"flavour: {flavour}\n"
            f"mass: {masses}\n"
            f"coupling: {couplings}\n"
            f"limits: {limits}\n"
            f"run: {{checkpoint_every_s: {checkpoint_every_s}}}\n")


def grid(masses, couplings, **more):
    """A configuration with so many masses and couplings."""
    return config_text(
        masses=f"{{from_MeV: 0.01, to_MeV: 50, points: {masses}, spacing: log}}",
        couplings=f"{{from_mu_B: 1.0e-10, to_mu_B: 1.0e-7, points: {couplings}, spacing: log}}",
        **more)


def python_with(*modules):
    """A Python that has these modules, or None."""
    probe = ("import importlib.util as u, sys; "
             f"sys.exit(not all(map(u.find_spec, {modules!r})))")
    for python in (sys.executable, "/usr/bin/python3"):
        if shutil.which(python) and subprocess.run([python, "-c", probe], check=False).returncode == 0:
            return python
    return None


def with_h5py(script, *arguments):
    """Runs a script that prints JSON, with h5py and sys imported; returns what it printed."""
    python = python_with("h5py")
    if python is None:
        raise unittest.SkipTest("no Python with h5py")
    text = "import json, sys, h5py\n" + script
    done = subprocess.run([python, "-c", text, *map(str, arguments)], check=True,
                          stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if done.stdout.strip() else None


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, which goes away with it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def copy_data(self, name="data"):
        """A copy of the data tree that may be damaged."""
        return pathlib.Path(shutil.copytree(DATA, self.folder / name))

    def succeed(self, *arguments, **options):
        """Runs the program and demands exit code 0."""
        run = nudipole(*arguments, **options)
        self.assertEqual(run.code, DONE, run)
        return run

    def scan(self, config, file, **options):
        """Scans to the end."""
        run = self.succeed("scan", config, "-o", file, **options)
        self.assertEqual(run.out, "", "a scan prints no table")
        return run

    def assert_refused(self, run, code, *fragments):
        """One message of the right kind that holds all fragments, and nothing on standard output."""
        self.assertEqual(run.code, code, run)
        self.assertEqual(run.out, "", "nothing may be printed before an error")
        lines = run.err.splitlines()
        self.assertEqual(len(lines), 1, f"exactly one message: {run.err}")
        self.assertTrue(lines[0].startswith(f"nudipole: {ERROR_NAMES[code]}: "), lines[0])
        for fragment in fragments:
            self.assertIn(str(fragment), lines[0])

    def in_background(self, command, **options):
        """Starts a command that is ended with the test, whatever happens."""
        process = start(command, **options)

        def end():
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()

        self.addCleanup(end)
        return process
