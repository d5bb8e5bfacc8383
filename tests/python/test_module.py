"""The module's numbers against independent ones, its arguments, its errors."""

import os
import pickle
import subprocess
import sys
import tempfile
import unittest

from nudipole_run import config_text, nudipole, python_with
from python_module import SOURCE, config, reference_rows, restart_with

restart_with("numpy")

import numpy as np  # noqa: E402

import nudipole as nd  # noqa: E402


def setUpModule():
    global SETUP, LIK
    SETUP = nd.Setup(config("csi2022_mu"))
    LIK = SETUP.likelihood(mass_MeV=10.0)


def row_of(name, **wanted):
    (row,) = [row for row in reference_rows(name)
              if all(row[key] == value for key, value in wanted.items())]
    return {key: float(value) for key, value in row.items() if key not in ("flavour", "cevns_terms")}


class Numbers(unittest.TestCase):
    """tests/reference holds what an independent program finds; its accuracies are in its tables."""

    def setUp(self):
        self.row = row_of("csi_2022_limits.csv", cevns_terms="full", flavour="mu", mass="10")

    def test_standard_model(self):
        fit = LIK.profile(0.0)
        self.assertAlmostEqual(fit.value, self.row["chi2_sm"], delta=1e-8)
        self.assertEqual(fit.status, "converged")

    def test_best_fit(self):
        fit = LIK.best_fit()
        self.assertAlmostEqual(fit.value, self.row["chi2_min"], delta=1e-8)
        self.assertAlmostEqual(fit.coupling_mu_B, self.row["d_best"], delta=1e-7 * 2e-9)

    def test_limits(self):
        for dof, name in ((1, "d_limit_2.71"), (2, "d_limit_4.61")):
            limit = LIK.limit(confidence=0.90, dof=dof)
            self.assertAlmostEqual(limit / self.row[name], 1.0, delta=1e-7)
            self.assertEqual(limit.status, "ok")

    def test_best_fit_away_from_zero(self):
        row = row_of("csi_2022_limits.csv", cevns_terms="full", flavour="e", mass="0.1")
        fit = nd.Setup(config("csi2022_e")).likelihood(0.1).best_fit()
        self.assertAlmostEqual(fit.value, row["chi2_min"], delta=1e-8)
        self.assertAlmostEqual(fit.coupling_mu_B / row["d_best"], 1.0, delta=1e-5)  # root of a slope

    def test_expected_without_portal(self):
        # Signals of the independent program; backgrounds and their totals are those of the release.
        events = sum(float(row["events"]) for row in reference_rows("csi_2022_totals.csv")
                     if row["process"] in ("cevns_full", "eves"))
        without = LIK.expected(0.0)
        self.assertEqual(without.shape, (99,))
        pulls = np.array([0.5, 0.0, 0.0, 0.0])  # of the signal, 12 % wide
        more = LIK.expected(0.0, pulls) - without
        self.assertAlmostEqual(more.sum(), 0.06 * events, delta=1e-8)
        counts = np.array([float(row["n_c"]) for row in read_table("coherent_csi_2022/counts.csv")])
        np.testing.assert_array_equal(LIK.observed, counts)

    def test_value_is_the_deviance_of_what_is_expected_and_the_priors(self):
        pulls = np.array([0.3, -0.4, 0.2, 0.7])
        mu, n = LIK.expected(2e-9, pulls), LIK.observed
        filled = n > 0
        deviance = 2 * (np.sum(mu - n) + np.sum(n[filled] * np.log(n[filled] / mu[filled])))
        self.assertAlmostEqual(LIK(2e-9, pulls), deviance + np.sum(pulls**2), delta=1e-9)

    def test_gradient_is_the_slope(self):
        pulls = np.array([0.3, -0.4, 0.2, 0.7])
        point = np.array([2e-9, *pulls])
        gradient = LIK.gradient(2e-9, pulls)
        steps = np.array([1e-13, 1e-5, 1e-5, 1e-5, 1e-5])
        for k, step in enumerate(steps):
            up, down = point.copy(), point.copy()
            up[k] += step
            down[k] -= step
            slope = (LIK(up[0], up[1:]) - LIK(down[0], down[1:])) / (2 * step)
            # Central differences: rounding 85 * 1e-16 / step, truncation far below.
            self.assertAlmostEqual(gradient[k] / slope, 1.0, delta=3e-6, msg=f"parameter {k}")

    def test_the_sign_of_the_coupling_means_nothing(self):
        self.assertEqual(LIK(-2e-9), LIK(2e-9))
        self.assertEqual(LIK.gradient(-2e-9)[0], -LIK.gradient(2e-9)[0])
        self.assertEqual(LIK.gradient(0.0)[0], 0.0)
        self.assertEqual(LIK.profile(-2e-9).value, LIK.profile(2e-9).value)

    def test_profile_is_below_every_other_point(self):
        fit = LIK.profile(2e-9)
        self.assertAlmostEqual(LIK(2e-9, fit.pulls), fit.value, delta=1e-10)
        np.testing.assert_allclose(LIK.gradient(2e-9, fit.pulls)[1:], 0.0, atol=1e-3)
        self.assertLess(fit.value, LIK(2e-9))

    def test_asimov_data_are_fitted_at_what_made_them(self):
        truth = np.array([0.2, 0.1, -0.3, 0.5])
        asimov = LIK.with_data(LIK.expected(3e-9, truth), centres=truth)
        # Rounding: 99 differences of numbers whose sum is 1900.
        self.assertAlmostEqual(asimov(3e-9, truth), 0.0, delta=1e-11)
        fit = asimov.best_fit()
        self.assertAlmostEqual(fit.value, 0.0, delta=1e-9)
        self.assertAlmostEqual(fit.coupling_mu_B / 3e-9, 1.0, delta=1e-4)
        np.testing.assert_allclose(fit.pulls, truth, atol=1e-4)
        # Without centres the priors pull to 0, and data and priors cannot both be met.
        self.assertGreater(LIK.with_data(LIK.expected(3e-9, truth)).best_fit().value, 1e-3)

    def test_several_experiments(self):
        row = row_of("combined_limits.csv", flavour="mu", mass="1")
        lik = nd.Setup(text="format: 1\nexperiments: [coherent_csi_2022, coherent_cenns10]\n"
                            "flavour: mu\nmass: {values_MeV: [1]}\n"
                            "coupling: {values_mu_B: [1.0e-9, 1.0e-7]}\n"
                            "limits: {confidence: [0.90], dof: [1]}\n").likelihood(1.0)
        self.assertAlmostEqual(lik.best_fit().value, row["chi2_min"], delta=1e-7)
        self.assertAlmostEqual(lik.limit(0.90, 1) / row["d_limit_2.71"], 1.0, delta=1e-7)
        self.assertEqual(lik.slices, {"coherent_csi_2022": slice(0, 99, 1),
                                      "coherent_cenns10": slice(99, 111, 1)})
        self.assertEqual(lik.observed.shape, (111,))

    def test_unreachable_mass(self):
        lik = nd.Setup(config("csi2022_mu")).likelihood(200.0)
        self.assertTrue(lik.is_closed)
        limit = lik.limit()
        self.assertTrue(np.isnan(limit))
        self.assertEqual(limit.status, "closed")


