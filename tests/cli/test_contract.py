"""What scripts rely on: help, version, formats, and data alone on standard output."""

import json
import os
import re
import subprocess
import unittest

from nudipole_run import (CONFIG, CONFIGS, PROGRAM, SOURCE, UNEXPECTED, ProgramTest, config_text, environment, grid,
                          nudipole, read_csv, start)

SUBCOMMANDS = ["list", "check", "plan", "spectrum", "fit", "scan", "merge", "status", "limits", "best",
               "plot", "compare", "schema", "new-experiment", "rate", "impacts", "toys", "points",
               "bands", "cite", "convert", "explain", "completion", "man"]


class HelpAndVersion(ProgramTest):
    def test_help_names_every_subcommand_and_the_exit_codes(self):
        text = self.succeed("--help").out
        for word in [*SUBCOMMANDS, "Exit codes", "75 stopped but resumable"]:
            self.assertIn(word, text)

    def test_subcommands_are_those_of_the_help_and_stand_once_in_the_readme(self):
        told = re.search(r"^Subcommands:\n(.*?)(?:^\S|\Z)", self.succeed("--help").out,
                         re.MULTILINE | re.DOTALL).group(1)
        self.assertEqual(set(re.findall(r"^  ([a-z-]+) ", told, re.MULTILINE)), set(SUBCOMMANDS))
        readme = (SOURCE / "README.md").read_text(encoding="utf-8")
        table = re.search(r"^## Commands$(.*?)^Every command", readme, re.MULTILINE | re.DOTALL)
        first = " ".join(line.split(" | ")[0] for line in table.group(1).splitlines())
        words = re.findall(r"`([a-z-]+)[ `]", first)
        self.assertEqual(sorted(words), sorted(SUBCOMMANDS))

    def test_every_subcommand_has_help_with_an_example(self):
        for name in SUBCOMMANDS:
            with self.subTest(name):
                run = self.succeed(name, "--help")
                self.assertRegex(run.out, rf"Example: .*nudipole {name}\b")
                self.assertEqual(run.err, "")

    def test_version_shows_version_and_commit(self):
        run = self.succeed("--version")
        self.assertRegex(run.out, r"^nudipole \d+\.\d+\.\d+ \(\w+(-dirty)?\)\n$")


class Tables(ProgramTest):
    """The same table in three formats; column names are part of the contract."""

    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text(limits="{confidence: [0.90], dof: [1]}"))
        self.file = self.folder / "a.h5"
        self.scan(self.config, self.file)
        point = ["--mass-MeV", "10", "--coupling-mu-B", "1e-9"]
        self.tables = [
            (["list"], ["kind", "name", "item", "description", "choices", "default", "folder"]),
            (["check", self.config], ["key", "value"]),
            (["spectrum", self.config, *point],
             ["experiment", "bin", "energy_lo", "energy_hi", "time_lo", "time_hi", "component",
              "events", "uncertainty_events", "residual_sigma", "mass_MeV", "coupling_mu_B",
              "energy_unit", "time_unit"]),
            (["spectrum", self.config, *point, "--fit", "--along", "time"],
             ["experiment", "bin", "time_lo", "time_hi", "component", "events",
              "uncertainty_events", "residual_sigma", "mass_MeV", "coupling_mu_B", "time_unit"]),
            (["fit", self.config, *point], ["quantity", "value", "pull", "error", "pull_error"]),
            (["fit", self.config, *point, "--covariance"],
             ["parameter", "other_parameter", "covariance", "correlation"]),
            (["status", self.file], ["key", "value"]),
            (["limits", self.file],
             ["mass_MeV", "confidence", "dof", "d_per_GeV", "d_mu_B", "status", "method",
              "mc_error", "asymptotic_d_mu_B", "decay_length_m", "decay_probability"]),
        ]

    def test_csv_is_the_default_and_starts_with_the_column_names(self):
        for command, columns in self.tables:
            with self.subTest(command[0]):
                run = self.succeed(*command)
                self.assertEqual(run.err, "", "nothing to say about a table")
                self.assertEqual(run.out.splitlines()[0], ",".join(columns))
                self.assertEqual(run.out, self.succeed(*command, "--format", "csv").out)
                for row in read_csv(run.out):
                    self.assertEqual(list(row), columns)
                    self.assertNotIn(None, row.values())

    def test_json_holds_the_same_cells(self):
        for command, columns in self.tables:
            with self.subTest(command[0]):
                objects = json.loads(self.succeed(*command, "--format", "json").out)
                rows = read_csv(self.succeed(*command).out)
                self.assertEqual(len(objects), len(rows))
                for one, row in zip(objects, rows):
                    self.assertEqual(list(one), columns)
                    for name in columns:
                        self.assert_same_cell(one[name], row[name])

    def test_aligned_table_has_a_line_a_row(self):
        for command, columns in self.tables:
            with self.subTest(command[0]):
                lines = self.succeed(*command, "--format", "table").out.splitlines()
                self.assertEqual(lines[0].split(), columns)
                self.assertEqual(len(lines), len(self.succeed(*command).out.splitlines()))

    def assert_same_cell(self, value, text):
        if isinstance(value, str):
            self.assertEqual(value, text)
        elif value is None:
            self.assertIn(text, ("nan", "inf", "-inf"))
        else:
            self.assertEqual(value, float(text), "numbers must read back exactly")


