"""What a call from Python costs above the same call in C++: at most 2 us."""

import re
import subprocess
import os
import time
import unittest

from python_module import SOURCE, config, restart_with

restart_with("numpy")

import numpy as np  # noqa: E402

import nudipole as nd  # noqa: E402

LARGEST_OVERHEAD_US = 2.0
CALLS = 2000


def median_us(call):
    """Median over blocks of the processor time of one call [us]."""
    times = []
    for _ in range(15):
        start = time.process_time_ns()
        for _ in range(CALLS):
            call()
        times.append((time.process_time_ns() - start) / CALLS / 1e3)
    return float(np.median(times))


class Overhead(unittest.TestCase):
    def test_value_and_gradient(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        pulls = np.zeros(4)
        report = subprocess.run([os.environ["NUDIPOLE_BENCH_POINT"], SOURCE / "data", config("csi2022_mu")],
                                check=True, stdout=subprocess.PIPE, text=True).stdout
        native = {name: float(us) for name, us in re.findall(r"(\w+) ([\d.]+)", report)}
        for name, call in (("value", lambda: lik(2e-9, pulls)), ("gradient", lambda: lik.gradient(2e-9, pulls))):
            python = median_us(call)
            print(f"{name}: {python:.2f} us from Python, {native[name]:.2f} us in C++")
            self.assertLess(python - native[name], LARGEST_OVERHEAD_US)


if __name__ == "__main__":
    unittest.main()
