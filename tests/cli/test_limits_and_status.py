"""`limits` and `status`: what a result file says."""

import math
import unittest

from nudipole_run import (CONFIG, DONE, MU_B_IN_PER_GEV, RESUMABLE, ProgramTest, config_text, grid,
                          nudipole, status)

BOTH = "{confidence: [0.90, 0.95], dof: [1, 2]}"


class Limits(ProgramTest):
    def limits_of(self, *options, **config):
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", config_text(**config)), file)
        return self.succeed("limits", file, *options).rows()

    def test_values_are_the_independent_ones(self):
        # Independent program, COHERENT CsI 2022, flavour mu, Delta chi2 = 2.71 and 4.61, in mu_B.
        expected = {("10", "1"): 1.903e-9, ("10", "2"): 2.320e-9,
                    ("29.8", "1"): 4.717e-9, ("29.8", "2"): 5.476e-9}
        rows = self.limits_of(couplings="{values_mu_B: [1.0e-9, 1.0e-7]}")
        seen = {(row["mass_MeV"], row["dof"]): row for row in rows}
        for key, limit in expected.items():
            self.assertAlmostEqual(float(seen[key]["d_mu_B"]) / limit, 1.0, delta=5e-4)
            self.assertEqual(seen[key]["status"], "ok")

    def test_both_units_of_a_limit_agree(self):
        for row in self.limits_of(couplings="{values_mu_B: [1.0e-9, 1.0e-7]}"):
            ratio = float(row["d_per_GeV"]) / float(row["d_mu_B"])
            self.assertAlmostEqual(ratio / MU_B_IN_PER_GEV, 1.0, delta=1e-9)

    def test_confidence_and_dof_select_rows(self):
        file = self.folder / "a.h5"
        config = config_text(limits=BOTH, couplings="{values_mu_B: [1.0e-9, 1.0e-7]}")
        self.scan(self.write("a.yaml", config), file)
        every = self.succeed("limits", file).rows()
        self.assertEqual(len(every), 3 * 2 * 2)
        for confidence in ("0.9", "0.95"):
            for dof in ("1", "2"):
                rows = self.succeed("limits", file, "--confidence", confidence, "--dof", dof).rows()
                expected = [row for row in every
                            if row["confidence"] == confidence and row["dof"] == dof]
                self.assertEqual(rows, expected)
                self.assertEqual(len(rows), 3)
        self.assertEqual(len(self.succeed("limits", file, "--confidence", ".90").rows()), 6)
        self.assertEqual(len(self.succeed("limits", file, "--dof", "2").rows()), 6)

    def test_higher_confidence_and_more_dof_give_weaker_limits(self):
        rows = self.limits_of(limits=BOTH, couplings="{values_mu_B: [1.0e-9, 1.0e-7]}")
        limit = {(r["mass_MeV"], r["confidence"], r["dof"]): float(r["d_mu_B"]) for r in rows}
        for mass in ("1", "10", "29.8"):
            self.assertLess(limit[mass, "0.9", "1"], limit[mass, "0.95", "1"])
            self.assertLess(limit[mass, "0.9", "1"], limit[mass, "0.9", "2"])

    def test_no_tau_neutrinos_means_no_limit_at_any_mass(self):
        # The Spallation Neutron Source makes muon and electron neutrinos only.
        rows = self.limits_of(flavour="tau")
        self.assertEqual({row["status"] for row in rows}, {"closed"})
        self.assertEqual({row["d_mu_B"] for row in rows} | {row["d_per_GeV"] for row in rows},
                         {"nan"})

    def test_masses_above_half_the_muon_mass_are_closed(self):
        # No neutrino of a muon decay at rest has more than m_mu/2 = 52.83 MeV.
        rows = self.limits_of(masses="{values_MeV: [10, 52.84, 60]}",
                              couplings="{values_mu_B: [1.0e-9, 1.0e-7]}")
        closed = {row["mass_MeV"]: row["status"] for row in rows}
        self.assertEqual(closed, {"10": "ok", "52.84": "closed", "60": "closed"})

    def test_limit_above_the_coupling_range_is_not_made_up(self):
        rows = self.limits_of(couplings="{values_mu_B: [1.0e-12, 1.0e-11]}")
        self.assertEqual({row["status"] for row in rows}, {"none_in_range"})
        self.assertTrue(all(math.isnan(float(row["d_mu_B"])) for row in rows))

    def test_limits_do_not_depend_on_the_coupling_grid(self):
        coarse = self.limits_of(couplings="{values_mu_B: [1.0e-10, 1.0e-7]}")
        fine = self.limits_of_other(couplings="{from_mu_B: 1.0e-11, to_mu_B: 1.0e-7, points: 9}")
        for a, b in zip(coarse, fine):
            self.assertAlmostEqual(float(a["d_mu_B"]) / float(b["d_mu_B"]), 1.0, delta=1e-6)

    def limits_of_other(self, **config):
        file = self.folder / "b.h5"
        self.scan(self.write("b.yaml", config_text(**config)), file)
        return self.succeed("limits", file).rows()

    def test_a_level_that_the_file_lacks_is_refused_with_those_it_has(self):
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", config_text(limits=BOTH)), file)
        self.assert_refused(nudipole("limits", file, "--confidence", "0.99"), CONFIG, file,
                            "confidence", "0.9, 0.95", "add it to 'limits'")
        self.assert_refused(nudipole("limits", file, "--dof", "3"), CONFIG, file, "dof", "1, 2")

    def test_decay_lengths_are_those_of_the_closed_formula(self):
        # L = 16 pi p hbar c/(d^2 m^4), p^2 = (m_mu/2)^2 - m^2; 33 m, 1.2 m and 0.07 m at the limits.
        rows = self.limits_of(masses="{values_MeV: [40, 49.5, 52, 60]}",
                              couplings="{values_mu_B: [1.0e-9, 1.0e-6]}",
                              limits="{confidence: [0.90], dof: [1]}")
        for row, rough in zip(rows, (33.65, 1.21, 0.0708)):
            mass, d = float(row["mass_MeV"]), float(row["d_mu_B"]) * MU_B_IN_PER_GEV * 1e-3
            momentum = math.sqrt((105.6583755 / 2)**2 - mass**2)
            length_m = 16 * math.pi * momentum / (d**2 * mass**4) * 197.3269804e-15
            self.assertAlmostEqual(float(row["decay_length_m"]) / length_m, 1.0, delta=1e-9)
            self.assertAlmostEqual(length_m / rough, 1.0, delta=0.01)
            self.assertAlmostEqual(float(row["decay_probability"]), 1 - math.exp(-0.3 / length_m),
                                   delta=1e-9)
        self.assertEqual((rows[3]["decay_length_m"], rows[3]["decay_probability"]), ("nan", "nan"))

    def test_masses_and_the_joint_limits_are_selected_by_name(self):
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", config_text()), file)
        every = self.succeed("limits", file).rows()
        chosen = self.succeed("limits", file, "--mass-MeV", 29.8, "--mass-MeV", 1, "--dof", 1).rows()
        self.assertEqual([row["mass_MeV"] for row in chosen], ["29.8", "1"])
        self.assertIn(chosen[0], every)
        joint = self.succeed("limits", file, "--experiment", "joint").rows()
        self.assertEqual([row["d_mu_B"] for row in joint], [row["d_mu_B"] for row in every])
        self.assert_refused(nudipole("limits", file, "--mass-MeV", 11), CONFIG, file, "11 MeV", "e.g. 10")

    def test_unfinished_masses_are_shown_as_such(self):
        file = self.folder / "a.h5"
        config = self.write("a.yaml", grid(2000, 200))
        run = nudipole("scan", config, "-o", file, "--max-time", "1")
        self.assertEqual(run.code, RESUMABLE, run)
        rows = self.succeed("limits", file, "--dof", "1").rows()
        self.assertEqual(len(rows), 2000)
        self.assertEqual(rows[-1]["status"], "not_done")
        self.assertEqual(rows[-1]["d_mu_B"], "nan")