class StandardStreams(ProgramTest):
    def test_scan_writes_messages_and_progress_to_standard_error_only(self):
        run = self.scan(self.write("a.yaml", config_text()), self.folder / "a.h5")
        messages = run.messages()
        self.assertEqual(messages, run.err.splitlines())
        self.assertRegex(messages[0], r"writing .*a\.h5, 3 masses x 2 couplings on 1 rank$")
        self.assertEqual(sum("3/3 masses" in line for line in messages), 1, run.err)
        self.assertEqual(messages[-1], "nudipole: done: 3 of 3 masses, 0 of 9 fits failed")

    def test_a_reader_that_leaves_early_is_no_error_message(self):
        config = self.write("a.yaml", config_text())
        process = start([PROGRAM, "spectrum", config, "--mass-MeV", "1", "--coupling-mu-B", "1e-9"])
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()
        process.wait()
        self.assertEqual(error, "")

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "list"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=environment(), check=False)
        self.assertEqual(done.returncode, UNEXPECTED)
        self.assertIn("standard output cannot be written", done.stderr)


class ListAndCheck(ProgramTest):
    def test_list_shows_experiments_with_options_and_nuisances_fluxes_and_configs(self):
        rows = self.succeed("list").rows()
        found = {(row["kind"], row["name"], row["item"]) for row in rows}
        self.assertIn(("experiment", "coherent_csi_2022", ""), found)
        self.assertIn(("option", "coherent_csi_2022", "radii"), found)
        self.assertIn(("nuisance", "coherent_csi_2022", "csi_2022_signal"), found)
        self.assertIn(("flux", "pion_decay_at_rest", ""), found)
        names = {row["name"] for row in rows if row["kind"] == "config"}
        self.assertEqual(names, {path.name for path in CONFIGS.glob("*.yaml")})
        radii = next(row for row in rows if row["name"] == "coherent_csi_2022" and row["item"] == "radii")
        self.assertEqual((radii["choices"].split("|"), radii["default"]),
                         (["mean_field", "shell_model", "kdk"], "mean_field"))

    def test_list_of_a_name_or_a_kind_is_that_part_of_the_whole(self):
        rows = self.succeed("list").rows()
        self.assertEqual(self.succeed("list", "coherent_csi_2022").rows(),
                         [row for row in rows if row["name"] == "coherent_csi_2022"])
        self.assertEqual(self.succeed("list", "flux", "dresden_ii").rows(),
                         [row for row in rows if row["kind"] == "flux" or row["name"] == "dresden_ii"])
        run = nudipole("list", "coherent_csi_202")
        self.assertEqual(run.code, CONFIG)
        self.assertIn("nothing is called 'coherent_csi_202'", run.err)
        self.assertIn("did you mean 'coherent_csi_2022'?", run.err)

    def test_list_goes_on_after_a_folder_that_it_cannot_read(self):
        data = self.copy_data()
        (data / "strange").mkdir()
        (data / "strange/experiment.yaml").write_text("name: of another program\n", encoding="utf-8")
        (data / "literature/short.csv").write_text("mass\n1\n", encoding="utf-8")
        run = self.succeed("list", "--data", data)
        self.assertIn("strange/experiment.yaml:1: format: the key is required and missing", run.err)
        names = {row["name"] for row in run.rows()}
        self.assertTrue({"coherent_csi_2022", "xenonnt_8b_2026", "short"} <= names, names)
        self.assertNotIn("strange", names)


