"""The page of the result file (jobs/README.md): its tables say what files hold, its code runs."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

from nudipole_run import PROGRAM, SOURCE, ProgramTest, environment, nudipole, run_command

try:
    import h5py
except ImportError:
    h5py = None

PAGE = (SOURCE / "jobs/README.md").read_text(encoding="utf-8").split("# The result file, every dataset\n")[1]
OLD = SOURCE / "tests/restart/format_1/grid.h5"


def section(title):
    return re.search(rf"^## {re.escape(title)}$\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL).group(1)


def rows(title):
    """Cells of the table of a section, without its heading."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def code(language):
    return re.findall(rf"^```{language}$\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def type_of(dataset):
    return "text" if dataset.dtype == object else str(dataset.dtype)


def axes_of(dataset):
    return ", ".join(dimension.label for dimension in dataset.dims)


def is_scale(dataset):
    return dataset.attrs.get("CLASS") == b"DIMENSION_SCALE"


def without_special_codes(codes):
    """Without those of blocks that planes and bounds do not have: decay, adaptive couplings."""
    return {entry for entry in codes if entry[0] not in ("closed_from_above", "not_wanted")}


@unittest.skipUnless(h5py, "no h5py")
class Page(ProgramTest):
    def setUp(self):
        super().setUp()
        shell = environment(PATH=f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}")
        for text in code("sh"):
            run = run_command(["bash", "-euc", text], cwd=self.folder, env=shell)
            self.assertEqual(run.code, 0, run)

    def check_datasets(self, title, *files):
        """Every dataset of the files stands in a table, and no other; returns the scales."""
        axes = {name: cells for cells in rows("Axes") for name in names(cells[0])}
        fields = {name: cells for cells in rows(title) for name in names(cells[0])}
        all_scales, seen = set(), set()
        for file in files:
            with h5py.File(self.folder / file) as data:
                scales = {name for name, dataset in data.items() if is_scale(dataset)}
                self.assertLessEqual(set(data) - scales, set(fields))
                self.assertLessEqual(scales, set(axes))
                for name in scales:
                    self.assertEqual([type_of(data[name]), data[name].attrs["units"]], axes[name][1:3], name)
                for name in set(data) - scales:
                    axes_told, *told = fields[name][1:4]
                    self.assertIn(axes_of(data[name]), axes_told.split(" or "), name)
                    self.assertEqual([type_of(data[name]), data[name].attrs["units"]], told, name)
                seen |= set(data) - scales
                all_scales |= scales
        self.assertEqual(seen, set(fields))
        return all_scales

    def check_codes(self, *files):
        """Codes that the files have, and those that the page has for their datasets."""
        found = set()
        for file in files:
            with h5py.File(self.folder / file) as data:
                found |= {(meaning, int(value), name) for name, dataset in data.items() if "flag_values" in dataset.attrs
                          for value, meaning in zip(dataset.attrs["flag_values"], dataset.attrs["flag_meanings"].split())}
        fields = {name for _, _, name in found}
        told = set()
        for what, where, _ in rows("Codes"):
            for code_of_one in what.split(", "):
                meaning, value = re.fullmatch(r"`(\w+)` = (-?\d)", code_of_one).groups()
                told |= {(meaning, int(value), name) for name in names(where)}
        return found, {entry for entry in told if entry[2] in fields}

    def check_attributes(self, file):
        told = [name for cells in rows("Attributes of the file") for name in names(cells[0])]
        optional = {"approximations", "planned_core_ms", "planned_wall_ms", "planned_ranks"}
        with h5py.File(self.folder / file) as data:
            self.assertLessEqual(set(told) - optional, set(data.attrs))
            self.assertLessEqual(set(data.attrs), set(told))
            return set(data.attrs)

    def test_a_grid_holds_what_the_page_says(self):
        scales = self.check_datasets("Datasets of a grid", "two.h5", "decay.h5")
        self.assertIn("coupling", scales)
        found, told = self.check_codes("two.h5", "decay.h5")
        self.assertEqual(found, told)

    def test_a_plane_holds_what_the_page_says(self):
        scales = self.check_datasets("Datasets of a plane", "plane.h5") | {"coupling", "coupling_tau", "sigma"}
        scales |= {"point", "item", "test", "q_bin", "toy"}
        self.assertEqual(scales, {name for cells in rows("Axes") for name in names(cells[0])})
        found, told = self.check_codes("plane.h5")
        self.assertEqual(found, without_special_codes(told))

    def test_a_bound_holds_what_the_page_says(self):
        self.check_datasets("Datasets of a bound", "bound.h5")
        found, told = self.check_codes("bound.h5")
        self.assertEqual(found, without_special_codes(told))

    def test_toys_hold_what_the_page_says(self):
        scales = self.check_datasets("Datasets of toys", "toys.h5", "toys_plane.h5")
        self.assertEqual(scales, {"point", "item", "test", "confidence", "q_bin", "sigma", "toy", "parameter"})
        found, told = self.check_codes("toys.h5", "toys_plane.h5")
        self.assertEqual(found, told)
        self.check_attributes("toys.h5")

    def test_columns_of_points_are_those_of_the_page(self):
        text = (SOURCE / "jobs/README.md").read_text(encoding="utf-8")
        table = re.search(r"^### points$.*?(?=^### )", text, re.MULTILINE | re.DOTALL).group(0)
        told = [name for line in table.splitlines() if line.startswith("| `") for name in names(line.split("|")[1])]
        columns = list(nudipole("points", self.folder / "toys.h5").rows()[0])
        self.assertEqual(columns, told)
        of_three = [f"coupling_mu_B.{flavour}" for flavour in ("e", "mu", "tau")]
        self.assertEqual(list(nudipole("points", self.folder / "toys_plane.h5").rows()[0]), ["mass_MeV", *of_three, *told[2:]])
        run = nudipole("points", self.folder / "toys_plane.h5", "--failed")
        self.assertEqual(run.out.strip(), ",".join(["mass_MeV", *of_three, "toy"]))

    def test_attributes_are_those_of_the_page(self):
        self.assertNotIn("approximations", self.check_attributes("two.h5"))
        run = nudipole("plan", self.folder / "two.yaml", "--ranks", "2", "-o", self.folder / "planned.h5")
        self.assertEqual(run.code, 0, run)
        self.assertIn("planned_core_ms", self.check_attributes("planned.h5"))

    def test_code_of_the_page_runs(self):
        xarray_code, h5py_code = code("python")
        # The limit of COHERENT CsI 2022 at 10 MeV is that of the independent program: 2.32003e-9.
        for text, said in ((h5py_code, ["limit (3, 3, 1, 2) mu_B", "['mass', 'experiment', 'confidence', 'dof'] ok"]),
                           (xarray_code, ["coherent_csi_2022    2.32003", "flavour: mu"])):
            if text == xarray_code and subprocess.run([sys.executable, "-c", "import xarray, h5netcdf"],
                                                      capture_output=True, check=False).returncode != 0:
                continue  # not installed
            run = subprocess.run([sys.executable, "-c", text], cwd=self.folder, capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 0, run)
            for part in said:
                self.assertIn(part, run.stdout)

    def test_format_1_differs_as_the_page_says(self):
        old_only = {name for cells in rows("Format 1") for name in names(cells[0]) if name.startswith("experiment_")}
        with h5py.File(OLD) as old, h5py.File(self.folder / "two.h5") as new:
            self.assertEqual(set(old) - set(new), old_only)
            # The latter two come where the configuration asks for expected limits.
            self.assertEqual(set(new) - set(old), {"term", "expected_limit", "sigma"})
            joint = names(rows("Format 1")[0][0])[:-1]
            self.assertEqual({name for name in set(old) & set(new) if axes_of(old[name]) != axes_of(new[name])},
                             set(joint) | {"contribution"})
            for name in joint:
                self.assertEqual(axes_of(old[name]).replace("mass", "mass, experiment"), axes_of(new[name]))


if __name__ == "__main__":
    unittest.main()
