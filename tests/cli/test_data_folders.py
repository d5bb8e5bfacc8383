"""Data in several folders, and experiments that a configuration names by their path."""

import os
import shutil
import unittest

from nudipole_run import (CONFIG, DATA, DATA_ERROR, RESULT_FILE, RESUMABLE, ProgramTest, config_text, digest, environment, nudipole,
                          status)

EXPERIMENT = "coherent_csi_2022"


def by_path(path):
    return config_text(experiment=f"{{path: {path}}}")


class Copies(ProgramTest):
    """`more` holds experiment `mine`, a copy of CsI 2022, and nothing else."""

    def setUp(self):
        super().setUp()
        self.more = self.folder / "more"
        self.mine = shutil.copytree(DATA / EXPERIMENT, self.more / "mine")
        self.named = self.write("named.yaml", config_text(experiment="mine"))
        self.original = self.write("original.yaml", config_text())

    def change(self, folder):
        """One nuisance of the experiment 1 % wider."""
        file = folder / "experiment.yaml"
        text = file.read_text(encoding="utf-8")
        self.assertIn("width: 0.12", text)
        file.write_text(text.replace("width: 0.12", "width: 0.1212"), encoding="utf-8")

    def limits(self, config, *options, **more):
        """The limits of a configuration, from a file of its own."""
        file = self.folder / f"{len(list(self.folder.glob('*.h5')))}.h5"
        self.succeed("scan", config, "-o", file, *options, **more)
        return [row["d_mu_B"] for row in self.succeed("limits", file).rows()]


