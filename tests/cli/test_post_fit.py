"""What `spectrum --fit` and `fit` say about a fit, against numbers made from the prefit templates.

COHERENT CsI 2022 without shape nuisances: every process is a template times 1 + its nuisance, so that
post-fit events, second derivatives of -2 ln L and the band of the total are closed forms in the templates
of a plain `spectrum`, which other tests hold against an independent program.
"""

import math
import unittest

from nudipole_run import CONFIG, CONFIGS, MU_B_IN_PER_GEV, ProgramTest, nudipole

SIGNAL = ("cevns", "eves", "dipole_nucleus", "dipole_electron")
# widths of the publication: signal 12 %, neutrons 25 % and 35 %, steady-state 2.1 %
WIDTHS = {"csi_2022_signal": 0.12, "csi_2022_brn": 0.25, "csi_2022_nin": 0.35, "csi_2022_ssb": 0.021}
CSI = CONFIGS / "csi2022_mu.yaml"


def inverse(matrix):
    """Gauss-Jordan with the diagonal as pivots: matrices here are positive definite."""
    size = len(matrix)
    rows = [list(row) + [float(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for k in range(size):
            if k != i:
                factor = rows[k][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [row[size:] for row in rows]


class PostFit(ProgramTest):
    def spectrum(self, *options):
        """Rows by component."""
        table = {}
        for row in self.succeed("spectrum", CSI, *options).rows():
            table.setdefault(row["component"], []).append(row)
        return table

    def events(self, *options):
        return {name: [float(row["events"]) for row in rows]
                for name, rows in self.spectrum(*options).items()}

    def fit(self, *options):
        return {row["quantity"]: row for row in self.succeed("fit", CSI, *options).rows()}

    def model(self, mass, coupling, fit):
        """d mu/d nuisance [name][bin], expected and measured events after the fit."""
        prefit = self.events("--mass-MeV", mass, "--coupling-mu-B", coupling)
        bins = range(len(prefit["data"]))
        slopes = {"csi_2022_signal": [sum(prefit[name][i] for name in SIGNAL) for i in bins]}
        for name in ("brn", "nin", "ssb"):
            slopes[f"csi_2022_{name}"] = prefit[name]
        values = {name: float(fit[name]["value"]) for name in WIDTHS}
        expected = [sum((1.0 + values[name]) * slopes[name][i] for name in WIDTHS) for i in bins]
        return slopes, expected, prefit["data"]

    def second_derivatives(self, slopes, expected, data):
        """Half those of -2 ln L, with the priors of the nuisances that have one."""
        names = list(slopes)
        matrix = [[sum(n * a * b / mu**2 for n, mu, a, b in zip(data, expected, slopes[p], slopes[q]))
                   for q in names] for p in names]
        for i, name in enumerate(names):
            if name in WIDTHS:
                matrix[i][i] += WIDTHS[name]**-2
        return matrix

    def test_events_are_the_templates_times_their_fitted_factors(self):
        point = ("--mass-MeV", 10, "--coupling-mu-B", 2e-9)
        prefit, fit, postfit = self.events(*point), self.fit(*point), self.events(*point, "--fit")
        for component in (*SIGNAL, "brn", "nin", "ssb"):
            nuisance = "csi_2022_signal" if component in SIGNAL else f"csi_2022_{component}"
            factor = 1.0 + float(fit[nuisance]["value"])
            self.assertNotAlmostEqual(factor, 1.0, delta=0.01)
            for before, after in zip(prefit[component], postfit[component]):
                self.assertAlmostEqual(after, factor * before, delta=1e-12 * max(before, 1.0))
        self.assertEqual(prefit["data"], postfit["data"])

    def test_errors_and_correlations_are_those_of_the_closed_form(self):
        point = ("--mass-MeV", 10, "--coupling-mu-B", 2e-9)
        fit = self.fit(*point)
        covariance = inverse(self.second_derivatives(*self.model(10, 2e-9, fit)))
        names = list(WIDTHS)
        rows = self.succeed("fit", CSI, *point, "--covariance").rows()
        printed = {(row["parameter"], row["other_parameter"]): row for row in rows}
        self.assertEqual(len(printed), len(names)**2)
        # The program differentiates in steps of 1e-3 errors: 1e-6 of third derivatives.
        for i, one in enumerate(names):
            error = math.sqrt(covariance[i][i])
            self.assertAlmostEqual(float(fit[one]["error"]) / error, 1.0, delta=1e-6)
            self.assertAlmostEqual(float(fit[one]["pull_error"]) / (error / WIDTHS[one]), 1.0,
                                   delta=1e-6)
            for j, other in enumerate(names):
                row = printed[one, other]
                scale = math.sqrt(covariance[i][i] * covariance[j][j])
                self.assertAlmostEqual(float(row["covariance"]) / scale, covariance[i][j] / scale,
                                       delta=1e-6)
                self.assertAlmostEqual(float(row["correlation"]), covariance[i][j] / scale, delta=1e-6)

    def test_a_fitted_coupling_takes_part_in_the_covariance(self):
        fit = self.fit("--mass-MeV", 52)
        x = float(fit["squared_coupling_mu_B2"]["value"])
        coupling = float(fit["coupling_mu_B"]["value"])
        self.assertAlmostEqual(x / coupling**2, 1.0, delta=1e-12)
        slopes, expected, data = self.model(52, coupling, fit)
        prefit = self.events("--mass-MeV", 52, "--coupling-mu-B", coupling)
        portal = [a + b for a, b in zip(prefit["dipole_nucleus"], prefit["dipole_electron"])]
        factor = 1.0 + float(fit["csi_2022_signal"]["value"])
        slopes["x"] = [factor * events for events in portal]  # by x in units of its best value
        matrix = self.second_derivatives(slopes, expected, data)
        # x and the signal's nuisance multiply each other: d2 mu/dx da (1 - n/mu) comes in.
        both = sum((1.0 - n / mu) * events for n, mu, events in zip(data, expected, portal))
        signal = list(slopes).index("csi_2022_signal")
        matrix[signal][-1] += both
        matrix[-1][signal] += both
        error = math.sqrt(inverse(matrix)[-1][-1])
        self.assertAlmostEqual(float(fit["squared_coupling_error_mu_B2"]["value"]) / (x * error), 1.0,
                               delta=1e-5)
        given = self.fit("--mass-MeV", 52, "--coupling-mu-B", coupling)
        self.assertGreater(float(fit["csi_2022_signal"]["error"]),
                           1.2 * float(given["csi_2022_signal"]["error"]))

    def test_band_of_the_total_follows_from_the_covariance(self):
        point = ("--mass-MeV", 10, "--coupling-mu-B", 2e-9)
        fit = self.fit(*point)
        slopes, expected, data = self.model(10, 2e-9, fit)
        covariance = inverse(self.second_derivatives(slopes, expected, data))
        total = self.spectrum(*point, "--fit")["total"]
        names = list(WIDTHS)
        for i, row in enumerate(total):
            self.assertAlmostEqual(float(row["events"]), expected[i], delta=1e-9 * expected[i] + 1e-12)
            variance = sum(covariance[p][q] * slopes[a][i] * slopes[b][i]
                           for p, a in enumerate(names) for q, b in enumerate(names))
            self.assertAlmostEqual(float(row["uncertainty_events"]), math.sqrt(variance),
                                   delta=1e-6 * math.sqrt(variance) + 1e-15)

    def test_before_a_fit_the_band_is_that_of_the_priors(self):
        table = self.spectrum("--mass-MeV", 10, "--coupling-mu-B", 2e-9)
        for component, width in (("cevns", 0.12), ("brn", 0.25), ("ssb", 0.021)):
            for row in table[component]:
                events = float(row["events"])
                self.assertAlmostEqual(float(row["uncertainty_events"]), width * events,
                                       delta=1e-9 * events + 1e-15)

    def test_residuals_squared_add_up_to_the_experiments_part_of_the_likelihood(self):
        for config, options in ((CSI, ("--limit",)),
                                (CONFIGS / "llx_dresden_fef.yaml", ("--best",)),
                                (CONFIGS / "csi2022_mu_shape.yaml", ("--coupling-mu-B", "3e-9"))):
            with self.subTest(config.name):
                point = ("--mass-MeV", 5, *options)
                rows = self.succeed("spectrum", config, *point, "--fit").rows()
                square = math.fsum(float(row["residual_sigma"])**2 for row in rows
                                   if row["component"] == "data")
                fit = {row["quantity"]: row["value"]
                       for row in self.succeed("fit", config, *point).rows()}
                part = next(float(value) for name, value in fit.items()
                            if name.startswith("contribution.") and name != "contribution.priors")
                self.assertAlmostEqual(square, part, delta=1e-9 * part)

    def test_sums_along_an_axis_keep_events_and_know_correlations(self):
        point = ("--mass-MeV", 10, "--coupling-mu-B", 2e-9, "--fit")
        bins, sums = self.spectrum(*point), self.spectrum(*point, "--along", "energy")
        for component in ("cevns", "ssb", "total", "data"):
            self.assertEqual(len(sums[component]), 9)
            for row in sums[component]:
                parts = [other for other in bins[component] if other["energy_lo"] == row["energy_lo"]]
                self.assertEqual(len(parts), 11)
                whole = math.fsum(float(other["events"]) for other in parts)
                self.assertAlmostEqual(float(row["events"]), whole, delta=1e-11 * max(whole, 1.0))
                errors = [float(other["uncertainty_events"]) for other in parts]
                # One nuisance moves all bins alike: errors add up; those of counts add in squares.
                if component == "ssb":
                    self.assertAlmostEqual(float(row["uncertainty_events"]), math.fsum(errors), delta=1e-9)
                if component == "data":
                    self.assertAlmostEqual(float(row["uncertainty_events"])**2, whole, delta=1e-9)
        run = nudipole("spectrum", CSI, *point, "--along", "phase")
        self.assert_refused(run, CONFIG, "no axis 'phase'", "energy, time")

    def test_limit_and_units_of_the_coupling(self):
        limit = self.fit("--mass-MeV", 10, "--limit")
        # independent program, see test_fit_and_spectrum.py
        self.assertAlmostEqual(float(limit["coupling_mu_B"]["value"]), 1.90337e-9, delta=2e-14)
        rows = self.spectrum("--mass-MeV", 10, "--fit", "--limit", "--dof", 2)["total"]
        self.assertAlmostEqual(float(rows[0]["coupling_mu_B"]), 2.32003e-9, delta=2e-14)
        natural = self.fit("--mass-MeV", 10, "--coupling-per-GeV", 2e-9 * MU_B_IN_PER_GEV)
        self.assertAlmostEqual(float(natural["coupling_mu_B"]["value"]), 2e-9, delta=1e-18)

    def test_goodness_and_significance(self):
        best = self.fit("--mass-MeV", 52)
        value = {name: float(best[name]["value"]) for name in best if name != "fit_status"}
        self.assertEqual(value["degrees_of_freedom"], 98)  # 99 bins, the coupling
        # scipy.stats.chi2.sf(84.0003, 98) = 0.84226
        self.assertAlmostEqual(value["p_value"], 0.84226, delta=2e-5)
        rise = value["standard_model_minus_two_log_l"] - value["minus_two_log_l"]
        self.assertAlmostEqual(value["significance_sigma"]**2, rise, delta=1e-9)
        self.assertAlmostEqual(value["significance_p_value"],
                               0.5 * math.erfc(value["significance_sigma"] / math.sqrt(2)), delta=1e-12)
        dresden = self.succeed("fit", CONFIGS / "llx_dresden_fef.yaml", "--mass-MeV", 1,
                               "--coupling-mu-B", 0).rows()
        facts = {row["quantity"]: row["value"] for row in dresden}
        self.assertEqual(facts["degrees_of_freedom"], "124")  # LLX: 130 bins, 6 free parameters

    def test_options_that_do_not_go_together(self):
        for words, fragments in ((("--best",), ("--best", "--fit")),
                                 (("--limit", "--fit", "--coupling-mu-B", 1), ("--limit",)),
                                 ((), ("--coupling-mu-B", "--fit")),
                                 (("--coupling-mu-B", 0.02), ("0.02 mu_B", "0.01 mu_B"))):
            run = nudipole("spectrum", CSI, "--mass-MeV", 10, *words)
            self.assert_refused(run, CONFIG, *fragments)
        run = nudipole("fit", CSI, "--mass-MeV", 60, "--limit")
        self.assert_refused(run, CONFIG, "no upper limit at this mass: closed")


if __name__ == "__main__":
    unittest.main()