class Compare(ProgramTest):
    def test_every_other_choice_has_the_limits_of_a_configuration_with_it(self):
        def config(name, radii):
            text = config_text(masses="{values_MeV: [1, 20]}", limits="{confidence: [0.90], dof: [1]}")
            return self.write(name, text.replace(
                "[coherent_csi_2022]", "[{name: coherent_csi_2022, options: {radii: " + radii + "}}]"))

        rows = self.succeed("compare", config("a.yaml", "mean_field")).rows()
        self.assertEqual(list(rows[0]),
                         ["change", "mass_MeV", "confidence", "dof", "d_mu_B", "ratio", "status"])
        self.assertIn("radii=shell_model", {row["change"] for row in rows})
        self.assertNotIn("radii=mean_field", {row["change"] for row in rows})
        other = self.folder / "b.h5"
        self.scan(config("b.yaml", "kdk"), other)
        limits = {row["mass_MeV"]: row["d_mu_B"] for row in self.succeed("limits", other).rows()}
        changed = {row["mass_MeV"]: row["d_mu_B"] for row in rows if row["change"] == "radii=kdk"}
        self.assertEqual(changed, limits)
        plain = {row["mass_MeV"]: float(row["d_mu_B"]) for row in rows if row["change"] == "as configured"}
        for row in rows:
            self.assertAlmostEqual(float(row["ratio"]), float(row["d_mu_B"]) / plain[row["mass_MeV"]], delta=1e-12)
        one = self.succeed("compare", self.folder / "a.yaml", "--mass-MeV", "20").rows()
        self.assertEqual([row for row in rows if row["mass_MeV"] == "20"], one)

    def test_check_prints_the_resolved_grid_and_the_number_of_fits(self):
        config = self.write("a.yaml", grid(4, 5))
        facts = {row["key"]: row["value"] for row in self.succeed("check", config).rows()}
        masses = json.loads(facts["mass.values_MeV"])
        # 0.01 to 50 MeV in three equal steps of the logarithm
        for mass, expected in zip(masses, [0.01, 0.1709975947, 2.924017738, 50.0]):
            self.assertAlmostEqual(mass / expected, 1.0, delta=1e-9)
        self.assertEqual(facts["masses"], "4")
        self.assertEqual(facts["couplings"], "5")
        self.assertEqual(facts["fits"], str(4 * (5 + 1)))  # the best fit of each mass as well
        self.assertEqual(facts["limits"], "8")
        self.assertEqual(facts["bins"], "99")  # 9 energies x 11 times
        self.assertEqual(facts["fit.algorithm"], "auto")
        self.assertTrue(re.fullmatch("[0-9a-f]{64}", facts["config_sha256"]))

    def test_title_and_checkpoint_interval_do_not_count_for_the_hash(self):
        def hash_of(text):
            rows = self.succeed("check", self.write("b.yaml", text)).rows()
            return next(row["value"] for row in rows if row["key"] == "config_sha256")

        text = config_text()
        self.assertEqual(hash_of(text), hash_of(text.replace("a test", "another title")))
        self.assertEqual(hash_of(text), hash_of(config_text(checkpoint_every_s=1)))
        self.assertNotEqual(hash_of(text), hash_of(config_text(flavour="e")))

    def test_couplings_per_GeV_are_the_same_couplings(self):
        natural = config_text(couplings="{values_per_GeV: [2.96304053924e-7, 2.96304053924e-6]}")
        rows = self.succeed("check", self.write("b.yaml", natural)).rows()
        couplings = json.loads(next(r["value"] for r in rows if r["key"] == "coupling.values_mu_B"))
        for coupling, expected in zip(couplings, [1e-9, 1e-8]):
            self.assertAlmostEqual(coupling / expected, 1.0, delta=1e-10)


if __name__ == "__main__":
    unittest.main()