class Folders(Copies):
    def test_a_folder_without_shared_tables_has_those_of_the_rest(self):
        expected = self.limits(self.original)
        self.assertEqual(self.limits(self.named, "--data", self.more), expected)
        self.assertEqual(self.limits(self.named, "--data", DATA, "--data", self.more), expected)
        for value in (f"{self.more}:{DATA}", f"{DATA}:{self.more}", f":{self.more}::{DATA}:"):
            self.assertEqual(self.limits(self.named, env=environment(NUDIPOLE_DATA=value)), expected)
        # Beside the program are those that came with it.
        self.assertEqual(self.limits(self.named, "--data", self.more, env=environment(NUDIPOLE_DATA=None)), expected)

    def test_the_first_folder_counts(self):
        hiding = shutil.copytree(self.mine, self.more / EXPERIMENT)
        self.change(hiding)
        expected = self.limits(self.original)
        self.assertEqual(self.limits(self.original, "--data", DATA, "--data", self.more), expected)
        self.assertNotEqual(self.limits(self.original, "--data", self.more, "--data", DATA), expected)
        self.assertNotEqual(self.limits(self.original, "--data", self.more), expected)

    def test_ranks_get_the_files_of_all_folders(self):
        alone, together = self.folder / "alone.h5", self.folder / "together.h5"
        words = ["--data", self.more, "--data", DATA]
        config = self.write("both.yaml", by_path("more/mine"))
        self.succeed("scan", config, "-o", alone, "--data", DATA)
        self.succeed("scan", config, "-o", together, "--data", DATA, ranks=3)
        self.assertEqual(digest(alone), digest(together))
        named = self.folder / "named.h5"
        self.succeed("scan", self.named, "-o", named, *words, ranks=3)
        self.assertEqual(digest(alone), digest(named))

    def test_list_says_where_from_and_what_is_hidden(self):
        hiding = shutil.copytree(self.mine, self.more / EXPERIMENT)
        run = self.succeed("list", "--data", self.more, "--data", DATA)
        folder = {row["name"]: row["folder"] for row in run.rows() if row["kind"] == "experiment"}
        self.assertEqual(folder["mine"], str(self.more))
        self.assertEqual(folder[EXPERIMENT], str(self.more))
        self.assertEqual(folder["dresden_ii"], str(DATA))
        self.assertEqual(run.messages(), [f"nudipole: not listed: {DATA / EXPERIMENT}, as {hiding} goes first"])
        self.assertEqual(len(folder), len([row for row in run.rows() if row["kind"] == "experiment"]))

    def test_a_foreign_folder_that_is_broken_hides_nothing(self):
        expected = {row["name"] for row in self.succeed("list", "--data", DATA).rows()} | {"mine"}
        os.symlink("loop", self.more / "loop")
        os.symlink("nowhere", self.more / "dangling")
        (self.more / "begun").mkdir()
        (self.more / "begun/experiment.yaml").write_text("format: 1\n", encoding="utf-8")
        (self.more / "noise").mkdir()
        (self.more / "noise/experiment.yaml").write_bytes(bytes(range(256)))
        (self.more / "folder/experiment.yaml").mkdir(parents=True)
        run = self.succeed("list", "--data", self.more, "--data", DATA)
        self.assertEqual({row["name"] for row in run.rows()}, expected)
        self.assertEqual(len(run.messages()), 2, run.err)
        for name in ("begun", "noise"):
            self.assertTrue(any(str(self.more / name) in line for line in run.messages()), run.err)
        self.succeed("check", self.named, "--data", self.more)

    def test_folders_that_are_none(self):
        self.assert_refused(nudipole("check", self.original, "--data", DATA, "--data", self.folder / "no"),
                            DATA_ERROR, self.folder / "no", "does not exist")
        empty = self.folder / "empty"
        empty.mkdir()
        self.assert_refused(nudipole("check", self.original, "--data", DATA, "--data", empty), DATA_ERROR, empty)

    def test_the_first_experiment_of_a_folder(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.succeed("new-experiment", "first", "--like", EXPERIMENT, "--data", empty)
        self.assertTrue((empty / "first/experiment.yaml").is_file())
        self.succeed("check", self.write("first.yaml", config_text(experiment="first")), "--data", empty)

    def test_published_curves_of_all_folders(self):
        (self.more / "literature").mkdir()
        shutil.copy(DATA / "literature/charm2_mu.csv", self.more / "literature/my_curve.csv")
        names = [row["name"] for row in self.succeed("list", "--data", self.more, "--data", DATA).rows()
                 if row["kind"] == "curve"]
        self.assertLessEqual({"my_curve", "charm2_mu"}, set(names))
        self.assertEqual(len(names), len(set(names)))


class ByPath(Copies):
    def setUp(self):
        super().setUp()
        self.config = self.write("path.yaml", by_path("more/mine"))

    def test_counts_from_the_configuration_wherever_the_program_is_called(self):
        expected = self.limits(self.original)
        self.assertEqual(self.limits(self.config, cwd="/"), expected)
        nested = self.folder / "configs"
        nested.mkdir()
        config = nested / "a.yaml"
        config.write_text(by_path("../more/mine"), encoding="utf-8")
        self.assertEqual(self.limits("a.yaml", cwd=nested), expected)
        self.assertEqual(self.limits(self.write("absolute.yaml", by_path(self.mine)), cwd="/"), expected)

    def test_goes_before_one_of_its_name(self):
        other = shutil.copytree(self.mine, self.folder / EXPERIMENT)
        self.change(other)
        self.assertNotEqual(self.limits(self.write("a.yaml", by_path(EXPERIMENT))), self.limits(self.original))

    def test_the_same_files_elsewhere_continue_a_scan(self):
        file = self.folder / "a.h5"
        self.assertEqual(nudipole("scan", self.config, "-o", file, "--max-time", "1e-6").code, RESUMABLE)
        before = status(file)
        elsewhere = self.folder / "elsewhere"
        shutil.copytree(self.mine, elsewhere / "deep/mine")
        moved = elsewhere / "other.yaml"
        moved.write_text(by_path("deep/mine"), encoding="utf-8")
        self.scan(moved, file)
        after = status(file)
        self.assertEqual(after["complete"], "1")
        self.assertEqual((before["config_sha256"], before["data_sha256"]), (after["config_sha256"], after["data_sha256"]))
        self.assertIn("experiments.0.name: mine", after["config"])
        # By name it is the same experiment, too.
        self.succeed("scan", self.named, "-o", file, "--data", self.more)
        whole = self.folder / "whole.h5"
        self.scan(self.config, whole)
        self.assertEqual(digest(file), digest(whole))

    def test_a_changed_byte_is_refused_under_the_same_path(self):
        file = self.folder / "a.h5"
        self.scan(self.config, file)
        self.change(self.mine)
        self.assert_refused(nudipole("scan", self.config, "-o", file), RESULT_FILE, "other data files",
                            "mine/experiment.yaml")

    def test_shards_of_two_paths_are_one_result(self):
        shutil.copytree(self.mine, self.folder / "copy/mine")
        copy = self.write("copy.yaml", by_path("copy/mine"))
        for shard, config in (("0/2", self.config), ("1/2", copy)):
            self.succeed("scan", config, "-o", self.folder / f"{shard[0]}.part", "--shard", shard)
        self.succeed("merge", self.folder / "0.part", self.folder / "1.part", "-o", self.folder / "m.h5")
        self.scan(self.config, self.folder / "whole.h5")
        self.assertEqual(digest(self.folder / "m.h5"), digest(self.folder / "whole.h5"))

    def test_other_commands_find_it(self):
        self.assertIn("coherent_csi_2022", self.succeed("check", self.original).out)
        self.assertIn("experiments.0.name,mine", self.succeed("check", self.config).out)
        point = ["--mass-MeV", "10", "--coupling-mu-B", "1e-9"]
        for command in (["spectrum", *point], ["fit", *point], ["explain", *point], ["impacts", "--mass-MeV", "10"],
                        ["compare", "--mass-MeV", "10"], ["rate", "--mass-MeV", "10", "--exposure-days", "1"],
                        ["cite"], ["plan", "--ranks", "2"]):
            with self.subTest(command[0]):
                self.succeed(command[0], self.config, *command[1:], cwd="/")

    def test_a_result_is_cited_with_its_folder(self):
        file = self.folder / "a.h5"
        self.scan(self.config, file)
        self.assert_refused(nudipole("cite", file), CONFIG, "unknown experiment 'mine'")
        self.assertEqual(self.succeed("cite", file, "--data", self.more).out, self.succeed("cite", self.config).out)

    def test_what_is_no_experiment(self):
        for path, fragments in (("nowhere/mine", ["nowhere/mine/experiment.yaml", ":3: experiments[0].path"]),
                                (".", ["does not end in the name of a folder"])):
            config = self.write("a.yaml", by_path(path))
            self.assert_refused(nudipole("check", config), CONFIG, config, *fragments)
        self.mine.rename(self.more / "fluxes")
        config = self.write("a.yaml", by_path("more/fluxes"))
        self.assert_refused(nudipole("check", config), CONFIG, "'fluxes'", "shared tables")
        config = self.write("a.yaml", by_path("more/fluxes}, {path: other/fluxes"))
        self.assert_refused(nudipole("check", config), CONFIG, "listed twice")


if __name__ == "__main__":
    unittest.main()
