"""The Debian package on a bare Debian 12: installed, used by an ordinary user in a folder of their own,
removed. Needs root, debootstrap and Debian's mirror; a tree of debootstrap in NUDIPOLE_DEBIAN_BASE is
used instead of making one.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from nudipole_run import ProgramTest

PATIENCE_S = 1500


def mirror():
    """Where this machine's apt gets Debian from."""
    texts = [path.read_text(encoding="utf-8") for path in pathlib.Path("/etc/apt").rglob("*")
             if path.suffix in (".list", ".sources") and path.is_file()]
    found = re.search(r"^(?:deb |URIs: *)(http\S+/debian)/?\s", "\n".join(texts), re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("debootstrap"), "needs root and debootstrap")
class DebianPackage(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-debian-"))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.root = cls.work / "root"
        base = os.environ.get("NUDIPOLE_DEBIAN_BASE")
        if base:
            cls.run_command(["cp", "-a", base, cls.root])
        else:
            cls.run_command(["debootstrap", "--variant=minbase", "bookworm", cls.root, mirror()])
        shutil.copy("/etc/resolv.conf", cls.root / "etc/resolv.conf")
        cls.run_command(["mount", "-t", "proc", "proc", cls.root / "proc"])
        cls.addClassCleanup(subprocess.run, ["umount", cls.root / "proc"], check=False)
        cls.run_command([os.environ["NUDIPOLE_CPACK"], "-G", "DEB", "--config",
                         pathlib.Path(os.environ["NUDIPOLE_BUILD_DIR"], "CPackConfig.cmake"), "-B", cls.work / "package"])
        (package,) = (cls.work / "package").glob("*.deb")
        shutil.copy(package, cls.root / "tmp/nudipole.deb")
        cls.as_root("apt-get update -qq")
        # Without what is recommended: no launcher of MPI, no numpy.
        cls.as_root("apt-get install -y -qq --no-install-recommends /tmp/nudipole.deb")
        cls.as_root("useradd --create-home --shell /bin/bash user")

    @classmethod
    def run_command(cls, command):
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=PATIENCE_S, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout[-4000:]}")
        return done.stdout

    @classmethod
    def as_root(cls, text):
        return cls.run_command(["chroot", cls.root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "bash", "-euc", text])

    @classmethod
    def as_user(cls, text):
        return cls.run_command(["chroot", "--userspec=user:user", cls.root, "env", "-i", "PATH=/usr/bin:/bin",
                                "HOME=/home/user", "LC_ALL=C.UTF-8", "bash", "-euc", "cd ~; " + text])

    def test_1_scan_as_a_user_from_another_folder(self):
        out = self.as_user("mkdir -p work; cd work; nudipole scan csi2022_mu -o a.h5; "
                           "nudipole limits a.h5 --confidence 0.9 --dof 1")
        self.assertIn("mass_MeV,confidence,dof,d_per_GeV,d_mu_B,status", out)
        self.assertIn(",ok", out)

    def test_2_words(self):
        self.assertIn("Akimov:2022", self.as_user("nudipole cite csi2022_mu"))
        self.assertIn("csi2022_mu.yaml", self.as_user("nudipole list"))
        for path in ("usr/share/bash-completion/completions/nudipole", "usr/share/zsh/vendor-completions/_nudipole",
                     "usr/share/man/man1/nudipole.1", "usr/share/doc/nudipole/copyright"):
            self.assertTrue((self.root / path).is_file() or (self.root / f"{path}.gz").is_file(), path)

    def test_3_python(self):
        self.as_root("apt-get install -y -qq --no-install-recommends python3-numpy")
        out = self.as_user("python3 -c 'import nudipole as nd; "
                           "print(nd.Setup(\"csi2022_mu\").likelihood(10.0).limit())'")
        # The independent program's limit, tests/reference/csi_2022_limits.csv.
        self.assertAlmostEqual(float(out) / 1.90337981799e-9, 1.0, delta=1e-7)

    def test_4_steps_of_the_container(self):
        # What the second stage of the Dockerfile and the end of %post install beside the package.
        self.as_root("apt-get install -y -qq --no-install-recommends openmpi-bin openssh-client "
                     "python3-numpy python3-h5py python3-matplotlib python3-xarray python3-h5netcdf")
        out = self.as_user("export OMPI_MCA_btl_vader_single_copy_mechanism=none; "
                           "mpirun -n 2 --oversubscribe --bind-to none nudipole scan csi2022_mu -o b.h5; "
                           "nudipole plot b.h5 -o b.png; nudipole status b.h5")
        self.assertIn("complete,1", out)

    def test_5_removal_leaves_nothing(self):
        self.as_root("apt-get purge -y -qq nudipole")
        left = [path for path in (self.root / "usr").rglob("*nudipole*")]
        self.assertEqual(left, [])


if __name__ == "__main__":
    unittest.main()
