"""Limits for others: HEPData's submission format, JSON with what the file says of itself."""

import json
import unittest

from nudipole_run import (CONFIG, MU_B_IN_PER_GEV, PROGRAM, SOURCE, ProgramTest, config_text, environment, nudipole, read_csv,
                          run_command, status)

try:
    import yaml
except ImportError:
    yaml = None


class Exports(ProgramTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "a.h5"
        self.scan(self.write("a.yaml", config_text(masses="{values_MeV: [1, 10, 200]}")), self.file)
        self.rows = self.succeed("limits", self.file).rows()

    @unittest.skipUnless(yaml, "no python3-yaml")
    def test_hepdata_submission_reads_back(self):
        folder = self.folder / "submission"
        run = self.succeed("limits", self.file, "--format", "hepdata", "-o", folder)
        self.assertEqual(run.out, "")
        head, *entries = yaml.safe_load_all((folder / "submission.yaml").read_text(encoding="utf-8"))
        self.assertIn("a test", head["comment"])
        self.assertEqual(len(entries), 2)  # one confidence level, two numbers of degrees of freedom
        for entry in entries:
            # What the format requires of an entry.
            self.assertLessEqual({"name", "description", "keywords", "data_file"}, set(entry))
            self.assertEqual(entry["keywords"], [{"name": "observables", "values": ["COUPLING"]}])
            self.check_table(yaml.safe_load((folder / entry["data_file"]).read_text(encoding="utf-8")))
        files = {path.name for path in folder.iterdir()}
        self.assertEqual(files, {"submission.yaml", *(entry["data_file"] for entry in entries)})

    def check_table(self, table):
        (mass,) = table["independent_variables"]
        self.assertEqual((mass["header"]["name"], mass["header"]["units"]), ("$m_N$", "MeV"))
        self.assertEqual([value["value"] for value in mass["values"]], [1, 10, 200])
        in_mu_B, per_GeV = table["dependent_variables"]
        qualifiers = {entry["name"]: entry for entry in in_mu_B["qualifiers"]}
        self.assertEqual((qualifiers["Confidence level"]["value"], qualifiers["Confidence level"]["units"]), ("90", "%"))
        dof = qualifiers["Degrees of freedom"]["value"]
        expected = [row for row in self.rows if row["dof"] == dof]
        self.assertEqual(in_mu_B["header"]["units"], "$\\mu_B$")
        for row, one, other in zip(expected, in_mu_B["values"], per_GeV["values"], strict=True):
            if row["status"] == "ok":
                self.assertEqual(one["value"], float(row["d_mu_B"]))
                self.assertAlmostEqual(other["value"] / one["value"] / MU_B_IN_PER_GEV, 1.0, delta=1e-10)
            else:
                self.assertEqual((row["status"], one["value"], other["value"]), ("closed", "-", "-"))

    def test_json_with_metadata(self):
        found = json.loads(self.succeed("limits", self.file, "--format", "json", "--metadata").out)
        self.assertEqual(found["limits"], json.loads(self.succeed("limits", self.file, "--format", "json").out))
        self.assertEqual(found["metadata"]["config_sha256"], status(self.file)["config_sha256"])
        self.assertEqual(found["metadata"]["complete"], 1)
        self.assertIn("experiments.0.name: coherent_csi_2022", found["metadata"]["config"])

    def test_options_that_do_not_belong_together(self):
        for arguments, fragment in ((["--format", "hepdata"], "--output"), (["-o", "x"], "--output"),
                                    (["--metadata"], "--metadata")):
            self.assert_refused(nudipole("limits", self.file, *arguments), CONFIG, fragment)
        run = nudipole("limits", self.file, "--format", "hepdata", "-o", self.file)
        self.assert_refused(run, CONFIG, "cannot be written", self.file)


class Release(ProgramTest):
    def test_one_command_for_several_configurations(self):
        each = "{confidence: [0.90], dof: [1], each_experiment: true}"
        for name, flavour, more in (("one", "mu", {}), ("two", "e", {"limits": each,
                                                                     "experiment": "coherent_csi_2022, xenonnt_8b_2026"})):
            self.write(f"{name}.yaml", config_text(flavour=flavour, **more))
        run = run_command(["bash", SOURCE / "jobs" / "release.sh", self.folder / "out", self.folder / "one.yaml",
                           self.folder / "two.yaml"], env=environment(NUDIPOLE_PROGRAM=PROGRAM))
        self.assertEqual(run.code, 0, run)
        out = self.folder / "out"
        for name in ("one", "two"):
            self.assertEqual((out / f"{name}.csv").read_text(encoding="utf-8"), self.succeed("limits", out / f"{name}.h5").out)
            self.assertIn("metadata", json.loads((out / f"{name}.json").read_text(encoding="utf-8")))
            self.assertIn("Akimov:2022", (out / f"{name}.bib").read_text(encoding="utf-8"))
            self.assertTrue((out / f"{name}_hepdata" / "submission.yaml").is_file())
        # Three masses; joint, and the two experiments.
        rows = read_csv((out / "two_experiments.csv").read_text(encoding="utf-8"))
        self.assertEqual(len(rows), 9)
        self.assertEqual({row["experiment"] for row in rows}, {"joint", "coherent_csi_2022", "xenonnt_8b_2026"})
        self.assertFalse((out / "one_experiments.csv").exists())
        check = run_command(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=out)
        self.assertEqual(check.code, 0, check)


if __name__ == "__main__":
    unittest.main()
