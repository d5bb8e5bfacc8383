"""Numbers that `spectrum` and `fit` print, against independent ones.

Reference: an independent program with the same definitions (tests/reference/independent); COHERENT
CsI 2022 counts 1578 beam-on events in the analysis window (arXiv:2110.07730, data release).
"""

import math
import unittest

from nudipole_run import CONFIG, CONFIGS, DONE, MU_B_IN_PER_GEV, ProgramTest, config_text, nudipole

COMPONENTS = ["cevns", "eves", "dipole_nucleus", "dipole_electron", "brn", "nin", "ssb", "total",
              "data"]


class Spectrum(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text())

    def events(self, mass, coupling):
        """Events [component][bin]."""
        rows = self.succeed("spectrum", self.config, "--mass-MeV", mass, "--coupling-mu-B",
                            coupling).rows()
        table = {}
        for row in rows:
            self.assertEqual(row["experiment"], "coherent_csi_2022")
            bins = table.setdefault(row["component"], [])
            self.assertEqual(int(row["bin"]), len(bins))
            bins.append(float(row["events"]))
        return table

    def test_every_component_fills_every_bin_and_the_parts_sum_to_the_total(self):
        events = self.events(10, 2e-9)
        self.assertEqual(sorted(events), sorted(COMPONENTS))
        for values in events.values():
            self.assertEqual(len(values), 99)
        parts = [events[name] for name in COMPONENTS if name not in ("total", "data")]
        for total, *summands in zip(events["total"], *parts):
            self.assertAlmostEqual(total, math.fsum(summands), delta=1e-12 * max(total, 1.0))

    def test_bound_has_signal_without_backgrounds_and_data(self):
        rows = self.succeed("spectrum", CONFIGS / "llx_xenon1t_tau.yaml", "--mass-MeV", 1, "--coupling-mu-B",
                            1e-9).rows()
        events = {row["component"]: float(row["events"]) for row in rows}
        self.assertEqual(list(events), ["cevns", "dipole_nucleus", "total"])
        self.assertAlmostEqual(events["total"], events["cevns"] + events["dipole_nucleus"], delta=1e-12)

    def test_sums_are_the_independent_ones(self):
        events = self.events(10, 1e-9)
        dipole = sum(events["dipole_nucleus"]) + sum(events["dipole_electron"])
        # Tolerances: half a unit of the last digit that the reference gives.
        self.assertAlmostEqual(sum(events["cevns"]), 325.4, delta=0.06)
        self.assertAlmostEqual(dipole, 12.19, delta=0.006)
        self.assertEqual(sum(events["data"]), 1578)
        heavy = self.events(29.8, 1e-9)
        dipole = sum(heavy["dipole_nucleus"]) + sum(heavy["dipole_electron"])
        self.assertAlmostEqual(dipole, 4.61, delta=0.006)

    def test_twice_the_coupling_gives_four_times_the_dipole_and_nothing_else(self):
        once, twice = self.events(10, 1e-9), self.events(10, 2e-9)
        for name in COMPONENTS:
            factor = 4.0 if name.startswith("dipole") else 1.0
            if name == "total":
                continue
            for a, b in zip(once[name], twice[name]):
                self.assertAlmostEqual(b, factor * a, delta=1e-12 * abs(b))

    def test_no_coupling_gives_no_dipole(self):
        events = self.events(10, 0)
        self.assertEqual(set(events["dipole_nucleus"] + events["dipole_electron"]), {0.0})

    def test_bins_carry_their_edges(self):
        rows = self.succeed("spectrum", self.config, "--mass-MeV", 1, "--coupling-mu-B", 0).rows()
        last = [row for row in rows if row["component"] == "data"][-1]
        edges = [float(last[name]) for name in ("energy_lo", "energy_hi", "time_lo", "time_hi")]
        self.assertEqual(edges, [50.0, 60.0, 4.0, 6.0])


