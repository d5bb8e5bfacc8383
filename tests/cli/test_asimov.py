"""`data: asimov` and `exposure_scale` from the configuration to the files, against the program's expected limits."""

import unittest

from nudipole_run import CONFIG, ProgramTest, config_text, nudipole, status

COUPLINGS = "{values_mu_B: [1.0e-10, 1.0e-7]}"
MASSES = "{values_MeV: [0, 1, 10]}"


class Asimov(ProgramTest):
    def config(self, name, more="", **changes):
        text = config_text(**{"masses": MASSES, "couplings": COUPLINGS, **changes})
        return self.write(name, text + more)

    def limits(self, config):
        file = config.with_suffix(".h5")
        self.scan(config, file)
        rows = self.succeed("limits", file, "--confidence", "0.9", "--dof", "1").rows()
        return {float(row["mass_MeV"]): float(row["d_mu_B"]) for row in rows}

    def test_limits_are_the_medians_to_expect(self):
        found = self.limits(self.config("a.yaml", "data: asimov\n"))
        measured = self.config("b.yaml", limits="{confidence: [0.90], dof: [1, 2], expected: true}")
        observed = self.limits(measured)
        medians = {float(row["mass_MeV"]): float(row["d_mu_B"])
                   for row in self.succeed("bands", measured.with_suffix(".h5")).rows()
                   if row["sigma"] == "0" and row["dof"] == "1"}
        self.assertEqual(set(found), {0, 1, 10})
        self.assertEqual(set(medians), {0, 1, 10})
        for mass, limit in found.items():
            self.assertAlmostEqual(limit / medians[mass], 1, delta=1e-7)  # searches end at 1e-8 of Delta chi2
            self.assertGreater(abs(limit / observed[mass] - 1), 1e-3, "the data are not Asimov's")

    def test_the_model_of_the_data_is_found_again(self):
        config = self.config("a.yaml", "data: {kind: asimov, mass_MeV: 10, couplings_mu_B: [2.5e-9]}\n")
        facts = {row["quantity"]: float(row["value"]) for row in self.succeed(
            "fit", config, "--mass-MeV", "10").rows() if row["quantity"] in ("coupling_mu_B", "minus_two_log_l")}
        self.assertAlmostEqual(facts["coupling_mu_B"] / 2.5e-9, 1, delta=1e-4)  # the minimum is flat
        self.assertAlmostEqual(facts["minus_two_log_l"], 0, delta=1e-8)
        rows = self.succeed("spectrum", config, "--mass-MeV", "10", "--fit", "--coupling-mu-B", "2.5e-9").rows()
        events = {name: [float(row["events"]) for row in rows if row["component"] == name]
                  for name in ("total", "asimov_data", "data")}
        self.assertEqual(events["data"], [])
        for total, data in zip(events["total"], events["asimov_data"]):
            self.assertAlmostEqual(total / data, 1, delta=1e-7)

    def test_an_exposure_scales_every_component(self):
        def events(config):
            rows = self.succeed("spectrum", config, "--mass-MeV", "10", "--coupling-mu-B", "2e-9").rows()
            return [(row["component"], float(row["events"])) for row in rows]

        plain = events(self.config("a.yaml", "data: {kind: asimov, generate_at: nominal}\n"))
        longer = events(self.config("b.yaml", "data: {kind: asimov, generate_at: nominal}\n",
                                    experiment="{name: coherent_csi_2022, exposure_scale: 10}"))
        self.assertEqual(len(plain), len(longer))
        for (name, one), (other, ten) in zip(plain, longer):
            self.assertEqual(name, other)
            self.assertAlmostEqual(ten, 10 * one, delta=1e-12 * (1 + ten), msg=name)

    def test_free_backgrounds_scale_with_the_exposure(self):
        # Dresden-II: Gaussian data and a background with free parameters (the one with a prior is held: priors do not
        # shrink). The square of the limit falls with the root of the exposure, but for what is not linear in them.
        def limit(scale):
            more = "data: asimov\nnuisances: {dresden_m_ratio: {fix: 0.16}}\n"
            config = self.config(f"d{scale}.yaml", more, flavour="e", masses="{values_MeV: [1]}",
                                 experiment=f"{{name: dresden_ii, exposure_scale: {scale}}}")
            return self.limits(config)[1.0]

        self.assertAlmostEqual((limit(1) / limit(4)) ** 2, 2, delta=0.02)

    def test_the_file_says_so(self):
        config = self.config("a.yaml", "data: asimov\n", experiment="{name: coherent_csi_2022, exposure_scale: 2.5}")
        file = self.folder / "a.h5"
        self.scan(config, file)
        lines = status(file)["config"]
        self.assertIn("data.kind: asimov", lines)
        self.assertIn("experiments.0.exposure_scale: 2.5", lines)
        run = nudipole("scan", self.config("b.yaml"), "-o", file)
        self.assertEqual(run.code, 4, run)
        self.assertIn("another configuration", run.err)

    def test_an_exposure_needs_asimov_data(self):
        config = self.config("a.yaml", experiment="{name: coherent_csi_2022, exposure_scale: 2}")
        self.assert_refused(nudipole("check", config), CONFIG, "exposure", "data: asimov")

    def test_a_bound_has_no_data(self):
        config = self.config("a.yaml", "data: asimov\n", experiment="xenon1t_8b", flavour="tau",
                             limits="{confidence: [0.90], dof: [1]}")
        self.assert_refused(nudipole("check", config), CONFIG, "bound", "data: measured")


if __name__ == "__main__":
    unittest.main()
