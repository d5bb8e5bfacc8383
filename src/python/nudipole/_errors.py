"""Errors of the library. Their text is that of the program: "where: problem; expected ...; hint"."""


class Error(RuntimeError):
    """Base of all errors; unexpected ones are of this very class.

    Attributes: `problem`, and where known `where`, `expected` and `hint`, else empty texts.
    """

    def __init__(self, text, problem="", where="", expected="", hint=""):
        super().__init__(text)
        self.problem = problem or text
        self.where = where
        self.expected = expected
        self.hint = hint

    def __reduce__(self):
        return type(self), (str(self), self.problem, self.where, self.expected, self.hint)


class ConfigError(Error, ValueError):
    """A configuration, or an argument, is wrong."""


class DataError(Error):
    """A file of an experiment's data, or data that were handed over, cannot be used."""


class CheckpointError(Error):
    """A result file cannot be read or written."""


class NumericalError(Error, ArithmeticError):
    """A computation cannot give a trustworthy number."""
