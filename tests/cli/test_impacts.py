"""`impacts`: against scans of configurations in which the nuisance is held or the experiment is missing."""

import math
import unittest

from nudipole_run import CONFIG, CONFIGS, ProgramTest, nudipole

COMBINED = """format: 1
title: two experiments
experiments: [{experiments}]
correlate: true
flavour: mu
mass: {{values_MeV: [10]}}
coupling: {{values_mu_B: [1.0e-10, 1.0e-7]}}
limits: {{confidence: [0.90], dof: [1]}}
{more}
"""


class Impacts(ProgramTest):
    count = 0

    def limit(self, experiments, more=""):
        """The limit that a scan finds."""
        Impacts.count += 1
        config = self.write(f"c{self.count}.yaml", COMBINED.format(experiments=experiments, more=more))
        file = self.folder / f"c{self.count}.h5"
        self.scan(config, file)
        (row,) = self.succeed("limits", file).rows()
        return float(row["d_mu_B"])

    def impacts(self, experiments):
        config = self.write("all.yaml", COMBINED.format(experiments=experiments, more=""))
        rows = self.succeed("impacts", config, "--mass-MeV", 10).rows()
        return {(row["kind"], row["name"]): row for row in rows}

    def compare(self, found, wanted, nominal):
        # Both search the same profile, to 1e-8 of -2 ln L.
        self.assertAlmostEqual(float(found), 100 * (wanted / nominal - 1), delta=1e-4)

    def test_nuisances_are_as_if_the_configuration_held_them(self):
        experiments = "coherent_csi_2022"
        nominal = self.limit(experiments)
        rows = self.impacts(experiments)
        facts = {row["quantity"]: row for row in self.succeed(
            "check", self.folder / "all.yaml").rows() for row in [{"quantity": row["key"], "value": row["value"]}]}
        names = [key.removeprefix("nuisance.") for key in facts if key.startswith("nuisance.")]
        self.assertEqual(sorted(name for _, name in rows), sorted(names))
        for name in names:
            row = rows["nuisance", name]
            self.assertAlmostEqual(float(row["limit_mu_B"]) / nominal, 1.0, delta=1e-7)
            words = facts["nuisance." + name]["value"].split(", ")
            centre, width = (float(words[i].split()[1]) for i in (0, 1))
            for end in ("down", "up", "held"):
                with self.subTest(name=name, end=end):
                    value = centre + width * float(row["pull_" + end])
                    held = self.limit(experiments, f"nuisances: {{{name}: {{fix: {value!r}}}}}")
                    self.compare(row[f"shift_{end}_percent"], held, nominal)
            self.assertEqual((float(row["pull_down"]), float(row["pull_up"])), (-1, 1))

    def test_an_experiment_left_out_is_a_configuration_without_it(self):
        first, second = "coherent_csi_2022", "coherent_cenns10"
        nominal = self.limit(f"{first}, {second}")
        rows = self.impacts(f"{first}, {second}")
        for name, other in ((first, second), (second, first)):
            row = rows["experiment", name]
            self.compare(row["shift_down_percent"], self.limit(other), nominal)
            self.assertTrue(math.isnan(float(row["shift_up_percent"])))

    def test_the_largest_comes_first(self):
        rows = self.succeed("impacts", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", 10).rows()
        sizes = [max(abs(float(row[f"shift_{end}_percent"])) for end in ("down", "up", "held")) for row in rows]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_no_limit_no_impacts(self):
        run = nudipole("impacts", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", 60)
        self.assert_refused(run, CONFIG, "no limit at 60 MeV", "closed")


if __name__ == "__main__":
    unittest.main()
