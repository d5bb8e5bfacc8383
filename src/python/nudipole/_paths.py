"""Where the package finds the data that came with it."""

import os
import pathlib


def data_folders(chosen):
    """The data folder to use: `chosen`, else NUDIPOLE_DATA, else share/nudipole/data above the package.

    :param chosen: nothing, one path or a list of paths
    :returns: paths as texts; none when nothing was found
    """
    if chosen is not None:
        return [os.fspath(chosen)] if isinstance(chosen, (str, os.PathLike)) else list(map(os.fspath, chosen))
    if os.environ.get("NUDIPOLE_DATA"):
        return [os.environ["NUDIPOLE_DATA"]]
    for parent in pathlib.Path(__file__).absolute().parent.parents:
        folder = parent / "share" / "nudipole" / "data"
        if (folder / "nuclides.csv").is_file():
            return [str(folder)]
    return []
