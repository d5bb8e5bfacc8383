"""Mistakes in a configuration: exit code 2, one message with file, line, key and remedy."""

import unittest

from nudipole_run import CONFIG, ProgramTest, config_text, nudipole

# Lines of config_text(): 1 format, 2 title, 3 experiments, 4 flavour, 5 mass, 6 coupling, 7 limits,
# 8 run. Each case: what is wrong, the line, its replacement (None removes it), what must be said.
MISTAKES = [
    ("unknown key", 4, "flavour: mu\nflavor: mu", [":5: flavor", "unknown key", "did you mean 'flavour'"]),
    ("misspelt key", 4, "flavor: mu", [":1: flavour", "missing", "'flavor' in line 4"]),
    ("missing key", 6, None, [":1: coupling", "required and missing"]),
    ("missing format", 1, None, [": format", "required and missing"]),
    ("later format", 1, "format: 2", [":1: format", "out of range"]),
    ("unknown nested key", 8, "run: {checkpoint_every: 30}",
     [":8: run.checkpoint_every", "did you mean 'checkpoint_every_s'"]),
    ("key twice", 4, "flavour: mu\nflavour: e", [":5: flavour", "twice", "line 4"]),
    ("key without value", 4, "flavour:", [":4: flavour", "no value"]),
    ("text for a number", 5, "mass: {from_MeV: light, to_MeV: 50, points: 3}",
     [":5: mass.from_MeV", "'light' is not a number"]),
    ("number in quotes", 5, "mass: {from_MeV: '1', to_MeV: 50, points: 3}",
     [":5: mass.from_MeV", "remove the quotes"]),
    ("number with a unit", 5, "mass: {from_MeV: 10 keV, to_MeV: 50, points: 3}",
     [":5: mass.from_MeV", "the unit belongs into the name"]),
    ("unit of another quantity", 5, "mass: {from_GeV: 0.01, to_GeV: 0.05, points: 3}",
     [":5: mass.from_MeV", "missing", "from_GeV"]),
    ("two units", 6, "coupling: {from_mu_B: 1.0e-10, to_per_GeV: 1.0e-6, points: 3}",
     [":6: coupling.", "per_GeV"]),
    ("fraction of a point", 5, "mass: {from_MeV: 1, to_MeV: 50, points: 2.5}",
     [":5: mass.points", "whole number"]),
    ("no points", 5, "mass: {from_MeV: 1, to_MeV: 50, points: 0}", [":5: mass.points", "out of range"]),
    ("too many points", 5, "mass: {from_MeV: 1, to_MeV: 50, points: 2000000}",
     [":5: mass.points", "out of range"]),
    ("negative mass", 5, "mass: {values_MeV: [-1, 10]}", [":5: mass.values_MeV[0]", "out of range"]),
    ("zero mass", 5, "mass: {from_MeV: 0, to_MeV: 50, points: 3}", [":5: mass.from_MeV", "> 0"]),
    ("mass not finite", 5, "mass: {values_MeV: [1, .nan]}", [":5: mass.values_MeV[1]", "not finite"]),
    ("reversed masses", 5, "mass: {from_MeV: 50, to_MeV: 1, points: 3}",
     [":5: mass.to_MeV", "reversed", "above 50"]),
    ("masses out of order", 5, "mass: {values_MeV: [10, 1]}", [":5: mass.values_MeV[1]", "ascending"]),
    ("a mass twice", 5, "mass: {values_MeV: [10, 10]}", [":5: mass.values_MeV[1]", "ascending"]),
    ("empty list", 5, "mass: {values_MeV: []}", [":5: mass.values_MeV", "empty"]),
    ("empty range", 6, "coupling: {from_mu_B: 1.0e-9, to_mu_B: 1.0e-9, points: 4}",
     [":6: coupling.to_mu_B", "empty"]),
    ("range and list", 5, "mass: {values_MeV: [1], points: 3}", [":5: mass.points", "keep one"]),
    ("number for a list", 5, "mass: {values_MeV: 10}", [":5: mass.values_MeV", "square brackets"]),
    ("negative coupling", 6, "coupling: {values_mu_B: [-1.0e-9]}", [":6: coupling.values_mu_B[0]"]),
    ("unknown spacing", 5, "mass: {from_MeV: 1, to_MeV: 50, points: 3, spacing: logarithmic}",
     [":5: mass.spacing", "'logarithmic'", "log"]),
    ("unknown flavour", 4, "flavour: muon", [":4: flavour", "'muon'", "'mu'", "'universal'"]),
    ("flavour in capitals", 4, "flavour: Mu", [":4: flavour", "did you mean 'mu'"]),
    ("confidence in per cent", 7, "limits: {confidence: [90]}", [":7: limits.confidence[0]", "< 1"]),
    ("no degrees of freedom", 7, "limits: {dof: [0]}", [":7: limits.dof[0]", ">= 1"]),
    ("half a degree", 7, "limits: {dof: [1.5]}", [":7: limits.dof", "whole"]),
    ("interval of zero", 8, "run: {checkpoint_every_s: 0}", [":8: run.checkpoint_every_s", "> 0"]),
    ("unknown algorithm", 8, "fit: {algorithm: migrad}", [":8: fit.algorithm", "'migrad'", "lbfgs"]),
    ("not YAML", 5, "mass: {from_MeV: 1", ["not valid YAML", "brackets"]),
    ("a list at the top", 1, "- format", ["YAML"]),
    ("no experiment", 3, "experiments: []", [":3: experiments", "no experiment"]),
    ("an experiment twice", 3, "experiments: [coherent_csi_2022, coherent_csi_2022]",
     [":3: experiments[1]", "twice"]),
    ("unknown experiment", 3, "experiments: [coherent_csi_2202]",
     ["'coherent_csi_2202'", "did you mean 'coherent_csi_2022'"]),
    ("unknown option", 3, "experiments: [{name: coherent_csi_2022, options: {radius: kdk}}]",
     ["'radius'", "coherent_csi_2022", "did you mean 'radii'"]),
    ("unknown choice", 3, "experiments: [{name: coherent_csi_2022, options: {radii: mean_feld}}]",
     ["'mean_feld'", "'radii'", "did you mean 'mean_field'"]),
    ("misplaced option", 3, "experiments: [{name: coherent_csi_2022, radii: kdk}]",
     [":3: experiments[0].radii", "unknown key", "options"]),
]


