"""A folder for a new experiment: begun as a copy, then a likelihood by itself."""

import unittest

from nudipole_run import CONFIG, DATA, ProgramTest, nudipole

MINIMAL = '''format: 1
title: A tonne of xenon for one year, four bins
reference: none
flux: {kind: solar, sources: [pp, 7Be], normalisation: B16-GS98, exposure_days: 365.25}
target: {mass_kg: 1000, atoms: {Xe: 1}}
signals: {nuclear_recoils: false, electron_recoils: true}
energy: {unit: keV, edges: [1, 5, 10, 20, 30]}
response:
  electron: {quenching: {kind: none}}
  smearing: {kind: gaussian, width: {root: 0.3}}
  efficiencies: []
backgrounds:
  other: {kind: table, table: bins.csv, column: background}
nuisances:
  my_flux: {kind: normalisation, width: 0.07, scales: [signal]}
  my_background: {kind: normalisation, width: 0.05, scales: [other]}
data: {kind: poisson, table: bins.csv, column: n}
'''
BINS = '''# counts and background of a made-up detector
energy_lo [keV],energy_hi [keV],n [counts],background [counts]
1,5,60,50
5,10,80,70
10,20,160,150
20,30,170,160
'''
CONFIG_TEXT = '''format: 1
title: limits of {0}
experiments: [{0}]
flavour: universal
mass: {{values_MeV: [0.01]}}
coupling: {{values_mu_B: [1.0e-12, 1.0e-9]}}
limits: {{confidence: [0.90], dof: [1]}}
'''


class NewExperiment(ProgramTest):
    def limit(self, name, data):
        config = self.write(f"{name}.yaml", CONFIG_TEXT.format(name))
        self.succeed("scan", config, "-o", self.folder / f"{name}.h5", "--data", data)
        row, = self.succeed("limits", self.folder / f"{name}.h5").rows()
        self.assertEqual(row["status"], "ok")
        return float(row["d_mu_B"])

    def test_a_folder_of_25_lines_is_an_experiment(self):
        self.assertLessEqual(len((MINIMAL + BINS).splitlines()), 25)
        data = self.copy_data()
        (data / "mine").mkdir()
        (data / "mine/experiment.yaml").write_text(MINIMAL, encoding="utf-8")
        (data / "mine/bins.csv").write_text(BINS, encoding="utf-8")
        self.assertIn("mine", {row["name"] for row in self.succeed("list", "--data", data).rows()})
        # A tonne year sees d of 1e-11 mu_B: alpha pi/m_e^2 (1/T) d^2 is a few events there.
        self.assertGreater(self.limit("mine", data), 5e-12)
        self.assertLess(self.limit("mine", data), 2e-11)

    def test_the_page_shows_the_folder_that_is_tested(self):
        page = (DATA / "README.md").read_text(encoding="utf-8")
        self.assertIn(MINIMAL, page)
        self.assertIn(BINS, page)

    def test_a_copy_gives_the_same_limit_under_its_own_name(self):
        data = self.copy_data()
        run = self.succeed("new-experiment", "mine", "--like", "xenonnt_er_2022", "--data", data)
        self.assertEqual([row["file"] for row in run.rows()],
                         ["mine/experiment.yaml", "mine/SOURCE.md", "mine/bins.csv", "mine/bins_wide.csv",
                          "mine/efficiency.csv"])
        self.assertIn("'solar_neutrinos' has the name that it has in xenonnt_er_2022", run.err)
        self.assertNotIn("mine_background", run.err)
        text = (data / "mine/experiment.yaml").read_text(encoding="utf-8")
        self.assertNotIn("xenonnt_er_2022_background", text)
        self.assertIn("title: mine", text)
        self.assertIn("`bins_wide.csv`", (data / "mine/SOURCE.md").read_text(encoding="utf-8"))
        self.assertEqual(self.limit("mine", data), self.limit("xenonnt_er_2022", data))
        self.assertEqual([path.name for path in data.glob(".*")], [])

    def test_names_that_cannot_be(self):
        data = self.copy_data()
        new = ["new-experiment", "--data", data, "--like"]
        for name in ("a/b", "..", "two words"):
            with self.subTest(name):
                self.assert_refused(nudipole(*new, "xenonnt_er_2022", name), CONFIG, "cannot name an experiment")
        self.assert_refused(nudipole(*new, "xenonnt_er_2022", "dresden_ii"), CONFIG, "a folder 'dresden_ii' already")
        self.assert_refused(nudipole(*new, "xenonnt_er_202", "mine"), CONFIG, "unknown experiment", "did you mean")
        self.assertFalse((data / "mine").exists())


if __name__ == "__main__":
    unittest.main()
