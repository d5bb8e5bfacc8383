"""A campaign with two levels, of which the program knows nothing, through the runner, executor,
checkpoint and merge of all campaigns: equal results for any ranks, kills and shards.
"""

import math
import os
import random
import signal
import subprocess
import tempfile
import time
import unittest

from nudipole_run import environment, mpirun, run_command, wait_until, with_h5py

DRIVER = os.environ["NUDIPOLE_STAIRS_DRIVER"]
STEPS, ITEMS, STOPPED = 24, 7, 75


def run(file, ranks=None, shard="0/1", pause_ms=0):
    launcher = [] if ranks is None else mpirun(ranks)
    return run_command([*launcher, DRIVER, "run", file, STEPS, ITEMS, shard, pause_ms])


CONTENTS = """
import hashlib
digest = hashlib.sha256()
with h5py.File(sys.argv[1], "r") as file:
    for name in sorted(set(file) - {"compute_time"}):
        digest.update(name.encode() + file[name][()].tobytes())
    digest.update(str(file.attrs["complete"]).encode())
    print(json.dumps([digest.hexdigest(), file["height"][:].tolist(), file["value"][:].tolist()]))
"""


def contents(file):
    """Digest of everything but times, heights, values [height][item]."""
    return with_h5py(CONTENTS, file)


class TwoLevels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nudipole-test-")
        cls.whole = os.path.join(cls.folder.name, "whole.h5")
        assert run(cls.whole).code == 0
        cls.digest, cls.heights, cls.values = contents(cls.whole)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_the_second_level_follows_from_the_first(self):
        self.assertEqual(self.heights, [n / 2 for n in range(2 * STEPS)])
        expected = [[math.sqrt(height + 2) / (i + 1) for i in range(ITEMS)]
                    for height in self.heights]
        self.assertEqual(self.values, expected)

    def test_any_number_of_ranks_gives_the_same(self):
        for ranks in (1, 2, 3, 5):
            file = self.path(f"ranks{ranks}.h5")
            result = run(file, ranks)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(contents(file)[0], self.digest, ranks)

    def test_a_campaign_that_is_stopped_goes_on(self):
        for ranks in (None, 3):
            file = self.path(f"stopped{ranks}.h5")
            launcher = [] if ranks is None else mpirun(ranks)
            command = [*map(str, [*launcher, DRIVER, "run", file, STEPS, ITEMS, "0/1", 60])]
            stops = 0
            for _ in range(4):
                before = os.stat(file).st_ino if os.path.exists(file) else None
                with subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL) as process:
                    # Once it writes it has begun and heeds signals.
                    wait_until(lambda: os.path.exists(file) and os.stat(file).st_ino != before
                               or process.poll() is not None, "a first checkpoint")
                    process.send_signal(signal.SIGUSR1)
                    stops += process.wait(60) == STOPPED
            self.assertGreater(stops, 0)
            self.assertEqual(run(file, ranks).code, 0)
            self.assertEqual(contents(file)[0], self.digest)

    def test_a_campaign_that_is_killed_goes_on_from_its_checkpoint(self):
        generator = random.Random(7)
        file = self.path("killed.h5")
        command = [DRIVER, "run", file, str(STEPS), str(ITEMS), "0/1", "10"]
        for _ in range(12):
            with subprocess.Popen(command) as process:
                time.sleep(generator.uniform(0.01, 0.25))
                process.kill()
        result = run(file)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(contents(file)[0], self.digest)

    def test_shards_are_joined_to_the_whole_with_both_levels(self):
        for count in (2, 3, 30):  # 30: some have nothing to do
            files = [self.path(f"shard{i}of{count}.h5") for i in range(count)]
            for index, file in enumerate(files):
                self.assertEqual(run(file, 2 if index == 0 else None, f"{index}/{count}").code, 0)
            merged = self.path(f"merged{count}.h5")
            result = run_command([DRIVER, "merge", merged, *reversed(files)])
            self.assertEqual(result.code, 0, result)
            self.assertEqual(contents(merged)[0], self.digest)

    def test_gaps_and_strangers_are_refused(self):
        first, second = self.path("gap0.h5"), self.path("gap1.h5")
        self.assertEqual(run(first, shard="0/2").code, 0)
        merged = self.path("gap.h5")
        self.assertEqual(run_command([DRIVER, "merge", merged, first]).code, 4)
        self.assertEqual(run(second, shard="1/3").code, 0)
        result = run_command([DRIVER, "merge", merged, first, second])
        self.assertEqual(result.code, 4)
        self.assertIn("overlaps", result.out)
        self.assertFalse(os.path.exists(merged))


if __name__ == "__main__":
    unittest.main()