def read_table(name):
    lines = (SOURCE / "data" / name).read_text(encoding="utf-8").splitlines()
    heading, *rows = [line for line in lines if line and not line.startswith("#")]
    names = [column.split(" [")[0] for column in heading.split(",")]
    return [dict(zip(names, row.split(","))) for row in rows]


class Interface(unittest.TestCase):
    def test_setup(self):
        self.assertEqual(SETUP.experiments, ["coherent_csi_2022"])
        self.assertEqual(SETUP.flavour, "mu")
        self.assertEqual(len(SETUP.hash), 64)
        self.assertTrue(np.all(np.diff(SETUP.masses_MeV) > 0))
        self.assertTrue(np.all(np.diff(SETUP.couplings_mu_B) > 0))

    def test_nuisances(self):
        self.assertEqual(LIK.nuisances.names,
                         ["csi_2022_signal", "csi_2022_brn", "csi_2022_nin", "csi_2022_ssb"])
        np.testing.assert_array_equal(LIK.nuisances.widths, [0.12, 0.25, 0.35, 0.021])
        np.testing.assert_array_equal(LIK.nuisances.centres, 0.0)
        self.assertEqual(LIK.nuisances.priors, ["gaussian"] * 4)
        self.assertEqual(len(LIK.nuisances), 4)
        self.assertEqual([one.name for one in LIK.nuisances], LIK.nuisances.names)
        self.assertEqual(LIK.nuisances["csi_2022_nin"].width, LIK.nuisances[-2].width)
        with self.assertRaises(IndexError):
            LIK.nuisances[4]
        with self.assertRaises(KeyError):
            LIK.nuisances["csi_2022_nim"]

    def test_a_fit_comes_apart(self):
        value, pulls, status = LIK.profile(2e-9)
        self.assertEqual((value, status), (LIK.profile(2e-9).value, "converged"))
        self.assertEqual(pulls.shape, (4,))

    def test_pulls_of_any_kind(self):
        value = LIK(2e-9, np.array([1.0, 0.0, -1.0, 0.0]))
        for pulls in ([1, 0, -1, 0], (1.0, 0, -1, 0), np.array([1, 0, -1, 0], dtype=np.int32),
                      np.array([[1.0, 9], [0, 9], [-1, 9], [0, 9]])[:, 0]):
            self.assertEqual(LIK(2e-9, pulls), value)
        self.assertEqual(LIK(coupling_mu_B=2e-9, pulls=None), LIK(2e-9, np.zeros(4)))

    def test_arrays_are_copies(self):
        LIK.observed[:] = -1.0
        self.assertGreaterEqual(LIK.observed.min(), 0.0)

    def test_configuration_as_text(self):
        text = config("csi2022_mu").read_text(encoding="utf-8")
        for data in (None, SOURCE / "data", [str(SOURCE / "data")]):
            self.assertEqual(nd.Setup(text=text, data=data).likelihood(10.0)(2e-9), LIK(2e-9))

    def test_limit_is_a_number_and_survives_a_copy(self):
        limit = pickle.loads(pickle.dumps(LIK.limit()))
        self.assertIsInstance(limit, float)
        self.assertEqual((limit, limit.status), (LIK.limit(), "ok"))

    def test_import_needs_neither_numpy_nor_the_compiled_part(self):
        script = ("import sys, nudipole; assert not {'numpy', 'nudipole._core'} & set(sys.modules); "
                  "print(issubclass(nudipole.DataError, nudipole.Error))")
        done = subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONPATH": os.environ["NUDIPOLE_PYTHON_PATH"]})
        self.assertEqual(done.stdout, "True\n")

    def test_version_is_the_programs(self):
        done = subprocess.run([os.environ["NUDIPOLE_PROGRAM"], "--version"], check=True,
                              stdout=subprocess.PIPE, text=True)
        self.assertEqual(done.stdout.split()[1], nd.__version__)
        with self.assertRaises(AttributeError):
            nd.Setups


