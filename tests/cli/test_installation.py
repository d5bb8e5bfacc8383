"""An installed program works from any folder: it finds its data, its configs and the plotting script."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from nudipole_run import (CONFIG, CONFIGS, PATIENCE_S, ProgramTest, config_text, environment, nudipole,
                          python_with, status)


class Installation(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.prefix = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-prefix-"))
        cls.addClassCleanup(shutil.rmtree, cls.prefix, ignore_errors=True)
        # What the build folder would say of its own installation must not change.
        subprocess.run([os.environ["NUDIPOLE_CMAKE"], "--install", os.environ["NUDIPOLE_BUILD_DIR"],
                        "--prefix", cls.prefix], check=True, stdout=subprocess.DEVNULL,
                       timeout=PATIENCE_S)
        cls.program = cls.prefix / "bin" / "nudipole"

    def setUp(self):
        super().setUp()
        self.options = {"program": self.program, "cwd": self.folder,
                        "env": environment(NUDIPOLE_DATA=None)}

    def test_all_parts_are_there(self):
        share = self.prefix / "share" / "nudipole"
        for path in (self.program, share / "data" / "nuclides.csv",
                     share / "data" / "coherent_csi_2022" / "experiment.yaml",
                     share / "python" / "nudipole" / "figures" / "__main__.py",
                     *(share / "configs" / p.name for p in CONFIGS.glob("*.yaml"))):
            self.assertTrue(path.is_file(), path)

    def test_python_package_is_there_once(self):
        (package,) = self.prefix.glob("lib/python3*/site-packages/nudipole")
        link = self.prefix / "share/nudipole/python/nudipole"
        self.assertTrue(link.is_symlink())
        self.assertFalse(os.path.isabs(os.readlink(link)), "the prefix may move")
        self.assertTrue(link.samefile(package))

    @unittest.skipUnless(python_with("numpy"), "no Python with numpy")
    def test_python_package_finds_its_compiled_part_and_the_data(self):
        (package,) = self.prefix.glob("lib/python3*/site-packages/nudipole")
        if not list(package.glob("_core*")):
            self.skipTest("the Python module is not built")
        self.write("a.yaml", config_text())
        script = "import nudipole; print(nudipole.Setup('a.yaml').likelihood(10.0).limit())"
        run = subprocess.run([python_with("numpy"), "-c", script], cwd=self.folder, text=True, check=True,
                             stdout=subprocess.PIPE, env=environment(NUDIPOLE_DATA=None, PYTHONPATH=package.parent))
        # The independent program's, tests/reference/csi_2022_limits.csv; its digits.
        self.assertAlmostEqual(float(run.stdout) / 1.90338e-9, 1.0, delta=1e-6)

    def test_list_finds_experiments_and_configs(self):
        kinds = {row["kind"] for row in self.succeed("list", **self.options).rows()}
        self.assertLessEqual({"experiment", "option", "nuisance", "flux", "config", "curve"}, kinds)

    def test_list_names_a_config_that_cannot_be_used(self):
        spoilt = self.prefix / "share/nudipole/configs/spoilt.yaml"
        spoilt.write_text("format: 1\nflavor: mu\n", encoding="utf-8")
        self.addCleanup(spoilt.unlink)
        rows = self.succeed("list", **self.options).rows()
        (row,) = (row for row in rows if row["name"] == "spoilt.yaml")
        self.assertIn("cannot be used", row["description"])
        self.assertIn("spoilt.yaml", row["description"])

    def test_installed_config_is_valid(self):
        config = self.prefix / "share/nudipole/configs/csi2022_mu.yaml"
        self.succeed("check", config, **self.options)

    def test_scan_limits_and_plot_from_another_folder(self):
        self.write("a.yaml", config_text(couplings="{values_mu_B: [1.0e-9, 1.0e-7]}"))
        self.scan("a.yaml", "a.h5", **self.options)
        self.assertEqual(status(self.folder / "a.h5")["complete"], "1")
        rows = self.succeed("limits", "a.h5", **self.options).rows()
        self.assertEqual({row["status"] for row in rows}, {"ok"})
        # Only the place differs: the results are those of the program in the build folder.
        self.scan("a.yaml", "b.h5", cwd=self.folder)
        self.assertEqual(status(self.folder / "a.h5")["results_sha256"],
                         status(self.folder / "b.h5")["results_sha256"])

    @unittest.skipUnless(python_with("matplotlib", "h5py"), "no Python with matplotlib and h5py")
    def test_plot_draws_each_format(self):
        self.write("a.yaml", config_text(couplings="{values_mu_B: [1.0e-9, 1.0e-7]}"))
        self.scan("a.yaml", "a.h5", **self.options)
        run = self.succeed("plot", "a.h5", "-o", "a.pdf", "-o", "a.png", "-o", "a.svg", "--dof", "2",
                           **self.options)
        self.assertEqual(run.out, "")
        for name, start in (("a.pdf", b"%PDF"), ("a.png", b"\x89PNG"), ("a.svg", b"<?xml")):
            self.assertTrue((self.folder / name).read_bytes().startswith(start), name)

    @unittest.skipUnless(python_with("matplotlib", "h5py"), "no Python with matplotlib and h5py")
    def test_plot_draws_published_curves_and_every_figure(self):
        self.write("a.yaml", config_text(masses="{values_MeV: [1, 10]}",
                                         couplings="{values_mu_B: [1.0e-9, 3.0e-9, 1.0e-7]}"))
        self.scan("a.yaml", "a.h5", **self.options)
        curves = [row["name"] for row in self.succeed("list", **self.options).rows() if row["kind"] == "curve"]
        self.assertIn("charm2_mu", curves)
        words = [word for name in curves for word in ("--overlay", name)]
        self.succeed("plot", "a.h5", "-o", "overlay.svg", *words, **self.options)
        self.assertIn("CHARM-II", (self.folder / "overlay.svg").read_text(encoding="utf-8"))
        for name in ("delta_chi2", "region"):
            self.succeed("plot", "a.h5", "-o", f"{name}.png", "--figure", name, **self.options)
            self.assertTrue((self.folder / f"{name}.png").read_bytes().startswith(b"\x89PNG"), name)

    @unittest.skipUnless(python_with("matplotlib", "h5py"), "no Python with matplotlib and h5py")
    def test_plot_that_cannot_be_drawn_says_why(self):
        self.write("a.yaml", config_text(flavour="tau"))
        self.scan("a.yaml", "closed.h5", **self.options)
        self.write("b.yaml", config_text(couplings="{values_mu_B: [1.0e-9, 1.0e-7]}"))
        self.scan("b.yaml", "b.h5", **self.options)
        for arguments, fragment in (
                (["closed.h5", "-o", "a.pdf"], "no limit to draw"),
                (["b.h5", "-o", "a.pdf", "--confidence", "0.5"], "0.9 with 1 dof"),
                (["b.h5", "-o", "nowhere/a.pdf"], "nowhere/a.pdf cannot be written"),
                (["b.h5", "-o", "a.xyz"], "a.xyz cannot be written"),
                (["b.h5", "-o", "a.pdf", "--overlay", "charm3_mu"], "did you mean 'charm2_mu'?"),
                (["b.h5", "-o", "a.pdf", "--overlay", "lsnd", "--figure", "region"], "beside limits only")):
            with self.subTest(fragment):
                run = nudipole("plot", *arguments, **self.options)
                self.assertEqual((run.code, len(run.errors())), (CONFIG, 1), run)
                self.assertIn(fragment, run.errors()[0])
                self.assertNotIn("Traceback", run.err)
                self.assertEqual(list(self.folder.glob("a.[px]*")), [])

    def test_plot_names_a_python_that_cannot_plot(self):
        self.write("a.yaml", config_text())
        self.scan("a.yaml", "a.h5", **self.options)
        run = nudipole("plot", "a.h5", "-o", "a.pdf", "--python", "no-such-python", **self.options)
        self.assert_refused(run, CONFIG, "cannot run 'no-such-python'", "--python")


if __name__ == "__main__":
    unittest.main()
