"""Words of the program outside scans: conversions, stories of points, the manual, configurations by name."""

import math
import os
import shutil
import subprocess
import unittest

from nudipole_run import CONFIG, CONFIGS, ProgramTest, config_text, nudipole

ALPHA, ELECTRON_MASS_GEV = 1 / 137.035999084, 0.51099895e-3
MU_B = math.sqrt(math.pi * ALPHA) / ELECTRON_MASS_GEV  # [1/GeV], the definition with CODATA 2018
HBAR_C_MEV_M = 197.3269804e-15
MUON_MASS_MEV = 105.6583755


def width_MeV(mass_MeV, coupling_per_GeV, lagrangian="half"):
    """Gamma(N -> nu gamma) of a Dirac N by hand: the 1/2 of the Lagrangian is a factor 4 of the width."""
    return (coupling_per_GeV * 1e-3)**2 * mass_MeV**3 / ({"half": 16, "whole": 4}[lagrangian] * math.pi)


def length_m(mass_MeV, energy_MeV, width):
    """p/(m Gamma): KDK eq. 28 without its second factor E/m."""
    return math.sqrt(energy_MeV**2 - mass_MeV**2) / (mass_MeV * width) * HBAR_C_MEV_M


class Convert(ProgramTest):
    def numbers(self, *arguments):
        rows = self.succeed("convert", *arguments).rows()
        return {row["convention"]: (float(row["coupling_mu_B"]), float(row["coupling_per_GeV"])) for row in rows}

    def test_units(self):
        half = self.numbers("--coupling-mu-B", "2e-9")["half"]
        self.assertEqual(half[0], 2e-9)
        self.assertAlmostEqual(half[1] / (2e-9 * MU_B), 1.0, delta=1e-12)
        back = self.numbers("--coupling-per-GeV", repr(half[1]))["half"]
        self.assertAlmostEqual(back[0] / 2e-9, 1.0, delta=1e-15)

    def test_the_lagrangian_without_the_half_has_half_the_number(self):
        # The decay width is one number: d^2 m^3/(16 pi) with the 1/2, d^2 m^3/(4 pi) without.
        numbers = self.numbers("--coupling-per-GeV", "1e-6")
        widths = numbers["half"][1] ** 2 / (16 * math.pi), numbers["whole"][1] ** 2 / (4 * math.pi)
        self.assertAlmostEqual(widths[0] / widths[1], 1.0, delta=1e-15)
        self.assertEqual(self.numbers("--coupling-per-GeV", "1e-6", "--convention", "whole")["whole"][1], 1e-6)

    def rows(self, *arguments):
        return self.succeed("convert", *arguments).rows()

    def test_decay_is_that_of_the_closed_formula_in_both_conventions(self):
        for convention in ("half", "whole"):
            rows = self.rows("--coupling-per-GeV", "1e-6", "--convention", convention, "--mass-MeV", "40",
                             "--energy-MeV", "52.8", "--path-cm", "100")
            for row in rows:
                width = width_MeV(40, float(row["coupling_per_GeV"]), row["convention"])
                self.assertAlmostEqual(float(row["width_MeV"]) / width, 1.0, delta=1e-12)
                self.assertAlmostEqual(float(row["c_tau_m"]) / (HBAR_C_MEV_M / width), 1.0, delta=1e-12)
                length = length_m(40, 52.8, width)
                self.assertAlmostEqual(float(row["decay_length_m"]) / length, 1.0, delta=1e-12)
                self.assertAlmostEqual(float(row["decay_probability"]), 1 - math.exp(-1 / length), delta=1e-12)

    def test_known_lengths(self):
        # 36.2 km and 214 km, where KDK have "a few m"; 17.7 m at the heavy end.
        row = self.rows("--coupling-mu-B", "5e-9", "--mass-MeV", "5", "--energy-MeV", "30")[0]
        self.assertAlmostEqual(float(row["c_tau_m"]), 36.2e3, delta=50)
        self.assertAlmostEqual(float(row["decay_length_m"]), 214e3, delta=500)
        row = self.rows("--coupling-mu-B", "1e-8", "--mass-MeV", "40")[0]
        self.assertAlmostEqual(float(row["c_tau_m"]), 17.652, delta=0.001)
        self.assertNotIn("decay_length_m", row)
        self.assertNotIn("c_tau_m", self.rows("--coupling-mu-B", "1e-8")[0])

    def test_what_decays_faster(self):
        point = ["--coupling-mu-B", "1e-8", "--mass-MeV", "40", "--energy-MeV", "50"]
        length = float(self.rows(*point)[0]["decay_length_m"])
        for flag, factor in (("--majorana", 2), ("--universal", 3)):
            self.assertAlmostEqual(length / float(self.rows(*point, flag)[0]["decay_length_m"]), factor, delta=1e-12)

    def test_at_rest_and_without_coupling(self):
        at_rest = self.rows("--coupling-mu-B", "1e-8", "--mass-MeV", "40", "--energy-MeV", "40")[0]
        self.assertEqual((at_rest["decay_length_m"], at_rest["decay_probability"]), ("0", "1"))
        massless = self.rows("--coupling-mu-B", "1e-8", "--mass-MeV", "0", "--energy-MeV", "40")[0]
        self.assertEqual((massless["c_tau_m"], massless["decay_length_m"], massless["decay_probability"]),
                         ("inf", "inf", "0"))
        stable = self.rows("--coupling-mu-B", "0", "--mass-MeV", "40", "--energy-MeV", "40")[0]
        self.assertEqual((stable["c_tau_m"], stable["decay_probability"]), ("inf", "0"))

    def test_energies_that_cannot_be(self):
        self.assert_refused(nudipole("convert", "--coupling-mu-B", "1", "--mass-MeV", "40", "--energy-MeV", "39.9"),
                            CONFIG, "--energy-MeV", "at least --mass-MeV")
        self.assert_refused(nudipole("convert", "--coupling-mu-B", "1", "--energy-MeV", "39.9"), CONFIG, "--mass-MeV")

    def test_needs_one_number(self):
        self.assert_refused(nudipole("convert"), CONFIG, "--coupling-mu-B")
        self.assert_refused(nudipole("convert", "--coupling-mu-B", "1", "--coupling-per-GeV", "1"), CONFIG)


