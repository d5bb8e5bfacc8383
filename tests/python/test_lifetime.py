"""Nothing dangles: objects go in any order, and threads share them."""

import gc
import itertools
import sys
import threading
import time
import unittest

from python_module import config, restart_with

restart_with("numpy")

import numpy as np  # noqa: E402

import nudipole as nd  # noqa: E402


class Lifetime(unittest.TestCase):
    # What each object still has to give when others are gone.
    USES = {"setup": lambda one: one.likelihood(10.0)(2e-9),
            "lik": lambda one: one.profile(2e-9).value,
            "asimov": lambda one: one(2e-9),
            "nuisances": lambda one: one.names,
            "fit": lambda one: list(one.pulls)}

    @staticmethod
    def objects():
        """Everything that hands out something else, by name."""
        setup = nd.Setup(config("csi2022_mu"))
        lik = setup.likelihood(10.0)
        return {"setup": setup, "lik": lik, "asimov": lik.with_data(lik.expected(2e-9)),
                "nuisances": lik.nuisances, "fit": lik.profile(2e-9)}

    def test_every_order_of_deletion(self):
        complete = {name: self.USES[name](one) for name, one in self.objects().items()}
        for order in itertools.permutations(complete):
            alive = self.objects()
            for name in order:
                del alive[name]
                gc.collect(0)
                for other, one in alive.items():
                    self.assertEqual(self.USES[other](one), complete[other], (order, name))

    def test_entries_outlive_their_list(self):
        entries = iter(nd.Setup(config("csi2022_mu")).likelihood(10.0).nuisances)
        first = next(entries)
        gc.collect()
        self.assertEqual(next(entries).name, "csi_2022_brn")
        del entries
        gc.collect()
        self.assertEqual((first.name, first.width), ("csi_2022_signal", 0.12))


class Threads(unittest.TestCase):
    def test_fits_of_one_likelihood_on_many_threads(self):
        lik = nd.Setup(config("csi2022_mu_shape")).likelihood(10.0)
        couplings = np.geomspace(1e-10, 1e-8, 40)
        alone = [lik.profile(d).value for d in couplings]
        results = {}

        def fit(start):
            results[start] = [lik.profile(d).value for d in couplings]

        threads = [threading.Thread(target=fit, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for found in results.values():
            self.assertEqual(found, alone)

    def test_other_threads_go_on_during_a_fit(self):
        lik = nd.Setup(config("csi2022_mu_shape")).likelihood(10.0)
        interval = sys.getswitchinterval()
        self.addCleanup(sys.setswitchinterval, interval)
        sys.setswitchinterval(1e3)  # no thread is interrupted: it runs until it lets others go on
        ticks = [0]
        stop = threading.Event()

        def tick():
            while not stop.is_set():
                ticks[0] += 1
                time.sleep(0)

        thread = threading.Thread(target=tick)
        thread.start()
        try:
            for call in (lik.limit, lik.best_fit, lambda: lik.profile(2e-9)):
                self.assertTrue(any(self.ticks_during(call, ticks) > 0 for _ in range(2000)))
        finally:
            stop.set()
            thread.join()

    @staticmethod
    def ticks_during(call, ticks):
        before = ticks[0]
        call()
        return ticks[0] - before


if __name__ == "__main__":
    unittest.main()
