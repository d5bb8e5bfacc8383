"""Limits on the neutrino dipole portal from public CEvNS and neutrino-electron data.

>>> import nudipole as nd
>>> setup = nd.Setup("configs/csi2022_mu.yaml")
>>> lik = setup.likelihood(mass_MeV=10.0)
>>> round(lik.limit(confidence=0.90, dof=1) / 1e-9, 4)
1.9034

Likelihoods come from the compiled part of the package, which is loaded when it is first asked for:
reading and drawing results works without it. Couplings are d in Bohr magnetons, masses are in MeV,
nuisances are given by their pulls.
"""

from nudipole._errors import CheckpointError, ConfigError, DataError, Error, NumericalError

_COMPILED = ("Fit", "Likelihood", "Nuisance", "Nuisances", "Setup", "__version__")

__all__ = ["CheckpointError", "ConfigError", "DataError", "Error", "NumericalError", "open_result", "read",
           *_COMPILED[:-1]]


def open_result(path):
    """The results of `nudipole scan`, `merge` or `toys`, checked against the file's seal."""
    from nudipole.result import Result

    return Result(path)


def read(path):
    """A result file as an xarray Dataset: named axes, units and meanings of codes as attributes.

    :raises CheckpointError: for a file that is damaged, or none of this program
    """
    return open_result(path).to_xarray()


def _load(name):
    try:
        from nudipole import _core
    except ImportError as error:
        raise ImportError(
            f"nudipole.{name} needs the compiled part of the package, which cannot be loaded: {error}; "
            "it is built where CMake finds pybind11 and Python's headers, for that Python"
        ) from error
    return getattr(_core, name)


def __getattr__(name):
    if name not in _COMPILED:
        raise AttributeError(f"module 'nudipole' has no attribute '{name}'")
    value = globals()[name] = _load(name)
    return value


def __dir__():
    return sorted({*globals(), *_COMPILED})
