"""Mistakes on the command line: exit code 2, one message that says what to do."""

import unittest

from nudipole_run import CONFIG, ProgramTest, config_text, nudipole


class BadCommandLine(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", config_text())

    def refused(self, arguments, *fragments):
        with self.subTest(" ".join(map(str, arguments))):
            self.assert_refused(nudipole(*arguments), CONFIG, *fragments)

    def test_unknown_or_missing_subcommand(self):
        self.refused([], "subcommand is required", "--help")
        self.refused(["limit", "a.h5"], "'limit'", "did you mean 'limits'")
        self.refused(["frobnicate"], "'frobnicate'", "--help")

    def test_unknown_options(self):
        self.refused(["--frobnicate"], "'--frobnicate'")
        self.refused(["list", "--frmat", "csv"], "'--frmat'", "did you mean '--format'")
        self.refused(["fit", self.config, "--mass-MeV", "1", "--coupling-muB", "0"],
                     "'--coupling-muB'", "did you mean '--coupling-mu-B'")
        self.refused(["check", self.config, "again.yaml"], "'again.yaml'")

    def test_missing_arguments(self):
        for name in ("check", "scan", "spectrum", "fit"):
            self.refused([name], "config is required", f"{name} --help")
        for name in ("status", "limits"):
            self.refused([name], "file is required")
        self.refused(["plot"], "files is required")
        self.refused(["plot", "a.h5"], "--output is required")
        self.refused(["scan", self.config], "--output is required")
        self.refused(["fit", self.config], "--mass-MeV (or --signal-strength) is required")
        self.refused(["scan", self.config, "-o", ""], "--output", "empty")
        self.refused(["spectrum", self.config, "--mass-MeV", "1"], "--coupling-mu-B (or --coupling-per-GeV, or --fit) is required")
        self.refused(["list", "--format"], "--format")

    def test_values_that_are_no_numbers_or_out_of_range(self):
        for value in ("-1", "nan", "inf", "1e400", "10MeV", ""):
            self.refused(["fit", self.config, "--mass-MeV", value], "--mass-MeV")
        for value in ("-1e-9", "nan", "inf", "small"):
            self.refused(["spectrum", self.config, "--mass-MeV", "1", "--coupling-mu-B", value],
                         "--coupling-mu-B")
        for value in ("0", "-5", "nan", "1h"):
            self.refused(["scan", self.config, "-o", self.folder / "a.h5", "--max-time", value],
                         "--max-time")

    def test_unknown_format(self):
        self.refused(["list", "--format", "xml"], "--format", "xml", "csv", "json", "table")

    def test_wrong_shards(self):
        for shard in ("4/4", "5/4", "-1/4", "1", "1/0", "0/0", "a/b", "1/2/3", "", "0.5/2",
                      "99999999999999999999/2"):
            self.refused(["scan", self.config, "-o", self.folder / "a.h5", "--shard", shard],
                         "--shard", "0 <= i < n")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["a.yaml"],
                         "nothing may be written")


if __name__ == "__main__":
    unittest.main()
