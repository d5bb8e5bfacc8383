"""Where the package finds the data that came with it."""

import os
import pathlib


def chosen(data):
    """The folders that a caller names, in their order: nothing, one path or several."""
    if data is None:
        return []
    return [os.fspath(data)] if isinstance(data, (str, os.PathLike)) else list(map(os.fspath, data))


def installed():
    """share/nudipole/data above the package; the first place where it could be when there is none."""
    places = [parent / "share" / "nudipole" / "data" for parent in pathlib.Path(__file__).absolute().parent.parents]
    return str(next((place for place in places if (place / "nuclides.csv").is_file()), places[0]))