class Fit(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text())

    def fit(self, *options):
        rows = self.succeed("fit", self.config, *options).rows()
        return {row["quantity"]: row for row in rows}

    def value(self, table, quantity):
        return float(table[quantity]["value"])

    def test_standard_model(self):
        table = self.fit("--mass-MeV", 10, "--coupling-mu-B", 0)
        self.assertAlmostEqual(self.value(table, "minus_two_log_l"), 84.73, delta=0.006)
        self.assertAlmostEqual(self.value(table, "csi_2022_signal"), -0.028, delta=6e-4)
        self.assertIn(table["fit_status"]["value"], ("converged", "converged_fallback"))

    def test_parts_sum_to_the_whole_and_pulls_are_values_in_units_of_their_widths(self):
        table = self.fit("--mass-MeV", 10, "--coupling-mu-B", 2e-9)
        parts = [self.value(table, name) for name in table if name.startswith("contribution.")]
        total = self.value(table, "minus_two_log_l")
        self.assertAlmostEqual(total, math.fsum(parts), delta=1e-9)
        # widths of the publication: signal 12 %, neutrons 25 % and 35 %, steady-state 2.1 %
        widths = {"signal": 0.12, "brn": 0.25, "nin": 0.35, "ssb": 0.021}
        prior = 0.0
        for name, width in widths.items():
            row = table[f"csi_2022_{name}"]
            self.assertAlmostEqual(float(row["pull"]), float(row["value"]) / width, delta=1e-12)
            prior += float(row["pull"])**2
        self.assertAlmostEqual(self.value(table, "contribution.priors"), prior, delta=1e-10)

    def test_signal_strength_takes_no_mass_and_no_coupling(self):
        for words in (("--mass-MeV", 1), ("--coupling-mu-B", 1e-9)):
            run = nudipole("fit", CONFIGS / "xenonnt2024_tau.yaml", "--signal-strength", *words)
            self.assert_refused(run, CONFIG, "--signal-strength", words[0])
        run = nudipole("fit", CONFIGS / "csi2022_mu.yaml")
        self.assert_refused(run, CONFIG, "--mass-MeV", "--signal-strength")

    def test_closed_mass_is_said(self):
        run = nudipole("fit", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", 60)
        self.assertEqual(run.code, DONE)
        self.assertIn("no N of this mass can be produced", run.err)

    def test_coupling_is_shown_in_both_units(self):
        table = self.fit("--mass-MeV", 10, "--coupling-mu-B", 2e-9)
        self.assertAlmostEqual(self.value(table, "coupling_mu_B"), 2e-9, delta=1e-22)
        ratio = self.value(table, "coupling_per_GeV") / self.value(table, "coupling_mu_B")
        self.assertAlmostEqual(ratio / MU_B_IN_PER_GEV, 1.0, delta=1e-9)

    def test_best_fit_is_not_above_any_coupling(self):
        best = self.value(self.fit("--mass-MeV", 10), "minus_two_log_l")
        for coupling in ("0", "5e-10", "1e-9"):
            other = self.value(self.fit("--mass-MeV", 10, "--coupling-mu-B", coupling),
                               "minus_two_log_l")
            self.assertLessEqual(best, other + 1e-8)

    def test_rise_at_the_limit_is_the_threshold(self):
        # Upper limits on d_mu at 10 MeV by the independent program, to four digits: the profile is
        # steep there, d(-2 ln L) = 5 for a relative change of 1, so 5e-4 gives 3e-3.
        best = self.value(self.fit("--mass-MeV", 10), "minus_two_log_l")
        for limit, threshold in (("1.903e-9", 2.71), ("2.320e-9", 4.61)):
            there = self.value(self.fit("--mass-MeV", 10, "--coupling-mu-B", limit),
                               "minus_two_log_l")
            self.assertAlmostEqual(there - best, threshold, delta=0.01)


if __name__ == "__main__":
    unittest.main()
