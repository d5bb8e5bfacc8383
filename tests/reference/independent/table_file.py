"""Tables of data/, read, and of the folder above, written."""

import pathlib

import numpy as np

from portal import ATOMIC_MASS_UNIT, ELECTRON_MASS

OUT = pathlib.Path(__file__).resolve().parents[1]
DATA = OUT.parents[1] / "data"
ORIGIN = """# Independent program tests/reference/independent/{}: direct double integrals over neutrino energy
# E and recoil energy T with numpy, no flux moments; reads the tables of data/.
"""


def read_table(name):
    """Columns of a data table by name, without units; numbers where they are numbers."""
    lines = [line for line in (DATA / name).read_text().splitlines()
             if line.strip() and not line.startswith("#")]
    names = [cell.split("[")[0].strip() for cell in lines[0].split(",")]
    columns = list(zip(*[[cell.strip() for cell in line.split(",")] for line in lines[1:]]))
    table = {}
    for key, column in zip(names, columns):
        try:
            table[key] = np.array([float(cell) for cell in column])
        except ValueError:
            table[key] = list(column)
    return table


def read_nuclide(name):
    table = read_table("nuclides.csv")
    row = table["nuclide"].index(name)
    nuclide = {key: table[key][row] for key in ("z", "n", "atomic_mass", "rp", "rn")}
    nuclide["M"] = nuclide["atomic_mass"] * ATOMIC_MASS_UNIT - nuclide["z"] * ELECTRON_MASS
    return nuclide


def read_isotopes(element):
    """Pairs of abundance and nuclide."""
    table = read_table(f"isotopes/{element}.csv")
    return list(zip(table["abundance"], map(read_nuclide, table["nuclide"])))


def free_electrons(element, T):
    """Z_eff at recoils T [MeV]: value of the last row with t_min <= T."""
    steps = read_table(f"elements/{element}.csv")
    return steps["z_eff"][np.searchsorted(steps["t_min"] * 1e-3, T, side="right") - 1]


def electron_steps(element):
    """Recoils [MeV] where Z_eff jumps."""
    return [t * 1e-3 for t in read_table(f"elements/{element}.csv")["t_min"] if t > 0]


def writer(program, digits=12):
    """A function that writes tables of numbers and names under comment lines `what` and their origin."""
    def write(name, what, header, rows):
        with open(OUT / name, "w") as file:
            for line in what:
                file.write("# " + line + "\n")
            file.write(ORIGIN.format(program) + header + "\n")
            for row in rows:
                cells = [cell if isinstance(cell, str) else "%.*g" % (digits, cell) for cell in row]
                file.write(",".join(cells) + "\n")
    return write
