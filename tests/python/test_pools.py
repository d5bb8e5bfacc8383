"""Setups and likelihoods travel to other processes: by pickle, to pools, to a sampler's workers."""

import multiprocessing
import os
import pathlib
import pickle
import shutil
import tempfile
import unittest

from nudipole_run import config_text
from python_module import SOURCE, config, restart_with

restart_with("numpy")

import numpy as np  # noqa: E402

import nudipole as nd  # noqa: E402

EXPERIMENT = "coherent_csi_2022"


def copy(one):
    return pickle.loads(pickle.dumps(one))


def value(lik, d):
    return lik(d)


class Pickle(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def test_setup(self):
        setup = nd.Setup(config("combined_mu"))
        again = copy(setup)
        self.assertEqual((again.hash, again.data_sha256, again.experiments),
                         (setup.hash, setup.data_sha256, setup.experiments))
        self.assertEqual(again.likelihood(10.0)(2e-9), setup.likelihood(10.0)(2e-9))

    def test_likelihood_with_its_data_and_with_others(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        self.assertEqual(copy(lik)(2e-9), lik(2e-9))
        self.assertEqual(copy(lik).mass_MeV, 10.0)
        toy = lik.with_data(np.random.default_rng(1).poisson(lik.expected(0.0)), centres=[0.1, -0.2, 0.3, 0.4])
        self.assertNotEqual(toy(2e-9), lik(2e-9))
        self.assertEqual(copy(toy)(2e-9, [0.5] * 4), toy(2e-9, [0.5] * 4))
        self.assertEqual(copy(toy).limit(), toy.limit())

    def test_several_couplings(self):
        lik = nd.Setup(config("csi2022_e_mu")).likelihood(1.0)
        self.assertEqual(copy(lik)([1e-9, 2e-9]), lik([1e-9, 2e-9]))

    def test_text_folders_and_paths_survive_another_working_folder(self):
        shutil.copytree(SOURCE / "data" / EXPERIMENT, self.folder / "more/mine")
        (self.folder / "a.yaml").write_text(config_text(experiment="{path: more/mine}"), encoding="utf-8")
        self.addCleanup(os.chdir, pathlib.Path.cwd())
        os.chdir(self.folder)
        setups = [nd.Setup("a.yaml"), nd.Setup(text=config_text(experiment="{path: more/mine}")),
                  nd.Setup(text=config_text(experiment="mine"), data="more"),
                  nd.Setup(text=config_text(experiment="mine"), data=["more", SOURCE / "data"])]
        expected = setups[0].likelihood(10.0).limit()
        texts = [pickle.dumps(setup) for setup in setups]
        os.chdir("/")
        # The independent program's limit of the experiment under its own name; its digits.
        self.assertAlmostEqual(expected / 1.90338e-9, 1.0, delta=1e-6)
        for text in texts:
            self.assertEqual(pickle.loads(text).likelihood(10.0).limit(), expected)

    def test_other_data_by_now_are_refused(self):
        mine = shutil.copytree(SOURCE / "data" / EXPERIMENT, self.folder / "mine")
        text = pickle.dumps(nd.Setup(text=config_text(experiment=f"{{path: {mine}}}")))
        file = mine / "experiment.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        with self.assertRaisesRegex(nd.DataError, "mine/experiment.yaml"):
            pickle.loads(text)

    def test_a_process_makes_the_same_one_once(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        self.assertIs(copy(lik), copy(lik))
        self.assertIsNot(copy(nd.Setup(config("csi2022_mu")).likelihood(11.0)), copy(lik))


class Pools(unittest.TestCase):
    def test_processes_that_share_nothing(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        couplings = [1e-9, 2e-9, 3e-9]
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            found = pool.starmap(value, [(lik, d) for d in couplings])
        self.assertEqual(found, [lik(d) for d in couplings])

    def test_a_sampler_with_a_pool(self):
        try:
            import emcee
        except ImportError:
            self.skipTest("no emcee")
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        chains = []
        for context in (None, multiprocessing.get_context("fork")):
            pool = context.Pool(2) if context else None
            sampler = emcee.EnsembleSampler(12, 5, log_posterior, args=(lik,), pool=pool)
            sampler.random_state = np.random.RandomState(7).get_state()
            sampler.run_mcmc(np.random.default_rng(3).uniform(0.1, 0.5, (12, 5)), 20)
            chains.append(sampler.get_chain())
            if pool:
                pool.close()
                pool.join()
        np.testing.assert_array_equal(*chains)


def log_posterior(theta, lik):
    low, high = lik.nuisances.lower_pulls, lik.nuisances.upper_pulls
    inside = theta[0] >= 0 and np.all(theta[1:] >= low) and np.all(theta[1:] <= high)
    return -0.5 * lik(theta[0] * 1e-9, theta[1:]) if inside else -np.inf


if __name__ == "__main__":
    unittest.main()
