"""Tables of the folder above."""

import pathlib

OUT = pathlib.Path(__file__).resolve().parents[1]
ORIGIN = """# Independent program tests/reference/independent/{}: direct double integrals over neutrino energy
# E and recoil energy T with numpy, no flux moments; reads the tables of data/.
"""


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
