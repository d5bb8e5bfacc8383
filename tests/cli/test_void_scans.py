"""A scan that finds nothing says so, and why; one that finds something says nothing."""

import unittest

from nudipole_run import ProgramTest, config_text, status


class VoidScans(ProgramTest):
    def messages(self, *, before=None, after=None, limits="{confidence: [0.90], dof: [1]}", **changes):
        """Checks the warning of `check` and that of `scan`: fragments, or None for no warning."""
        config = self.write("a.yaml", config_text(limits=limits, **changes))
        file = self.folder / "a.h5"
        file.unlink(missing_ok=True)
        check = self.succeed("check", config)
        scan = self.succeed("scan", config, "-o", file)
        for run, fragments in ((check, before), (scan, after)):
            warnings = [line for line in run.messages() if "warning" in line]
            self.assertEqual(len(warnings), 0 if fragments is None else 1, run.err)
            for fragment in fragments or ():
                self.assertIn(fragment, warnings[0])
        facts = {row["key"]: row["value"] for row in check.rows()}
        self.assertEqual(facts["fits"], status(file)["fits_total"])
        return scan

    def test_a_scan_with_limits_has_no_warning(self):
        run = self.messages()
        self.assertIn("0 of 9 fits failed", run.err)

    def test_a_flavour_that_the_source_does_not_make(self):
        words = ("no neutrino of coherent_csi_2022 couples", "flavour tau")
        self.messages(flavour="tau", before=words, after=words)

    def test_masses_out_of_reach(self):
        words = ("out of reach", "100 MeV", "up to 52.8", "masses are in MeV")
        self.messages(masses="{values_MeV: [100, 200]}", before=words, after=words)

    def test_couplings_that_end_too_early(self):
        self.messages(couplings="{values_mu_B: [1.0e-12, 1.0e-11]}", after=("largest coupling, 1e-11 mu_B", "higher"))

    def test_couplings_that_begin_too_late(self):
        self.messages(couplings="{values_mu_B: [1.0e-6, 1.0e-5]}", after=("smallest coupling", "1/GeV", "per_GeV"))

    def test_masses_that_look_like_those_in_GeV(self):
        self.messages(masses="{from_MeV: 1.0e-5, to_MeV: 0.052, points: 4}", before=("GeV", "0.052 MeV"))

    def test_a_bound_has_limits_and_no_fits(self):
        run = self.messages(experiment="xenon1t_8b", flavour="tau")
        self.assertIn("0 of 3 limits failed", run.err)
        self.messages(experiment="xenon1t_8b", flavour="tau", masses="{values_MeV: [100]}",
                      before=("out of reach",), after=("out of reach",))

    def test_no_mass_at_all(self):
        self.messages(masses="{from_MeV: 0, to_MeV: 10, points: 3, spacing: linear}")
        config = self.folder / "a.yaml"
        rows = self.succeed("limits", self.folder / "a.h5", "--mass-MeV", "0").rows()
        self.assertEqual([row["status"] for row in rows], ["ok"])
        self.assertEqual(float(rows[0]["decay_probability"]), 0)
        fit = self.succeed("fit", config, "--mass-MeV", "0", "--coupling-per-GeV", "5e-7").rows()
        self.assertEqual([row["value"] for row in fit if row["quantity"] == "mass_MeV"], ["0"])
        for d, other in (("1e-9", "0"), ("1e-9", "1e-9")):
            self.succeed("spectrum", config, "--mass-MeV", other, "--coupling-mu-B", d)


if __name__ == "__main__":
    unittest.main()