class Errors(unittest.TestCase):
    def assert_like(self, error, **attributes):
        for name, fragment in attributes.items():
            self.assertIn(fragment, getattr(error, name))
            self.assertIn(fragment, str(error))

    def test_hierarchy(self):
        for one in (nd.ConfigError, nd.DataError, nd.CheckpointError, nd.NumericalError):
            self.assertTrue(issubclass(one, nd.Error))
        self.assertTrue(issubclass(nd.ConfigError, ValueError))

    def test_text_is_that_of_the_program(self):
        text = "format: 1\nflavor: mu\n"
        with self.assertRaises(nd.ConfigError) as caught:
            nd.Setup(text=text)
        path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"nudipole-test-{os.getpid()}.yaml")
        self.addCleanup(os.unlink, path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        run = subprocess.run([os.environ["NUDIPOLE_PROGRAM"], "check", path], stderr=subprocess.PIPE,
                             text=True, check=False)
        self.assertEqual(run.stderr.replace(path, "text").strip(),
                         f"nudipole: config error: {caught.exception}")
        self.assertIn("flavour", str(caught.exception))

    def test_where_and_remedy(self):
        with self.assertRaises(nd.ConfigError) as caught:
            LIK(2e-9, np.zeros(3))
        self.assert_like(caught.exception, where="pulls", expected="4, one for each nuisance",
                         problem="there are 3 pulls")
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((str(again), again.where), (str(caught.exception), "pulls"))

    def test_arguments(self):
        outside = LIK.nuisances.upper_pulls + 0.001
        for call, fragment in (
                (lambda: LIK(2e-9, outside), "the bounds of this nuisance"),
                (lambda: LIK(2e-9, np.full(4, np.nan)), "the pull of csi_2022_signal is nan"),
                (lambda: LIK(2e-9, np.zeros((2, 2))), "the array has 2 axes"),
                (lambda: LIK(np.nan), "not a finite number"),
                (lambda: LIK.profile(np.inf), "not a finite number"),
                (lambda: LIK.limit(confidence=1.0), "between 0 and 1"),
                (lambda: LIK.limit(dof=0), "1 or more"),
                (lambda: LIK.with_data(np.zeros(98)), "99, one for each bin"),
                (lambda: SETUP.likelihood(mass_MeV=-1.0), "a finite number >= 0"),
                (lambda: nd.Setup(), "no configuration is given"),
                (lambda: nd.Setup("a.yaml", text="format: 1"), "both a file and a text"),
                (lambda: nd.Setup("no-such.yaml"), "no-such.yaml")):
            with self.subTest(fragment), self.assertRaisesRegex(nd.ConfigError, fragment):
                call()
        with self.assertRaises(TypeError):
            LIK("2e-9")

    def test_data(self):
        with self.assertRaisesRegex(nd.DataError, "coherent_csi_2022"):
            LIK.with_data(np.full(99, -1.0))
        with self.assertRaisesRegex(nd.DataError, "nowhere"):
            nd.Setup(config("csi2022_mu"), data="nowhere")

    def test_a_bound_has_no_likelihood(self):
        with self.assertRaisesRegex(nd.ConfigError, "gives a bound, not a likelihood"):
            nd.Setup(config("llx_xenon1t_tau")).likelihood(1.0)


class Results(unittest.TestCase):
    def test_read_gives_an_xarray_dataset_with_units(self):
        if not python_with("h5py", "xarray"):
            self.skipTest("no Python with h5py and xarray")
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "a.h5")
            path = os.path.join(folder, "a.yaml")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(config_text())
            self.assertEqual(nudipole("scan", path, "-o", file).code, 0)
            data = nd.read(file)
            self.assertEqual(data["limit"].attrs["units"], "mu_B")
            limit = data["limit"].sel(mass=10.0, confidence=0.9, dof=1)
            self.assertAlmostEqual(float(limit.squeeze()) / LIK.limit(0.9, 1), 1.0, delta=1e-9)
            with open(file, "r+b") as stream:
                stream.seek(3000)
                stream.write(b"damage")
            with self.assertRaisesRegex(nd.CheckpointError, "damaged"):
                nd.read(file)


if __name__ == "__main__":
    unittest.main()
