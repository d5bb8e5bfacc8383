"""The Debian package on a bare Debian 12: installed, used by an ordinary user in a folder of their own, removed."""

import os
import pathlib
import shutil
import tempfile
import unittest

import chroot
from nudipole_run import ProgramTest


@chroot.needed
class DebianPackage(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="nudipole-debian-"))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.debian = chroot.Chroot(cls.work / "root", cls)
        cls.root = cls.debian.root
        chroot.run([os.environ["NUDIPOLE_CPACK"], "-G", "DEB", "--config",
                    pathlib.Path(os.environ["NUDIPOLE_BUILD_DIR"], "CPackConfig.cmake"), "-B", cls.work / "package"])
        (package,) = (cls.work / "package").glob("*.deb")
        shutil.copy(package, cls.root / "tmp/nudipole.deb")
        cls.debian.as_root("apt-get update -qq")
        # Without what is recommended: no launcher of MPI, no numpy.
        cls.debian.as_root("apt-get install -y -qq --no-install-recommends /tmp/nudipole.deb")
        cls.debian.as_root("useradd --create-home --shell /bin/bash user")

    def test_1_scan_as_a_user_from_another_folder(self):
        out = self.debian.as_user("mkdir -p work; cd work; nudipole scan csi2022_mu -o a.h5; "
                                  "nudipole limits a.h5 --confidence 0.9 --dof 1")
        self.assertIn("mass_MeV,confidence,dof,d_per_GeV,d_mu_B,status", out)
        self.assertIn(",ok", out)

    def test_2_words(self):
        self.assertIn("Akimov:2022", self.debian.as_user("nudipole cite csi2022_mu"))
        self.assertIn("csi2022_mu.yaml", self.debian.as_user("nudipole list"))
        for path in ("usr/share/bash-completion/completions/nudipole", "usr/share/zsh/vendor-completions/_nudipole",
                     "usr/share/man/man1/nudipole.1", "usr/share/doc/nudipole/copyright"):
            self.assertTrue((self.root / path).is_file() or (self.root / f"{path}.gz").is_file(), path)

    def test_3_python(self):
        self.debian.as_root("apt-get install -y -qq --no-install-recommends python3-numpy")
        out = self.debian.as_user("python3 -c 'import nudipole as nd; "
                                  "print(nd.Setup(\"csi2022_mu\").likelihood(10.0).limit())'")
        # The independent program's limit, tests/reference/csi_2022_limits.csv.
        self.assertAlmostEqual(float(out) / 1.90337981799e-9, 1.0, delta=1e-7)

    def test_4_ranks_and_figures_with_what_is_recommended(self):
        self.debian.as_root("apt-get install -y -qq --no-install-recommends openmpi-bin openssh-client "
                            "python3-numpy python3-h5py python3-matplotlib python3-xarray python3-h5netcdf")
        out = self.debian.as_user("mpirun -n 2 --oversubscribe --bind-to none nudipole scan csi2022_mu -o b.h5; "
                                  "nudipole plot b.h5 -o b.png; nudipole status b.h5",
                                  OMPI_MCA_btl_vader_single_copy_mechanism="none")
        self.assertIn("complete,1", out)

    def test_5_removal_leaves_nothing(self):
        self.debian.as_root("apt-get purge -y -qq nudipole")
        left = [path for path in (self.root / "usr").rglob("*nudipole*")]
        self.assertEqual(left, [])


if __name__ == "__main__":
    unittest.main()
