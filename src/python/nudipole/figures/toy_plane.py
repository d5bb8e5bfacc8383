"""What toys say over the plane of two couplings, as grids of couplings."""

import numpy as np

from ..result import ResultError
from .tables import Table, distinct

FINER = 8  # steps between two couplings in which the contours of toys go
LEAST = 0.01  # of q over its critical value: at a best fit the logarithm has no end


class ToyPlane:
    """The points of a file of toys with two given couplings.

    Attributes: path, flavours (of the two couplings), mass_MeV, done (all: what is not done has no points), levels
    (confidence, ascending), asymptotic {level: critical value of chi2}, missing (points that are not done).
    """

    COLUMNS = ("q_observed", "critical_value", "asymptotic_critical_value", "p_value", "toys")

    def __init__(self, result):
        self.path = result.path
        if "parameter" not in result:
            raise ResultError(f"{result.path}: the toys are of one coupling; --figure wilks and --figure toy_limits show them")
        self.flavours = tuple(result["parameter"][result["given"] != 0])
        if len(self.flavours) != 2:
            raise ResultError(f"{result.path}: a plane has two couplings that are given, this file gives "
                              f"{', '.join(self.flavours) or 'none'}: print it with nudipole points, or give two couplings a "
                              "grid in the configuration and let the others be profiled")
        table = Table.of_result("points", str(result.path))
        others = {row["method"] for row in table.rows} - {"feldman_cousins", "asymptotic"}
        if others:
            raise ResultError(f"{result.path}: toys of the method {', '.join(others)} allow no couplings; "
                              "those of feldman_cousins do")
        number = table.number
        self.missing = len(result["mass"]) - len(table.rows) // len(result["confidence"])
        self._rows = {}
        for row in table.rows:
            place = tuple(number(row, f"coupling_mu_B.{flavour}") for flavour in self.flavours)
            key = number(row, "mass_MeV"), number(row, "confidence")
            self._rows.setdefault(key, {})[place] = [number(row, name) for name in self.COLUMNS]
        self.mass_MeV = np.array(distinct(mass for mass, _ in self._rows))
        self.done = np.full(len(self.mass_MeV), True)
        self.levels = sorted(distinct(level for _, level in self._rows))
        self.asymptotic = {level: next(iter(points.values()))[2] for (_, level), points in self._rows.items()}

    def couplings(self):
        """The couplings [mu_B] of both axes, of all masses."""
        places = np.array([place for points in self._rows.values() for place in points])
        return tuple(np.unique(column) for column in places.T)

    def points(self, mass, level):
        """The points at one mass: an array of couplings [mu_B] [point, 2], and one of COLUMNS [point, column]."""
        points = self._rows[mass, level]
        return np.array(list(points)), np.array(list(points.values()))

    def excess(self, mass, level, column):
        """ln (q of the data / critical value) on finer couplings: allowed is what lies below 0.

        column: "critical_value" for that of toys, "asymptotic_critical_value" for that of chi2. Straight lines in the
        logarithms of both, because q grows as a power of the couplings beyond the best fit: of CsI 2022 on couplings a
        quarter apart the contour of chi2 lies within 1 % in d of the exact one (on average 0.1 %); lines in q - c miss
        it by up to 1.8 %, lines in p by up to 2.6 %.
        \\return both axes [mu_B] and the array [first, second]; NaN beside points that are not done
        """
        axes = self.couplings()
        grid = np.full([len(axis) for axis in axes], np.nan)
        places, values = self.points(mass, level)
        observed, critical = values[:, 0], values[:, self.COLUMNS.index(column)]
        where = tuple(np.searchsorted(axis, column) for axis, column in zip(axes, places.T))
        with np.errstate(divide="ignore", invalid="ignore"):
            grid[where] = np.log(np.maximum(observed / critical, LEAST))
        finer = []
        for dimension, axis in enumerate(np.log(axis) for axis in axes):
            steps = np.arange((len(axis) - 1) * FINER + 1) / FINER
            finer.append(np.exp(np.interp(steps, np.arange(len(axis)), axis)))
            grid = np.apply_along_axis(lambda row: np.interp(steps, np.arange(len(row)), row), dimension, grid)
        return *finer, grid