class BadConfig(ProgramTest):
    def test_each_mistake_is_refused_with_its_place_and_its_remedy(self):
        for what, line, replacement, fragments in MISTAKES:
            with self.subTest(what):
                lines = config_text().splitlines()
                lines[line - 1:line] = [] if replacement is None else [replacement]
                path = self.write("bad.yaml", "\n".join(lines) + "\n")
                self.assert_refused(nudipole("check", path), CONFIG, path, *fragments)

    def test_every_command_that_reads_a_config_refuses_it(self):
        path = self.write("bad.yaml", config_text(flavour="muon"))
        file = self.folder / "a.h5"
        for arguments in (["check", path], ["scan", path, "-o", file],
                          ["fit", path, "--mass-MeV", "1"],
                          ["spectrum", path, "--mass-MeV", "1", "--coupling-mu-B", "0"]):
            with self.subTest(arguments[0]):
                self.assert_refused(nudipole(*arguments), CONFIG, path, ":4: flavour")
        self.assertEqual([p.name for p in self.folder.iterdir()], ["bad.yaml"],
                         "nothing may be written")

    def test_missing_file(self):
        self.assert_refused(nudipole("check", "nowhere.yaml", cwd=self.folder), CONFIG,
                            "nowhere.yaml", "no such file", self.folder)

    def test_folder_instead_of_a_file(self):
        self.assert_refused(nudipole("check", self.folder), CONFIG, self.folder, "is a folder")

    def test_empty_file(self):
        path = self.write("empty.yaml", "# nothing yet\n")
        self.assert_refused(nudipole("check", path), CONFIG, path, "empty")


if __name__ == "__main__":
    unittest.main()