class Explain(ProgramTest):
    def story(self, *arguments):
        rows = self.succeed("explain", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "10", *arguments).rows()
        return rows, {(row["topic"], row["item"], row["quantity"]): row["value"] for row in rows}

    def test_the_limit_and_what_carries_it(self):
        rows, facts = self.story("--bins", "99")
        # csi_2022_limits.csv of the independent program.
        self.assertAlmostEqual(float(facts["point", "", "coupling_mu_B"]) / 1.90337981799e-9, 1.0, delta=1e-7)
        self.assertAlmostEqual(float(facts["rise", "", "delta_chi2"]), 2.71, delta=1e-6)
        parts = float(facts["rise", "coherent_csi_2022", "delta_chi2"]), float(facts["rise", "priors", "delta_chi2"])
        self.assertAlmostEqual(sum(parts), 2.71, delta=1e-6)
        bins = [float(row["value"]) for row in rows if row["topic"] == "bins" and row["quantity"] == "delta_chi2"]
        self.assertEqual(len(bins), 99)
        self.assertEqual(bins, sorted(bins, reverse=True))
        self.assertAlmostEqual(sum(bins), parts[0], delta=1e-9)
        self.assertAlmostEqual(float(facts["templates", "coherent_csi_2022.cevns", "events"]), 325.4202555723, delta=1e-6)

    def test_a_given_coupling_and_the_path(self):
        rows, facts = self.story("--coupling-mu-B", "1e-9")
        # 12.187 portal events, the reference's value of the README and PHYSICS.
        self.assertAlmostEqual(float(facts["templates", "coherent_csi_2022.portal", "events"]), 12.187, delta=1e-3)
        path = [float(row["value"]) for row in rows if row["topic"] == "path"]
        self.assertEqual(path[0], float(facts["start", "", "minus_two_log_l"]))
        self.assertAlmostEqual(min(path), float(facts["point", "", "minus_two_log_l"]), delta=1e-8)
        fit = self.succeed("fit", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "10", "--coupling-mu-B", "1e-9").rows()
        pulls = {row["quantity"]: row["pull"] for row in fit}
        self.assertEqual(facts["pulls", "csi_2022_signal", "pull"], pulls["csi_2022_signal"])

    def test_decay_length_at_the_limit(self):
        for mass, rough_m in ((40, 33.65), (49.5, 1.21), (52, 0.0708)):
            rows = self.succeed("explain", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", mass, "--path-cm", "100").rows()
            facts = {(row["topic"], row["item"], row["quantity"]): row["value"] for row in rows}
            width = width_MeV(mass, float(facts["point", "", "coupling_per_GeV"]))
            self.assertAlmostEqual(float(facts["decay", "", "c_tau_m"]) / (HBAR_C_MEV_M / width), 1, delta=1e-12)
            length = length_m(mass, MUON_MASS_MEV / 2, width)
            told = [float(facts["decay", "coherent_csi_2022", quantity])
                    for quantity in ("energy_MeV", "decay_length_m", "decay_probability")]
            self.assertEqual(told[0], MUON_MASS_MEV / 2)
            self.assertAlmostEqual(told[1] / length, 1, delta=1e-9)  # p near the end point loses digits here
            self.assertAlmostEqual(told[2], 1 - math.exp(-1 / length), delta=1e-9)
            self.assertAlmostEqual(length / rough_m, 1, delta=0.01)  # digits of the rough number

    def test_decay_length_at_a_coupling(self):
        lengths = []
        for config in ("csi2022_mu", "csi2022_universal"):  # N decays into one flavour, into three
            rows = self.succeed("explain", CONFIGS / f"{config}.yaml", "--mass-MeV", "40",
                                "--coupling-mu-B", "1e-8").rows()
            lengths += [float(row["value"]) for row in rows if row["quantity"] == "c_tau_m"]
        self.assertAlmostEqual(lengths[0], 17.652, delta=0.001)
        self.assertAlmostEqual(lengths[0] / lengths[1], 3.0, delta=1e-12)

    def test_closed_mass(self):
        run = self.succeed("explain", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "200")
        self.assertFalse([row for row in run.rows() if row["quantity"] == "decay_length_m"])
        self.assertIn("no N of this mass", run.err)


class ConfigurationsByName(ProgramTest):
    def test_by_name_with_and_without_ending(self):
        expected = self.succeed("check", CONFIGS / "csi2022_mu.yaml").out
        for name in ("csi2022_mu", "csi2022_mu.yaml"):
            self.assertEqual(self.succeed("check", name, cwd=self.folder).out, expected)

    def test_a_file_of_that_name_goes_first(self):
        self.write("csi2022_mu", config_text())
        self.assertIn("a test", self.succeed("check", "csi2022_mu", cwd=self.folder).out)

    def test_scan_and_citations_by_name(self):
        self.assertIn("Akimov:2022", self.succeed("cite", "csi2022_mu", cwd=self.folder).out)
        run = nudipole("scan", "csi2022_nu", "-o", "a.h5", cwd=self.folder)
        self.assert_refused(run, CONFIG, "no such file", "csi2022_mu")


class Manual(ProgramTest):
    def test_every_subcommand_has_its_section(self):
        text = self.succeed("man").out
        for name in ("scan", "limits", "cite", "completion"):
            self.assertIn(f".SS nudipole {name}", text)

    @unittest.skipUnless(shutil.which("man"), "no man")
    def test_man_has_nothing_to_complain_about(self):
        page = self.write("nudipole.1", self.succeed("man").out)
        done = subprocess.run(["man", "--warnings=all", "-l", page], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=True, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, "")
        self.assertIn("nudipole limits csi2022_mu.h5", done.stdout)


if __name__ == "__main__":
    unittest.main()
