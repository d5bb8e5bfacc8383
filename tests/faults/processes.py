"""Finding and killing the processes of one run, and the time each fault may take."""

import os
import pathlib
import signal
import subprocess
import time

from nudipole_run import PROGRAM, environment, finish, mpirun, start

PATIENCE_AFTER_FAULT_S = 10  # no fault may leave a run hanging for longer


def state_and_parent(pid):
    """State letter and parent of a process; None when it is gone."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[1])


def living(pid):
    found = state_and_parent(pid)
    return found is not None and found[0] not in "ZX"


def ranks_of(launcher):
    """Process numbers of the ranks that an mpirun started, by rank; of the program itself alone."""
    if not living(launcher.pid):
        return []
    try:
        program = os.readlink(f"/proc/{launcher.pid}/exe")
    except OSError:
        return []
    if program == os.path.realpath(PROGRAM):
        return [launcher.pid]
    ranks = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or not living(entry.name):
            continue
        found = state_and_parent(entry.name)
        if found is None or found[1] != launcher.pid:
            continue
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        for variable in variables:
            if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                ranks[int(variable.partition(b"=")[2])] = int(entry.name)
    return [ranks[rank] for rank in sorted(ranks)]


def send(number, *pids):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def kill(*pids):
    send(signal.SIGKILL, *pids)


def start_scan(config, file, ranks=None, *, command="scan", options=(), **changes):
    """A scan (or another campaign) in the background; `ranks` None: without mpirun."""
    launcher = [] if ranks is None else mpirun(ranks)
    return start([*launcher, PROGRAM, command, config, "-o", file, *options], env=environment(**changes))


def end_of(process, ranks=()):
    """What a run leaves that was hit by a fault; it and its ranks must be gone in time."""
    begin = time.monotonic()
    run = finish(process, PATIENCE_AFTER_FAULT_S)
    while any(living(rank) for rank in ranks):
        if time.monotonic() - begin > PATIENCE_AFTER_FAULT_S:
            left = [rank for rank in ranks if living(rank)]
            kill(*left)
            raise AssertionError(f"ranks {left} outlived their run by {PATIENCE_AFTER_FAULT_S} s: {run}")
        time.sleep(0.02)
    return run


def end_of_ranks(process, ranks):
    """As end_of, where a signal may reach mpirun while it takes leave of its ranks. That of Open MPI 4.1 then
    locks itself in one of some sixty runs, with every rank gone, and does not end: it is killed."""
    begin = time.monotonic()
    while any(living(rank) for rank in ranks):
        if time.monotonic() - begin > PATIENCE_AFTER_FAULT_S:
            kill(*ranks, process.pid)
            raise AssertionError(f"ranks {ranks} did not end within {PATIENCE_AFTER_FAULT_S} s")
        time.sleep(0.02)
    try:
        process.wait(PATIENCE_AFTER_FAULT_S)
    except subprocess.TimeoutExpired:
        process.kill()
    return finish(process)


def temporaries(file):
    """Checkpoints of `file` that are just being written."""
    return list(file.parent.glob(f".{file.name}.*.tmp"))
