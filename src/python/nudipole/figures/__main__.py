"""Draws one figure. Exit code 2: cannot be drawn; 4: a result file is damaged or lacks what is needed."""

import importlib
import sys
import warnings

from ..result import ResultError
from . import FigureError, style
from .specification import parse

EXIT_CONFIG, EXIT_RESULT = 2, 4


def main(arguments):
    # What matplotlib warns of is its own affair; ours are exceptions and messages.
    warnings.simplefilter("ignore", UserWarning)
    try:
        specification = parse(arguments)
        style.apply(specification.style)
        module = importlib.import_module(f".{specification.figure}", __package__)
        style.save(module.draw(specification), specification.outputs)
    except FigureError as error:
        print(f"nudipole: config error: {error}", file=sys.stderr)
        return EXIT_CONFIG
    except ResultError as error:
        kind, code = ("config", EXIT_CONFIG) if "no limit at confidence" in str(error) else ("result file", EXIT_RESULT)
        print(f"nudipole: {kind} error: {error}", file=sys.stderr)
        return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
