"""Recipes of containers and Spack hold together with the tree; what is installed can be removed."""

import ast
import os
import pathlib
import re
import subprocess
import unittest

from nudipole_run import SOURCE, ProgramTest, python_with

PACKAGING = SOURCE / "packaging"
COMMANDS = {"FROM", "COPY", "WORKDIR", "RUN", "USER", "ENV", "ENTRYPOINT", "CMD"}


class Recipes(unittest.TestCase):
    def test_dockerfile(self):
        text = re.sub(r"\\\n", " ", (PACKAGING / "Dockerfile").read_text(encoding="utf-8"))
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        self.assertLessEqual({line.split()[0] for line in lines}, COMMANDS)
        self.assertTrue(lines[0].startswith("FROM debian:12"))
        for line in lines:
            if line.startswith("RUN "):
                subprocess.run(["bash", "-n", "-c", line[4:]], check=True)

    def test_apptainer_definition(self):
        text = (PACKAGING / "nudipole.def").read_text(encoding="utf-8")
        sections = dict(re.findall(r"^%(\w+)\n(.*?)(?=^%|\Z)", text, re.MULTILINE | re.DOTALL))
        self.assertLessEqual({"files", "post", "environment", "runscript", "test"}, set(sections))
        for name in ("post", "environment", "runscript", "test"):
            subprocess.run(["bash", "-n", "-c", sections[name]], check=True)

    def test_ci_does_what_the_pages_promise(self):
        """The same command as the README's, and in it every check that src/README.md and .clang-tidy
        speak of, outside of --long and --quick."""
        ci = (SOURCE / ".ci" / "run").read_text(encoding="utf-8")
        self.assertRegex(ci, r"(?m)^exec bash tests/run\.sh$")
        self.assertIn("bash tests/run.sh", (SOURCE / "README.md").read_text(encoding="utf-8"))
        script = (SOURCE / "tests" / "run.sh").read_text(encoding="utf-8")
        (daily,) = re.findall(r'^if \[ "\$mode" != --quick \]; then\n(.*?)^fi$', script, re.MULTILINE | re.DOTALL)
        for step in ("sanitizer build, clang", "clang-tidy", "coverage of the unit and physics tests", "formatting"):
            self.assertIn(f'step "{step}"', daily)
        self.assertIn("-DNUDIPOLE_WERROR=ON", script)

    def test_spack_package(self):
        tree = ast.parse((PACKAGING / "spack" / "package.py").read_text(encoding="utf-8"))
        (recipe,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        self.assertEqual((recipe.name, recipe.bases[0].id), ("Nudipole", "CMakePackage"))
        calls = [node.value for node in recipe.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
        (version,) = [call.args[0].value for call in calls if call.func.id == "version"]
        cmake = (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8")
        self.assertIn(f"VERSION {version}", cmake)
        depends = " ".join(call.args[0].value for call in calls if call.func.id == "depends_on").lower()
        # Everything that CMake looks for without the tests has its line.
        found = re.findall(r"^find_package\((\w[\w-]*)", (SOURCE / "cmake" / "NudipoleDependencies.cmake").read_text(encoding="utf-8"), re.MULTILINE)
        for package in found:
            self.assertIn({"eigen3": "eigen"}.get(package.lower(), package.lower()), depends)

    def test_citation_file(self):
        if not python_with("yaml"):
            self.skipTest("no python3-yaml")
        import yaml
        facts = yaml.safe_load((SOURCE / "CITATION.cff").read_text(encoding="utf-8"))
        self.assertLessEqual({"cff-version", "message", "title", "authors", "version"}, set(facts))
        self.assertIn(f"VERSION {facts['version']}", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))


class Uninstall(ProgramTest):
    def test_nothing_of_the_program_stays(self):
        build = self.folder / "build"
        build.mkdir()
        prefix = self.folder / "prefix"
        cmake = os.environ["NUDIPOLE_CMAKE"]
        # The manifest is written into the build folder, which other tests use: a copy of its scripts.
        for path in ("cmake_install.cmake", "src", "jobs", "tests"):
            self.copy_scripts(pathlib.Path(os.environ["NUDIPOLE_BUILD_DIR"]), build, path)
        subprocess.run([cmake, "--install", build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        self.assertTrue((prefix / "share/man/man1/nudipole.1").is_file())
        self.assertTrue((prefix / "share/bash-completion/completions/nudipole").is_file())
        (prefix / "share/other").write_text("mine", encoding="utf-8")
        subprocess.run([cmake, "-D", f"MANIFEST={build / 'install_manifest.txt'}", "-P",
                        SOURCE / "cmake/Uninstall.cmake"], check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.assertEqual([path for path in prefix.rglob("*") if not path.is_dir()], [prefix / "share/other"])
        self.assertEqual(list(prefix.rglob("nudipole")), [])

    @staticmethod
    def copy_scripts(source, target, name):
        """Copies CMake's installation scripts; they call one another by their place in the build folder."""
        top = source / name
        for path in [top] if top.is_file() else top.rglob("cmake_install.cmake"):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            text = text.replace(f'include("{source}/', f'include("{target}/')
            text = text.replace(f'"{source}/${{CMAKE_INSTALL_MANIFEST}}"', f'"{target}/${{CMAKE_INSTALL_MANIFEST}}"')
            copy.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    unittest.main()
