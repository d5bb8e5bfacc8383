"""`rate`: recoil spectra before any detector, against integrals over the neutrino energy."""

import unittest

from nudipole_run import CONFIG, CONFIGS, SOURCE, ProgramTest, nudipole, read_csv

TABLE = SOURCE / "tests" / "reference" / "rates.csv"  # independent program make_rates.py


class Rate(ProgramTest):
    def rates(self, *options):
        return self.succeed("rate", *options).rows()

    def test_rates_are_those_of_the_independent_program(self):
        text = "".join(line for line in TABLE.read_text().splitlines(True) if not line.startswith("#"))
        rows = read_csv(text)
        self.assertGreater(len(rows), 80)
        for row in rows:
            recoil = row["recoil [keV]"]
            options = ["--experiment", row["experiment []"], "--process", row["process []"],
                       "--mass-MeV", row["mass [MeV]"], "--coupling-mu-B", "1e-9", "--from-keV", recoil,
                       "--to-keV", 2 * float(recoil), "--points", 2]
            if row["flavour []"] != "all":
                options += ["--flavour", row["flavour []"]]
            if row["experiment []"].startswith("coherent"):
                options += ["--exposure-days", 400]
            found = self.rates(*options)[0]
            self.assertEqual(found["flavour"], row["flavour []"])
            expected = float(row["rate [1/kg/day/keV]"])
            # Both are exact but for rounding; cancellation near the ends of the kinematic range.
            self.assertAlmostEqual(float(found["rate_per_kg_day_keV"]), expected,
                                   delta=1e-7 * expected, msg=str(row))

    def test_panels_of_a_figure_come_from_one_command(self):
        rows = self.rates("--experiment", "dresden_ii", "--flavour", "e", "--flavour", "mu",
                          "--mass-MeV", 1, "--mass-MeV", 5, "--points", 7)
        self.assertEqual(list(rows[0]), ["experiment", "target", "process", "flavour", "mass_MeV",
                                         "coupling_mu_B", "recoil_energy_keV", "rate_per_kg_day_keV"])
        # two processes of the Standard Model; two of the portal x flavours x masses
        self.assertEqual(len(rows), 7 * (2 + 2 * 2 * 2))
        self.assertEqual({row["target"] for row in rows}, {"Ge"})
        muon = [float(row["rate_per_kg_day_keV"]) for row in rows if row["flavour"] == "mu"]
        self.assertEqual(set(muon), {0.0})  # a reactor makes no muon neutrinos

    def test_another_target_and_flavours_of_a_configuration(self):
        rows = self.rates(CONFIGS / "csi2022_mu.yaml", "--exposure-days", 400, "--target", "Xe", "--points", 3)
        self.assertEqual({row["target"] for row in rows}, {"Xe"})
        self.assertEqual({row["flavour"] for row in rows}, {"all", "mu"})
        run = nudipole("rate", "--experiment", "coherent_cenns10", "--exposure-days", 1, "--points", 2)
        self.assertIn("no rates on electrons", run.err)
        self.assertEqual({row["process"] for row in run.rows()}, {"cevns", "dipole_nucleus"})

    def test_mistakes(self):
        self.assert_refused(nudipole("rate"), CONFIG, "--experiment")
        self.assert_refused(nudipole("rate", "--experiment", "coherent_csi_2022"), CONFIG, "--exposure-days")
        self.assert_refused(nudipole("rate", "--experiment", "dresden_i"), CONFIG, "dresden_ii")
        self.assert_refused(nudipole("rate", "--experiment", "dresden_ii", "--target", "ge"), CONFIG,
                            "'ge' is not the formula")
        self.assert_refused(nudipole("rate", "--experiment", "dresden_ii", "--to-keV", "1e-4"), CONFIG,
                            "range of recoils is empty")


if __name__ == "__main__":
    unittest.main()
