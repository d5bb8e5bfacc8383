"""Spack recipe: put this folder as packages/nudipole into a Spack repository of your own."""

from spack.package import *


class Nudipole(CMakePackage):
    """Limits on the neutrino dipole portal from public data on coherent scattering and
    neutrino-electron scattering, on one core or on a cluster."""

    # The sources are taken from a checkout: spack dev-build nudipole@0.1.0, in the project's folder.

    license("BSD-3-Clause")

    version("0.1.0")

    variant("python", default=True, description="Build the Python module")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.21:", type="build")
    depends_on("mpi")
    depends_on("boost@1.74: +mpi +serialization +math")
    depends_on("nlopt@2.7:")
    depends_on("hdf5@1.10: ~mpi +hl")
    depends_on("yaml-cpp@0.7:")
    depends_on("cli11@2.1:")
    depends_on("eigen@3.4:")
    depends_on("openssl")

    extends("python", when="+python")
    depends_on("py-pybind11@2.9:", when="+python", type="build")
    depends_on("py-numpy", when="+python", type=("build", "run"))
    depends_on("py-h5py", when="+python", type="run")
    depends_on("py-matplotlib", when="+python", type="run")
    depends_on("py-xarray", when="+python", type="run")

    def cmake_args(self):
        return [
            self.define("NUDIPOLE_BUILD_TESTS", False),
            self.define("NUDIPOLE_BUILD_BENCHMARKS", False),
            self.define_from_variant("NUDIPOLE_BUILD_PYTHON", "python"),
        ]
