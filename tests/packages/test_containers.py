"""Dockerfile and Apptainer definition, every step of them, in bare Debians: the package is built there from the
sources by make_deb.sh, installed, and used as the container's user would. Builds the program: many minutes.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import chroot
from nudipole_run import SOURCE

BUILD_S = 14400
RECIPES = SOURCE / "packaging"


def copy_sources(target):
    """The files that git knows."""
    target.mkdir(parents=True)
    files = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout
    listed = [name for name in files.decode().split("\0") if name and (SOURCE / name).exists()]
    subprocess.run(["tar", "-C", SOURCE, "-cf", target / "sources.tar", "--null", "-T", "-"], check=True,
                   input="\0".join(listed).encode())
    chroot.run(["tar", "-C", target, "-xf", target / "sources.tar"])
    (target / "sources.tar").unlink()


class Image:
    """What a stage of a Dockerfile makes."""

    def __init__(self, debian):
        self.debian, self.folder, self.user, self.variables, self.entrypoint = debian, "/", "root", {}, []

    def run(self, text, patience_s=BUILD_S):
        run = self.debian.as_root if self.user == "root" else self.debian.as_user
        return run(text, folder=self.folder, patience_s=patience_s, **self.variables)

    def call(self, words):
        """The entry point with arguments, as `docker run` has it."""
        return self.run(" ".join([*self.entrypoint, words]))


@chroot.needed
@unittest.skipUnless(shutil.which("git"), "no git")
class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-containers-", dir=os.environ.get("NUDIPOLE_WORK")))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.images = cls.docker_build((RECIPES / "Dockerfile").read_text(encoding="utf-8"))

    @classmethod
    def docker_build(cls, text):
        """Does what the instructions say; images by name, the last one as `final`."""
        images, image = {}, None
        text = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
        for line in filter(None, map(str.strip, text.splitlines())):
            word, rest = line.split(maxsplit=1)
            if word == "FROM":
                name = rest.split(" AS ")[1] if " AS " in rest else "final"
                image = images[name] = Image(chroot.Chroot(cls.work / name, cls))
            elif word == "COPY":
                cls.docker_copy(images, image, rest.split())
            elif word == "WORKDIR":
                image.folder = rest
                (image.debian.root / rest.lstrip("/")).mkdir(exist_ok=True)
            elif word == "RUN":
                image.run(rest)
            elif word == "USER":
                image.user = rest
            elif word == "ENV":
                name, value = rest.split("=")
                image.variables[name] = value
            elif word == "ENTRYPOINT":
                image.entrypoint = json.loads(rest)
            else:
                assert word == "CMD", line
        return images

    @classmethod
    def docker_copy(cls, images, image, words):
        *sources, target = words
        folder = image.debian.root / target.strip("/")
        if sources[0].startswith("--from="):
            other = images[sources.pop(0).partition("=")[2]]
            for path in other.debian.root.glob(sources[0].lstrip("/")):
                shutil.copy(path, folder)
        else:
            assert sources == ["."]
            copy_sources(folder)

    def test_docker(self):
        image = self.images["final"]
        self.assertEqual(image.user, "user")
        image.debian.as_root("chown user: /work")  # as -v of a user's folder
        image.call("scan csi2022_mu -o csi2022_mu.h5")
        self.assertIn(",ok", image.call("limits csi2022_mu.h5"))
        image.run("mpirun -n 2 --oversubscribe --bind-to none nudipole scan csi2022_e -o e.h5")
        image.call("plot csi2022_mu.h5 e.h5 -o limits.pdf")
        self.assertTrue((image.debian.root / "work/limits.pdf").read_bytes().startswith(b"%PDF"))
        # The independent program's limit, tests/reference/csi_2022_limits.csv.
        out = image.run("python3 -c 'import nudipole as nd; print(nd.Setup(\"csi2022_mu\").likelihood(10.0).limit())'")
        self.assertAlmostEqual(float(out) / 1.90337981799e-9, 1.0, delta=1e-7)

    def test_apptainer(self):
        text = (RECIPES / "nudipole.def").read_text(encoding="utf-8")
        self.assertRegex(text, r"(?m)^From: debian:12$")
        sections = dict(re.findall(r"^%(\w+)\n(.*?)(?=^%|\Z)", text, re.MULTILINE | re.DOTALL))
        self.assertEqual(sections["files"].split(), [".", "/src"])
        # The sources with what the other container's build left, so that it is not done twice.
        debian = chroot.Chroot(self.work / "apptainer", type(self))
        chroot.run(["cp", "-a", self.images["build"].debian.root / "src", debian.root / "src"])
        debian.as_root(sections["post"], patience_s=BUILD_S)
        self.assertFalse((debian.root / "src").exists())
        debian.as_root("useradd --create-home user")
        environment = sections["environment"]
        debian.as_user(environment + sections["test"])
        script = f"cat >run <<'E'\n{environment}{sections['runscript']}E\n"
        debian.as_user(script + "bash run scan csi2022_mu -o a.h5; bash run plot a.h5 -o a.png")
        self.assertTrue((debian.root / "home/user/a.png").is_file())


if __name__ == "__main__":
    unittest.main()
