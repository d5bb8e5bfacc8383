"""How setups and likelihoods travel to other processes: as the configuration's text and the folders of the data.

A process that gets the same one again, as workers of a pool do with every call, keeps what it made.
"""

import functools

import numpy as np

from nudipole._errors import DataError


@functools.lru_cache(maxsize=8)
def setup(text, file, folders, digests):
    """The setup of a configuration.

    :param digests: of the data files that the original has read
    :raises DataError: where the data are other ones by now
    """
    from nudipole import _core

    made = _core._setup(text, file, list(folders))
    if made.data_sha256 != dict(digests):
        changed = sorted(name for name, _ in set(digests) ^ set(made.data_sha256.items()))
        raise DataError(f"the data have changed since the setup was pickled: {', '.join(dict.fromkeys(changed))}")
    return made


@functools.lru_cache(maxsize=8)
def likelihood(setup_arguments, mass_MeV, values, centres):
    """The likelihood of a mass, with the data that were measured or with others."""
    measured = setup(*setup_arguments).likelihood(mass_MeV)
    if values is None:
        return measured
    return measured.with_data(np.frombuffer(values), np.frombuffer(centres))
