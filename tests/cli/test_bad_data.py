"""Damaged or missing data: exit code 3, one message with the file and the line. And how data are
found."""

import shutil
import unittest

from nudipole_run import (CONFIG, DATA, DATA_ERROR, PROGRAM, ProgramTest, config_text, environment,
                          nudipole)

EXPERIMENT = "coherent_csi_2022"


class BadData(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text())
        self.data = self.copy_data()
        self.table = self.data / EXPERIMENT / "counts.csv"
        lines = self.table.read_text(encoding="utf-8").splitlines()
        self.header = next(i for i, line in enumerate(lines) if not line.startswith("#"))
        self.lines = lines

    def damage(self, row, change):
        """Changes the cells of a row, counted from 0 below the header; returns its line number."""
        lines = list(self.lines)
        at = self.header + 1 + row
        lines[at] = ",".join(change(lines[at].split(",")))
        self.table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return at + 1

    def refused(self, *fragments):
        run = nudipole("check", self.config, "--data", self.data)
        self.assert_refused(run, DATA_ERROR, *fragments)

    def test_sound_copy_is_accepted(self):
        self.succeed("check", self.config, "--data", self.data)

    def test_cells_that_are_no_finite_numbers(self):
        for word in ("nan", "NaN", "inf", "many", "1.5.2", "3 events", ""):
            with self.subTest(word):
                line = self.damage(20, lambda cells, word=word: [*cells[:4], word, *cells[5:]])
                self.refused(f"{self.table}:{line}", "n_c")

    def test_row_with_too_few_or_too_many_cells(self):
        line = self.damage(3, lambda cells: cells[:-1])
        self.refused(f"{self.table}:{line}", "5 cells", "6 as in the header")
        line = self.damage(3, lambda cells: [*cells, "7"])
        self.refused(f"{self.table}:{line}", "7 cells")

    def test_negative_or_broken_counts(self):
        line = self.damage(5, lambda cells: [*cells[:4], "-3", *cells[5:]])
        self.refused(f"{self.table}:{line}", "n_c")

    def test_missing_row(self):
        lines = self.lines[:self.header + 8] + self.lines[self.header + 9:]
        self.table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.refused(self.table)

    def test_missing_column_and_wrong_unit(self):
        def header(old, new):
            lines = list(self.lines)
            lines[self.header] = lines[self.header].replace(old, new)
            self.table.write_text("\n".join(lines) + "\n", encoding="utf-8")

        header("n_c [counts]", "number [counts]")
        self.refused(f"{self.table}:{self.header + 1}", "no column 'n_c'")
        header("n_c [counts]", "n_c")
        self.refused(f"{self.table}:{self.header + 1}", "no unit")
        header("energy_lo [PE]", "energy_lo [keV]")
        self.refused(f"{self.table}:{self.header + 1}", "[keV]", "[PE]")

    def test_missing_table(self):
        self.table.unlink()
        self.refused(self.table, "no such file")

    def test_empty_table(self):
        self.table.write_text("", encoding="utf-8")
        self.refused(self.table, "no header")

    def test_mistake_in_the_experiment_file(self):
        path = self.data / EXPERIMENT / "experiment.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new, fragments in [
                ("mass_kg: 14.6", "mass_kg: -14.6", ["target.mass_kg", "out of range"]),
                ("mass_kg: 14.6", "mass_g: 14600", ["target.mass_kg", "missing", "mass_g"]),
                ("kind: pion_decay_at_rest", "kind: pion_decay", ["flux.kind", "'pion_decay'"]),
                ("distance_m: 19.3", "distance_m: 19.3 m", ["flux.distance_m", "unit"]),
        ]:
            with self.subTest(new):
                self.assertIn(old, text)
                path.write_text(text.replace(old, new), encoding="utf-8")
                line = 1 + text[:text.index(old)].count("\n")
                at = f"{path}:{line}" if "missing" not in fragments else path
                self.refused(at, *fragments)

    def test_scan_with_bad_data_writes_nothing(self):
        self.damage(20, lambda cells: [*cells[:4], "nan", *cells[5:]])
        file = self.folder / "a.h5"
        run = nudipole("scan", self.config, "-o", file, "--data", self.data)
        self.assert_refused(run, DATA_ERROR, self.table)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["a.yaml", "data"])


class WhereDataAreFound(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text())

    def test_missing_folder(self):
        run = nudipole("check", self.config, "--data", self.folder / "nowhere")
        self.assert_refused(run, DATA_ERROR, self.folder / "nowhere", "--data", "NUDIPOLE_DATA")

    def test_option_goes_before_environment(self):
        env = environment(NUDIPOLE_DATA=self.folder / "nowhere")
        self.assert_refused(nudipole("check", self.config, env=env), DATA_ERROR,
                            self.folder / "nowhere")
        self.succeed("check", self.config, "--data", DATA, env=env)

    def test_folder_without_the_experiment(self):
        empty = self.folder / "empty"
        empty.mkdir()
        run = nudipole("check", self.config, "--data", empty)
        self.assert_refused(run, DATA_ERROR, "no experiments", empty)
        self.assert_refused(nudipole("list", "--data", empty), DATA_ERROR, "no experiments", empty)
        (empty / "another").mkdir()
        (empty / "another/experiment.yaml").write_text("format: 1\n", encoding="utf-8")
        env = environment(NUDIPOLE_DATA=empty)
        shutil.copy2(DATA / "nuclides.csv", empty)  # a tree by itself: no other is looked at
        run = nudipole("check", self.config, env=env)
        self.assert_refused(run, CONFIG, f"{self.config}:3: ", "unknown experiment 'coherent_csi_2022'", "another")

    def test_beside_the_program_in_a_build_tree(self):
        # <build>/jobs/nudipole and <build>/share/nudipole/data, as CMake links it
        program = self.folder / "build/jobs/nudipole"
        program.parent.mkdir(parents=True)
        shutil.copy2(PROGRAM, program)
        env = environment(NUDIPOLE_DATA=None)
        run = nudipole("check", self.config, program=program, env=env, cwd="/")
        self.assert_refused(run, DATA_ERROR, "no data folder found",
                            self.folder / "build/share/nudipole/data")
        (self.folder / "build/share/nudipole").mkdir(parents=True)
        (self.folder / "build/share/nudipole/data").symlink_to(DATA)
        self.succeed("check", self.config, program=program, env=env, cwd="/")


if __name__ == "__main__":
    unittest.main()
