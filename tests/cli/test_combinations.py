"""Several experiments in one run: limits of the parts, changes of nuisances, what the messages say."""

import math
import unittest

from nudipole_run import (CONFIG, ProgramTest, nudipole, python_with, status, with_h5py)

COLUMNS = ["mass_MeV", "confidence", "dof", "d_per_GeV", "d_mu_B", "status", "method", "mc_error",
           "asymptotic_d_mu_B", "decay_length_m", "decay_probability"]


def combined(*, limits="{confidence: [0.90], dof: [1, 2], each_experiment: true}", more=""):
    """CsI 2022 with 12 bins of liquid argon; further keys start at line 9."""
    return ("format: 1\n"
            "title: two of COHERENT\n"
            "experiments: [coherent_csi_2022, coherent_cenns10]\n"
            "flavour: mu\n"
            "mass: {values_MeV: [10, 60]}\n"
            "coupling: {values_mu_B: [1.0e-9, 1.0e-8, 1.0e-7]}\n"
            f"limits: {limits}\n"
            "run: {checkpoint_every_s: 30}\n" + more)


class LimitsOfParts(ProgramTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", combined()), self.file)

    def test_without_the_option_the_table_is_the_usual_one(self):
        run = self.succeed("limits", self.file)
        self.assertEqual(run.out.splitlines()[0], ",".join(COLUMNS))
        self.assertEqual(len(run.rows()), 2 * 2)

    def test_all_shows_every_experiment_and_the_joint_limits(self):
        run = self.succeed("limits", self.file, "--experiment", "all")
        self.assertEqual(run.out.splitlines()[0], ",".join(["experiment", *COLUMNS]))
        rows = run.rows()
        self.assertEqual([row["experiment"] for row in rows],
                         ["coherent_csi_2022"] * 4 + ["coherent_cenns10"] * 4 + ["joint"] * 4)
        joint = [{name: row[name] for name in COLUMNS} for row in rows[8:]]
        self.assertEqual(joint, self.succeed("limits", self.file).rows())
        for row in rows:
            self.assertEqual(row["status"], "ok" if row["mass_MeV"] == "10" else "closed")

    def test_one_experiment_has_the_limits_of_a_scan_of_it_alone(self):
        alone = self.folder / "alone.h5"
        text = combined(limits="{confidence: [0.90], dof: [1, 2]}").replace(
            ", coherent_cenns10]", "]")
        self.scan(self.write("alone.yaml", text), alone)
        expected = self.succeed("limits", alone).rows()
        rows = self.succeed("limits", self.file, "--experiment", "coherent_csi_2022").rows()
        self.assertEqual(len(rows), len(expected))
        for row, other in zip(rows, expected):
            self.assertEqual(row["status"], other["status"])
            if row["status"] == "ok":
                # The same likelihood with its signal pull in two parts.
                self.assertAlmostEqual(float(row["d_mu_B"]) / float(other["d_mu_B"]), 1.0,
                                       delta=1e-7)

    def test_an_experiment_that_is_not_there_is_refused(self):
        self.assert_refused(nudipole("limits", self.file, "--experiment", "coherent_cenns11"),
                            CONFIG, self.file, "no experiment 'coherent_cenns11'",
                            "all, coherent_csi_2022", "did you mean 'coherent_cenns10'?")

    def test_a_file_without_parts_says_how_to_get_them(self):
        file = self.folder / "b.h5"
        self.scan(self.write("b.yaml", combined(limits="{confidence: [0.90], dof: [1]}")), file)
        self.assert_refused(nudipole("limits", file, "--experiment", "all"), CONFIG, file,
                            "no limits of single experiments", "each_experiment: true")

    def test_the_fields_can_be_read_by_others(self):
        found = with_h5py("""
file = h5py.File(sys.argv[1])
limit = file["limit"]
print(json.dumps({"shape": limit.shape, "axes": [d.keys()[0] for d in limit.dims],
                  "units": limit.attrs["units"],
                  "experiments": file["experiment"].asstr()[:].tolist(),
                  "status": file["limit_status"][:, :, 0, 0].tolist(),
                  "best": file["best_minus_two_log_l"][0].tolist()}))
""", self.file)
        self.assertEqual(found["shape"], [2, 3, 1, 2])
        self.assertEqual(found["experiments"], ["coherent_csi_2022", "coherent_cenns10", "joint"])
        self.assertEqual(found["axes"], ["mass", "experiment", "confidence", "dof"])
        self.assertEqual(found["units"], "mu_B")
        self.assertEqual(found["status"], [[0, 0, 0], [2, 2, 2]])
        # No common parameter can make the sum smaller than its parts.
        self.assertGreaterEqual(found["best"][2], sum(found["best"][:2]) - 1e-8)

    def test_the_figure_shows_parts_and_sum(self):
        if python_with("matplotlib", "h5py") is None:
            self.skipTest("no Python with matplotlib and h5py")
        config = combined().replace("[10, 60]", "[5, 10, 20, 60]")
        file = self.folder / "b.h5"
        self.scan(self.write("b.yaml", config), file)
        figure, drawn = self.folder / "b.svg", self.folder / "b.csv"
        self.succeed("plot", file, "-o", figure, "--data-out", drawn)
        text = figure.read_text(encoding="utf-8")
        for name in ("COHERENT CsI[Na] 2022", "COHERENT CENNS-10 LAr", "two of COHERENT"):
            self.assertIn(f"<!-- {name} -->", text)
            self.assertEqual(drawn.read_text(encoding="utf-8").count(f"\n{name},mu,"), 4)


class Nuisances(ProgramTest):
    def check(self, more):
        config = self.write("a.yaml", combined(more=more))
        return {row["key"]: row["value"] for row in self.succeed("check", config).rows()}

    def refused(self, more, *fragments):
        config = self.write("a.yaml", combined(more=more))
        run = nudipole("check", config)
        self.assert_refused(run, CONFIG, *fragments)
        self.assertEqual(run.err.count(str(config)), 1, "the place is named once")

    def test_check_shows_every_nuisance_and_who_has_it(self):
        facts = self.check("")
        self.assertEqual(facts["correlate"], "true")
        self.assertIn("width 0.1, gaussian", facts["nuisance.sns_flux"])
        self.assertIn("in coherent_csi_2022, coherent_cenns10", facts["nuisance.sns_flux"])
        self.assertIn("width 0.0663324958", facts["nuisance.csi_2022_signal"])
        self.assertEqual(facts["nuisances"], "8")
        self.assertEqual(facts["limits"], "12")
        facts = self.check("correlate: false\n")
        self.assertNotIn("nuisance.sns_flux", facts)
        self.assertIn("width 0.12, gaussian", facts["nuisance.csi_2022_signal"])

    def test_fixed_nuisances_are_in_the_file_with_their_value(self):
        file = self.folder / "a.h5"
        config = combined(limits="{confidence: [0.90], ceiling: 1.0e+30}",  # every point is fitted
                          more="nuisances: {sns_flux: {fix: 0.05}}\n")
        self.scan(self.write("a.yaml", config), file)
        self.assertEqual(status(file)["fits_failed"], "0")
        found = with_h5py("""
file = h5py.File(sys.argv[1])
index = list(file["nuisance"].asstr()[:]).index("sns_flux")
print(json.dumps(file["nuisance_value"][:, :, index].ravel().tolist()
                 + file["best_nuisance_value"][:, index].tolist()))
""", file)
        self.assertEqual(found, [0.05] * 8)

    def test_all_nuisances_may_be_fixed(self):
        names = [key.removeprefix("nuisance.") for key in self.check("")
                 if key.startswith("nuisance.")]
        fixed = "nuisances: {" + ", ".join(f"{name}: {{fix: 0}}" for name in names) + "}\n"
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", combined(more=fixed)), file)
        self.assertEqual(status(file)["fits_failed"], "0")
        rows = self.succeed("limits", file).rows()
        self.assertEqual({row["status"] for row in rows}, {"ok", "closed"})

    def test_a_tighter_prior_gives_a_stronger_limit(self):
        limits = []
        for number, width in enumerate((0.30, 0.03)):
            file = self.folder / f"{number}.h5"
            text = combined(more=f"nuisances: {{csi_2022_brn: {{fix: 0}}, csi_2022_signal: "
                                 f"{{width: {width}}}}}\n")
            self.scan(self.write("a.yaml", text), file)
            limits.append(float(self.succeed("limits", file, "--dof", "1").rows()[0]["d_mu_B"]))
        self.assertFalse(math.isnan(limits[0]))
        self.assertLess(limits[1], limits[0])

    def test_another_change_is_another_scan(self):
        file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", combined()), file)
        other = self.write("b.yaml", combined(more="nuisances: {sns_flux: {fix: 0}}\n"))
        run = nudipole("scan", other, "-o", file)
        self.assertEqual(run.code, 4, run)
        self.assertIn("nuisances.sns_flux.fix", run.err)

    def test_mistakes_are_named_with_their_line_once(self):
        self.refused("nuisances:\n  sns_fluks: {fix: 0}\n", ":10: nuisances.sns_fluks",
                     "no nuisance 'sns_fluks'", "did you mean 'sns_flux'?")
        self.refused("nuisances: {sns_flux: {fix: -0.7}}\n", ":9: nuisances.sns_flux",
                     "outside the bounds", "-0.5 .. 10")
        self.refused("nuisances: {sns_flux: {fix: 0, width: 1}}\n", "'width' and 'fix' cannot both be given")
        self.refused("nuisances: {cenns10_signal: {rename: csi_2022_signal}}\n",
                     "defined differently by coherent_csi_2022", "by coherent_cenns10",
                     "width 0.06633249580710798", "width 0.08919641248391104")


if __name__ == "__main__":
    unittest.main()
