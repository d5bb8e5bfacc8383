"""nudipole: limits on the neutrino dipole portal from public neutrino data.

`open_result` reads a result file; `nudipole.figures` draws. Neither needs the compiled core.
"""


def open_result(path):
    """The results of `nudipole scan`, `merge` or `toys`, checked against the file's seal."""
    from .result import Result

    return Result(path)
