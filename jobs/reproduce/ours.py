"""Numbers of ours for the report, from the tables that subcommands have printed."""

import csv
import math
import pathlib


class Tables:
    """Tables of a folder by their names."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "tables"

    def rows(self, name):
        with open(self.folder / f"{name}.csv", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def limits(self, name, confidence=0.90, dof=1):
        """(mass [MeV], limit [mu_B]) of the masses that have one."""
        return [(float(row["mass_MeV"]), float(row["d_mu_B"])) for row in self.rows(f"limits_{name}")
                if row["status"] == "ok" and abs(float(row["confidence"]) - confidence) < 1e-9
                and int(row["dof"]) == dof]

    def limit(self, name, mass_MeV, confidence=0.90, dof=1):
        """A limit [mu_B] at a mass, interpolated between masses in logarithms; NaN outside."""
        return interpolate(self.limits(name, confidence, dof), mass_MeV)

    def best(self, name):
        return {row["quantity"]: float(row["value"]) for row in self.rows(f"best_{name}")}

    def fit(self, name):
        return {row["quantity"]: row["value"] for row in self.rows(name)}

    def decay(self, name, mass_MeV):
        """(limit [mu_B], decay length [m] there) at the mass of the table that is nearest, or None."""
        rows = [row for row in self.rows(f"limits_{name}") if row["status"] == "ok"]
        if not rows or "decay_length_m" not in rows[0]:
            return None
        row = min(rows, key=lambda r: abs(math.log(float(r["mass_MeV"]) / mass_MeV)))
        return float(row["mass_MeV"]), float(row["d_mu_B"]), float(row["decay_length_m"])


def interpolate(points, mass_MeV):
    """The value of a curve (mass, value), increasing in mass, at one mass; NaN outside."""
    for (a, u), (b, v) in zip(points[:-1], points[1:]):
        if a <= mass_MeV <= b:
            share = math.log(mass_MeV / a) / math.log(b / a) if b > a else 0
            return math.exp(math.log(u) + share * math.log(v / u))
    return math.nan


def published(literature, name):
    """(mass [MeV], coupling [mu_B]) of a published curve, in increasing mass."""
    with open(pathlib.Path(literature) / f"{name}.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return sorted((float(row["mass [MeV]"]), float(row["coupling_mu_b [mu_B]"])) for row in rows)
