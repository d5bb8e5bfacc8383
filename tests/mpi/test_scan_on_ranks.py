"""Scans under mpirun: results do not depend on the number of ranks, errors come out once."""

import time
import unittest

from nudipole_run import (CONFIG, DATA_ERROR, DONE, PROGRAM, RESULT_FILE, ProgramTest, config_text,
                          digest, grid, mpirun, nudipole, run_command, status)

SECONDS_TO_END = 20.0  # an error must end all ranks; far less is usual, but machines are busy


class Results(ProgramTest):
    def check(self, text, rank_numbers, **facts):
        config = self.write("a.yaml", text)
        alone = self.folder / "alone.h5"
        self.scan(config, alone)
        expected = digest(alone)
        for ranks in rank_numbers:
            with self.subTest(ranks=ranks):
                file = self.folder / f"{ranks}.h5"
                run = self.scan(config, file, ranks=ranks)
                self.assertIn(f"on {ranks} rank", run.err)
                self.assertEqual(digest(file), expected)
                found = status(file)
                self.assertEqual(found["complete"], "1")
                for key, value in facts.items():
                    self.assertEqual(found[key], value)

    def test_are_equal_on_any_number_of_ranks(self):
        self.check(grid(30, 20), (1, 2, 3, 5), masses_done="30", fits_done="630")

    def test_are_equal_when_masses_are_split_into_blocks(self):
        # Fewer masses than workers: the couplings of a mass go to several ranks.
        self.check(grid(2, 50), (4, 5, 7), masses_done="2", fits_done="102")

    def test_one_mass_and_one_coupling_on_five_ranks(self):
        self.check(config_text(masses="{values_MeV: [10]}", couplings="{values_mu_B: [1.0e-9]}"),
                   (5,), masses_done="1", fits_done="2")

    def test_shards_on_ranks(self):
        config = self.write("a.yaml", grid(7, 10))
        for shard in ("0/3", "2/3"):
            files = [self.folder / f"{shard[0]}-{ranks}.h5" for ranks in (None, 3)]
            for file, ranks in zip(files, (None, 3)):
                run = nudipole("scan", config, "-o", file, "--shard", shard, ranks=ranks)
                self.assertEqual(run.code, DONE, run)
            self.assertEqual(digest(files[0]), digest(files[1]))

    def test_only_rank_0_speaks(self):
        config = self.write("a.yaml", grid(6, 5))
        run = self.scan(config, self.folder / "a.h5", ranks=3)
        for words in ("writing", "6/6 masses", "done: 6 of 6 masses"):
            self.assertEqual(sum(words in line for line in run.messages()), 1, run.err)


class Errors(ProgramTest):
    def failing(self, command, code, *fragments):
        """Runs a command that must end soon with one message of ours (mpirun adds its own)."""
        started = time.monotonic()
        run = run_command(command)
        self.assertLess(time.monotonic() - started, SECONDS_TO_END)
        self.assertEqual(run.code, code, run)
        self.assertEqual(run.out, "")
        self.assertEqual(len(run.errors()), 1, run.err)
        for fragment in fragments:
            self.assertIn(str(fragment), run.errors()[0])

    def scan_command(self, config, *options, program=PROGRAM, ranks=3):
        return [*mpirun(ranks), program, "scan", config, "-o", self.folder / "a.h5", *options]

    def test_in_the_config_is_printed_once(self):
        config = self.write("a.yaml", config_text(flavour="muon"))
        for ranks in (1, 2, 5):
            with self.subTest(ranks=ranks):
                self.failing(self.scan_command(config, ranks=ranks), CONFIG, config, ":4: flavour")

    def test_in_the_command_line_is_printed_once(self):
        config = self.write("a.yaml", config_text())
        self.failing(self.scan_command(config, "--shard", "3/2"), CONFIG, "--shard")

    def test_in_the_data_is_printed_once(self):
        config = self.write("a.yaml", config_text())
        self.failing(self.scan_command(config, "--data", self.folder / "nowhere"), DATA_ERROR,
                     "nowhere")

    def test_in_the_result_file_is_printed_once(self):
        config = self.write("a.yaml", config_text())
        self.write("a.h5", "not a result")
        self.failing(self.scan_command(config), RESULT_FILE, "a.h5", "not an HDF5 file")


class Input(ProgramTest):
    def test_rank_0_alone_reads(self):
        """The others get the bytes: where they would look there is nothing."""
        config = self.write("a.yaml", grid(6, 5))
        script = self.write("on_rank.sh", "#!/bin/sh\n"
                            'if [ "$OMPI_COMM_WORLD_RANK" != 0 ]; then\n'
                            f"  export NUDIPOLE_DATA='{self.folder}/nowhere'\nfi\n"
                            f"exec '{PROGRAM}' \"$@\"\n")
        script.chmod(0o755)
        run = run_command([*mpirun(3), script, "scan", config, "-o", self.folder / "a.h5"])
        self.assertEqual(run.code, DONE, run)
        self.scan(config, self.folder / "b.h5")
        self.assertEqual(digest(self.folder / "a.h5"), digest(self.folder / "b.h5"))


if __name__ == "__main__":
    unittest.main()