class Status(ProgramTest):
    def test_complete_file(self):
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", config_text()), file)
        facts = status(file)
        for key, value in {"masses_done": "3", "masses_total": "3", "fits_done": "9",
                           "fits_total": "9", "fits_failed": "0", "complete": "1",
                           "shard": "0/1", "title": "a test"}.items():
            self.assertEqual(facts[key], value, key)
        self.assertIn("flavour: mu", facts["config"])
        self.assertTrue(any("coherent_csi_2022/counts.csv" in line
                            for line in facts["data_sha256"]))
        self.assertRegex(facts["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertGreater(float(facts["compute_time_s"]), 0.0)
        version, commit = self.succeed("--version").out.split()[1:]
        self.assertEqual(facts["program_version"], version)
        self.assertEqual(f"({facts['program_commit']})", commit)

    def test_two_runs_have_the_same_results(self):
        config = self.write("a.yaml", config_text())
        digests = set()
        for name in ("a.h5", "b.h5"):
            self.scan(config, self.folder / name)
            digests.add(status(self.folder / name)["results_sha256"])
        self.assertEqual(len(digests), 1)
        other = self.write("b.yaml", config_text(flavour="e"))
        self.scan(other, self.folder / "c.h5")
        self.assertNotIn(status(self.folder / "c.h5")["results_sha256"], digests)

    def test_one_shard(self):
        config = self.write("a.yaml", config_text())
        run = nudipole("scan", config, "-o", self.folder / "b.h5", "--shard", "1/2")
        self.assertEqual(run.code, DONE, run)
        facts = status(self.folder / "b.h5")
        self.assertEqual((facts["masses_done"], facts["complete"], facts["shard"]), ("1", "1", "1/2"))
        rows = self.succeed("limits", self.folder / "b.h5", "--dof", "1").rows()
        self.assertEqual([row["mass_MeV"] for row in rows], ["10"])  # its own masses only


if __name__ == "__main__":
    unittest.main()
