"""The examples of src/python/README.md as tests: Minuit and an ensemble sampler on the likelihood."""

import unittest

from python_module import config, restart_with

restart_with("numpy", "iminuit", "emcee")

import emcee  # noqa: E402
import iminuit  # noqa: E402
import numpy as np  # noqa: E402

import nudipole as nd  # noqa: E402


class Minuit(unittest.TestCase):
    """MIGRAD is a minimiser that shares nothing with ours: the two minima must agree."""

    def check_profile(self, name, mass_MeV, couplings):
        lik = nd.Setup(config(name)).likelihood(mass_MeV)
        for d in couplings:
            minuit = iminuit.Minuit(lambda pulls: lik(d, pulls), np.zeros(len(lik.nuisances)),
                                    grad=lambda pulls: lik.gradient(d, pulls)[1:],
                                    name=lik.nuisances.names)
            minuit.errordef = minuit.LIKELIHOOD
            minuit.tol = 1e-6
            minuit.limits = list(zip(lik.nuisances.lower_pulls, lik.nuisances.upper_pulls))
            minuit.migrad()
            self.assertTrue(minuit.valid, (name, d))
            self.assertAlmostEqual(minuit.fval, lik.profile(d).value, delta=1e-8, msg=(name, d))

    def test_profile_of_rates(self):
        self.check_profile("csi2022_mu", 10.0, (0.0, 1e-9, 2e-9, 5e-9))

    def test_profile_with_shapes(self):
        self.check_profile("csi2022_mu_shape", 10.0, (0.0, 2e-9))

    def test_profile_of_several_data_sets(self):
        self.check_profile("combined_mu", 1.0, (0.0, 2e-9))

    def test_best_fit_by_minuit_alone(self):
        lik = nd.Setup(config("csi2022_e")).likelihood(0.1)
        minuit = iminuit.Minuit(lambda x: lik(x[0] * 1e-9, x[1:]), [1.0, *np.zeros(4)])
        minuit.errordef = minuit.LIKELIHOOD
        minuit.tol = 1e-5
        minuit.limits = [(0, None), *zip(lik.nuisances.lower_pulls, lik.nuisances.upper_pulls)]
        minuit.migrad()
        fit = lik.best_fit()
        self.assertAlmostEqual(minuit.fval, fit.value, delta=1e-6)
        # -2 ln L is flat at its minimum: 1e-6 of it are 1e-3 standard deviations.
        self.assertAlmostEqual(minuit.values[0] * 1e-9 / fit.coupling_mu_B, 1.0, delta=1e-2)


class Sampler(unittest.TestCase):
    """A flat prior in d >= 0 with the priors of the nuisances."""

    D_UNIT = 1e-9

    def test_upper_limit_of_the_posterior(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        low, high = lik.nuisances.lower_pulls, lik.nuisances.upper_pulls

        def log_posterior(theta):
            d, pulls = theta[0] * self.D_UNIT, theta[1:]
            if d < 0 or np.any(pulls < low) or np.any(pulls > high):
                return -np.inf
            return -0.5 * lik(d, pulls)

        walkers, dimensions = 32, 1 + len(low)
        start = np.random.default_rng(20261124).uniform(0.1, 0.5, (walkers, dimensions))
        sampler = emcee.EnsembleSampler(walkers, dimensions, log_posterior)
        sampler.random_state = np.random.RandomState(7).get_state()
        sampler.run_mcmc(start, 2500)
        chain = sampler.get_chain(discard=300, flat=True)
        limit = np.quantile(chain[:, 0], 0.90)
        expected = self.integrated_limit(lik)
        # The chain has an autocorrelation of some 50 steps: 1400 independent points of a density
        # of 0.17 per 1e-9 mu_B there, sigma = sqrt(0.9 0.1 / 1400) / 0.17 = 0.05; four of them.
        self.assertAlmostEqual(limit, expected, delta=0.2)
        # The background that the data determine best: its posterior is narrower than its prior.
        self.assertLess(chain[:, 1 + lik.nuisances.names.index("csi_2022_ssb")].std(), 1.0)

    def integrated_limit(self, lik):
        """The same quantile without a random number: Gauss-Hermite sums over the pulls about the
        profile, in the coordinates of the curvature there, on a grid of d."""
        grid = np.linspace(0.0, 4.0, 81)
        density = []
        for d in grid * self.D_UNIT:
            fit = lik.profile(d)
            step = 1e-4
            hessian = np.array([(lik.gradient(d, fit.pulls + step * axis)[1:]
                                 - lik.gradient(d, fit.pulls - step * axis)[1:]) / (2 * step)
                                for axis in np.eye(len(fit.pulls))])
            root = np.linalg.inv(np.linalg.cholesky(0.5 * (hessian + hessian.T) / 2)).T
            nodes, weights = np.polynomial.hermite_e.hermegauss(3)
            total = 0.0
            for index in np.ndindex(*([3] * len(fit.pulls))):
                u = nodes[list(index)]
                value = lik(d, fit.pulls + root @ u) - fit.value
                total += np.prod(weights[list(index)]) * np.exp(-0.5 * value + 0.5 * u @ u)
            density.append(np.exp(-0.5 * fit.value) * total * abs(np.linalg.det(root)))
        cumulative = np.concatenate([[0], np.cumsum((np.array(density)[1:] + density[:-1]) / 2)])
        return float(np.interp(0.90, cumulative / cumulative[-1], grid))


if __name__ == "__main__":
    unittest.main()
