"""Likelihoods of several couplings against the independent program: arrays of d, limits of each."""

import unittest

from python_module import config, reference_rows, restart_with

restart_with("numpy")

import numpy as np  # noqa: E402

import nudipole as nd  # noqa: E402


def setUpModule():
    global SETUP, LIK
    SETUP = nd.Setup(config("csi2022_e_mu"))
    LIK = SETUP.likelihood(10.0)


class SeveralCouplings(unittest.TestCase):
    def test_names_and_shapes(self):
        self.assertEqual((SETUP.couplings, LIK.couplings), (["e", "mu"], ["e", "mu"]))
        self.assertEqual(nd.Setup(config("csi2022_mu")).couplings, ["mu"])
        self.assertEqual(LIK.gradient([1e-9, 2e-9]).shape, (2 + len(LIK.nuisances),))
        self.assertIn("(1e-09, 2e-09) mu_B", repr(LIK.profile([1e-9, 2e-9])))
        for pair in ((1e-9, 2e-9), np.array([1e-9, 2e-9]), np.array([1e-9, -2e-9]), [np.float64(1e-9), 2e-9]):
            self.assertEqual(LIK(pair), LIK([1e-9, 2e-9]))
        self.assertEqual(LIK([0, 0]), LIK([0.0, 0.0]))

    def test_profile_over_the_plane(self):
        rows = [row for row in reference_rows("csi_2022_plane.csv") if float(row["mass"]) == 10.0]
        self.assertGreater(len(rows), 10)
        best = LIK.best_fit()
        for row in rows:
            value = LIK.profile([float(row["d_e"]), float(row["d_mu"])]).value
            self.assertAlmostEqual(value, float(row["chi2"]), delta=1e-7)
            self.assertGreaterEqual(value, best.value - 1e-8)
        self.assertAlmostEqual(best.value, min(float(row["chi2"]) for row in rows), delta=1e-7)
        self.assertEqual(best.coupling_mu_B.shape, (2,))

    def test_limits_of_each(self):
        for row in reference_rows("csi_2022_plane_limits.csv"):
            lik = SETUP.likelihood(float(row["mass"]))
            for dof, name in ((1, "d_limit_2.71"), (2, "d_limit_4.61")):
                limit = lik.limits(0.90, dof, others=row["others"])[row["coupling"]]
                self.assertEqual(limit.status, "ok")
                self.assertAlmostEqual(limit / float(row[name]), 1.0, delta=1e-7)

    def test_one_coupling_has_the_same_interface(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        self.assertEqual(lik.limits(), {"mu": lik.limit()})
        self.assertEqual(lik([2e-9]), lik(2e-9))
        self.assertIsInstance(lik.profile([2e-9]).coupling_mu_B, float)

    def test_gradient_is_the_slope(self):
        pulls = np.array([0.3, -0.4, 0.2, 0.7])
        point = np.array([2e-9, 1e-9, *pulls])
        gradient = LIK.gradient(point[:2], pulls)
        for k, step in enumerate([1e-13, 1e-13, 1e-5, 1e-5, 1e-5, 1e-5]):
            up, down = point.copy(), point.copy()
            up[k] += step
            down[k] -= step
            slope = (LIK(up[:2], up[2:]) - LIK(down[:2], down[2:])) / (2 * step)
            # Central differences: rounding 85 * 1e-16 / step, truncation far below.
            self.assertAlmostEqual(gradient[k] / slope, 1.0, delta=3e-5, msg=f"parameter {k}")

    def test_mistakes(self):
        single = nd.Setup(config("csi2022_mu")).likelihood(10.0)
        for call, fragment in ((lambda: LIK(2e-9), "there are 1 couplings; expected 2"),
                               (lambda: single([1e-9, 1e-9]), "there are 2 couplings; expected 1"),
                               (lambda: LIK([1e-9] * 4), "3 at most"),
                               (lambda: LIK([1e-9, np.nan]), "not a finite number"),
                               (lambda: LIK.limit(), "limits finds them all"),
                               (lambda: LIK.limits(others="one"), "'profiled' or 'zero'")):
            with self.subTest(fragment), self.assertRaisesRegex(nd.ConfigError, fragment):
                call()
        with self.assertRaises(TypeError):
            LIK([[1e-9, 1e-9]])


if __name__ == "__main__":
    unittest.main()
