"""`fit --toys FILE`: p values of one fit from a file of toys of the same likelihood."""

import unittest

from nudipole_run import CONFIG, RESULT_FILE, ProgramTest, config_text, nudipole


def toys_text(method, more="", **options):
    return (config_text(masses="{values_MeV: [1, 10]}", limits="{confidence: [0.90]}",
                        couplings="{values_mu_B: [1.5e-9, 2.5e-9, 5.0e-8]}", **options)
            + f"toys: {{method: {method}, least: 250, most: 250, seed: 2{more}}}\n")


class FitByToys(ProgramTest):
    def toys(self, method, more=""):
        config, file = self.write(f"{method}.yaml", toys_text(method, more)), self.folder / f"{method}.h5"
        self.succeed("toys", config, "-o", file)
        return config, file

    def rows(self, config, file, *options):
        run = self.succeed("fit", config, "--toys", file, *options)
        return {row["quantity"]: row for row in run.rows()}

    def assert_is(self, row, rows, point):
        self.assertEqual(float(row["value"]), float(point["p_value"]))
        self.assertEqual(float(row["error"]), float(point["p_error"]))
        self.assertEqual(rows[row["quantity"] + "_count"]["value"], point["toys"])

    def test_goodness_of_fit_of_the_best_fit_and_of_the_standard_model(self):
        config, file = self.toys("goodness_of_fit")
        points = {float(p["mass_MeV"]): p for p in self.succeed("points", file).rows()}
        for options, mass in ((("--mass-MeV", "10"), 10.0), (("--mass-MeV", "1", "--best"), 1.0),
                              (("--mass-MeV", "10", "--coupling-mu-B", "0"), 0.0)):
            rows = self.rows(config, file, *options)
            self.assert_is(rows["p_value_toys"], rows, points[mass])
            # Counts are not small everywhere: both say the same, roughly.
            self.assertAlmostEqual(float(rows["p_value_toys"]["value"]), float(rows["p_value"]["value"]), delta=0.25)

    def test_significance_of_the_best_fit(self):
        config, file = self.toys("significance")
        points = {p["test"]: p for p in self.succeed("points", file).rows()}
        rows = self.rows(config, file, "--mass-MeV", "10")
        self.assert_is(rows["significance_p_value_toys"], rows, points["local_10"])

    def test_p_value_of_a_point(self):
        for method, name in (("feldman_cousins", "hypothesis_p_value_toys"), ("cls", "hypothesis_cls_toys")):
            config, file = self.toys(method, ", refine: false")
            points = {(p["mass_MeV"], p["coupling_mu_B"]): p for p in self.succeed("points", file).rows()}
            rows = self.rows(config, file, "--mass-MeV", "10", "--coupling-mu-B", "2.5e-9")
            self.assert_is(rows[name], rows, points["10", "2.5e-09"])

    def test_points_that_have_no_toys_have_no_p_value(self):
        config, file = self.toys("feldman_cousins", ", refine: false, skip_far: true")
        points = self.succeed("points", file).rows()
        self.assertIn("asymptotic", {p["method"] for p in points})
        for point in points:
            run = nudipole("fit", config, "--mass-MeV", point["mass_MeV"], "--coupling-mu-B", point["coupling_mu_B"],
                           "--toys", file)
            self.assertEqual(run.code, CONFIG if point["method"] == "asymptotic" else 0, run)

    def test_another_way_to_the_minimum_is_the_same_fit(self):
        config, file = self.toys("goodness_of_fit")
        other = self.write("slsqp.yaml", config.read_text(encoding="utf-8") + "fit: {algorithm: slsqp}\n")
        self.assertEqual(self.rows(other, file, "--mass-MeV", "10")["p_value_toys"],
                         self.rows(config, file, "--mass-MeV", "10")["p_value_toys"])

    def test_grid_limits_and_toys_of_the_configuration_may_differ(self):
        _, file = self.toys("goodness_of_fit")
        other = self.write("scan.yaml", config_text(masses="{values_MeV: [30]}", limits="{confidence: [0.99]}"))
        self.assertIn("p_value_toys", self.rows(other, file, "--mass-MeV", "10"))

    def test_what_does_not_fit_is_refused(self):
        config, file = self.toys("goodness_of_fit")
        scan = self.folder / "scan.h5"
        self.scan(self.write("scan.yaml", config_text()), scan)
        other = self.write("other.yaml", toys_text("goodness_of_fit", flavour="e"))
        for run, code, *words in (
                (nudipole("fit", config, "--mass-MeV", "10", "--toys", scan), CONFIG, "the file holds no toys", "scan.h5"),
                (nudipole("fit", other, "--mass-MeV", "10", "--toys", file), CONFIG, "another likelihood",
                 "flavour: the file has mu, the configuration e"),
                (nudipole("fit", config, "--mass-MeV", "12", "--toys", file), CONFIG, "say nothing of this fit",
                 "one of its masses"),
                (nudipole("fit", config, "--mass-MeV", "10", "--toys", self.folder / "none.h5"), RESULT_FILE, "none.h5"),
                (nudipole("fit", config, "--signal-strength", "--toys", file), CONFIG, "--toys")):
            self.assertEqual(run.code, code, run)
            for word in words:
                self.assertIn(word, run.err)


if __name__ == "__main__":
    unittest.main()
