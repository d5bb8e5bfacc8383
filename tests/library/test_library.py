"""A project outside the tree finds the installed library, builds on it and brings its own flux."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from nudipole_run import SOURCE, ProgramTest, config_text, environment, run_command

PATIENCE_S = 500
MINE = pathlib.Path(__file__).parent / "own_flux"


class OwnProgram(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-library-"))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.prefix = cls.work / "prefix"
        cmake = os.environ["NUDIPOLE_CMAKE"]
        cls.write_front_page(cls.work / "front_page")
        for command in (
                [cmake, "--install", os.environ["NUDIPOLE_BUILD_DIR"], "--prefix", cls.prefix],
                # Another place: nothing may point back to the build.
                [cmake, "-S", shutil.copytree(MINE, cls.work / "source"), "-B", cls.work / "build",
                 f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_COMPILER={os.environ['NUDIPOLE_CXX']}"],
                [cmake, "--build", cls.work / "build"],
                [cmake, "-S", cls.work / "front_page", "-B", cls.work / "front_build",
                 f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_COMPILER={os.environ['NUDIPOLE_CXX']}"],
                [cmake, "--build", cls.work / "front_build"]):
            done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S, check=False)
            if done.returncode != 0:
                raise AssertionError(f"{command}:\n{done.stdout[-4000:]}")

    @staticmethod
    def write_front_page(folder):
        """The project that README.md prints."""
        text = (SOURCE / "README.md").read_text(encoding="utf-8")
        folder.mkdir()
        for language, name in (("cmake", "CMakeLists.txt"), ("cpp", "mine.cpp")):
            (block,) = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
            (folder / name).write_text(block, encoding="utf-8")

    def test_the_front_page_runs_and_has_twenty_lines(self):
        files = [self.work / "front_page" / name for name in ("CMakeLists.txt", "mine.cpp")]
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 20)
        run = run_command([self.work / "front_build/mine"], cwd="/", env=environment(NUDIPOLE_DATA=None))
        self.assertEqual(run.code, 0, run)
        # The independent program's limit (csi_2022_limits.csv) in the six digits that are printed.
        self.assertEqual(run.out.splitlines()[1], "1.90338e-09 mu_B")

    def test_an_experiment_with_a_flux_of_the_programs_own(self):
        data = self.folder / "data"
        shutil.copytree(self.prefix / "share/nudipole/data", data)
        file = data / "coherent_csi_2022/experiment.yaml"
        text = file.read_text(encoding="utf-8")
        decays = 3.198e23 * 0.0848
        start, end = text.index("\nflux:") + 1, text.index("\ntarget:") + 1
        file.write_text(f"{text[:start]}flux:\n  kind: my_source\n  decays: {decays!r}\n\n{text[end:]}",
                        encoding="utf-8")
        config = self.write("a.yaml", config_text())
        run = run_command([self.work / "build/own_flux", data, config])
        self.assertEqual(run.code, 0, run)
        limit = float(run.out.split()[1])
        # The same source as in the release: the independent program's limit (csi_2022_limits.csv).
        self.assertAlmostEqual(limit / 1.90337981799e-9, 1.0, delta=1e-7)
        # The program of the tree does not know the word.
        refused = run_command([os.environ["NUDIPOLE_PROGRAM"], "check", config, "--data", data])
        self.assertIn("my_source", refused.err)
        self.assertEqual(refused.code, 3)

    def test_the_main_program_has_twenty_lines_of_its_own(self):
        lines = (SOURCE / "tests/library/own_flux/main.cpp").read_text(encoding="utf-8").splitlines()
        code = [line for line in lines if line.strip() and not line.startswith(("//", "#include"))]
        self.assertLessEqual(len(code), 20)


if __name__ == "__main__":
    unittest.main()
