"""The Python reader: the numbers that the program prints, and no file that is not what was written."""

import pathlib
import shutil
import subprocess
import unittest

from figure_cases import HAS_PLOTTING, Scans, only_first_masses_done
from nudipole_run import PROGRAM, SOURCE, ProgramTest

if HAS_PLOTTING:
    import h5py
    import numpy as np
    from nudipole.result import Result, ResultError

OLD = SOURCE / "tests" / "restart" / "format_1"


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class Reader(ProgramTest):
    def same_limits(self, path, *words):
        result = Result(path)
        rows = self.succeed("limits", path, *words).rows()
        self.assertGreater(len(rows), 0)
        for row in rows:
            limits = result.limits(float(row["confidence"]), int(row["dof"]), row.get("experiment", "joint"),
                                   row.get("coupling"), row.get("others"))
            place = list(limits.mass_MeV).index(float(row["mass_MeV"]))
            self.assertEqual(limits.status[place], row["status"])
            np.testing.assert_equal(limits.value_mu_B[place], float(row["d_mu_B"]))

    def test_limits_are_those_of_the_program(self):
        self.same_limits(Scans.path("mu"))
        self.same_limits(Scans.path("parts"), "--experiment", "all")

    def test_limits_of_several_couplings(self):
        self.same_limits(Scans.path("two_couplings"))
        result = Result(Scans.path("two_couplings"))
        self.assertEqual(result.parameters, ["e", "mu"])
        with self.assertRaisesRegex(ResultError, "say which"):
            result.limits()
        with self.assertRaisesRegex(ResultError, "several couplings"):
            result.best_fits()

    def test_files_of_format_1_are_read(self):
        self.same_limits(OLD / "grid.h5", "--experiment", "all")
        self.same_limits(OLD / "bound.h5")
        self.assertTrue(Result(OLD / "bound.h5").is_bound)
        self.assertFalse(Result(OLD / "grid.h5").is_bound)

    def test_best_fits_are_those_of_the_program(self):
        result = Result(Scans.path("argon"))
        best = {row["quantity"]: row["value"] for row in self.succeed("best", Scans.path("argon")).rows()}
        chi2, coupling = result.best_fits()
        place = int(np.nanargmin(chi2))
        self.assertEqual(result.mass_MeV[place], float(best["mass_MeV"]))
        self.assertEqual(chi2[place], float(best["minus_two_log_l"]))
        self.assertEqual(coupling[place], float(best["coupling_mu_B"]))
        self.assertEqual(result.standard_model, float(best["standard_model"]))

    def test_what_is_missing_is_told(self):
        with only_first_masses_done(5):
            result = Result(Scans.path("mu"))
            self.assertEqual(list(result.done), [True] * 5 + [False] * 9)
            self.assertTrue(np.isnan(result.minus_two_log_l()[5:]).all())
            self.assertTrue(np.isnan(result.best_fits()[0][5:]).all())
            self.assertFalse(result.limits().done[5:].any())
        result = Result(Scans.path("mu"))
        with self.assertRaisesRegex(ResultError, "it has 0.6827 with 1 dof"):
            result.limits(0.5)
        with self.assertRaisesRegex(ResultError, "coherent_lar.*joint"):
            result.limits(experiment="coherent_lar")
        with self.assertRaisesRegex(ResultError, "has no 'nonsense'"):
            result["nonsense"]

    def test_damaged_and_foreign_files_are_refused(self):
        contents = bytearray(pathlib.Path(Scans.path("mu")).read_bytes())
        contents[len(contents) // 2] ^= 1
        damaged = self.folder / "damaged.h5"
        damaged.write_bytes(contents)
        foreign = self.folder / "foreign.h5"
        foreign.write_text("no HDF5", encoding="utf-8")
        for path, words in ((damaged, "damaged"), (foreign, "not a result file"), (self.folder / "x.h5", "No such")):
            with self.assertRaisesRegex(ResultError, words):
                Result(path)

    def test_a_file_without_its_seal_is_checked_by_the_program(self):
        copy = self.folder / "copy.h5"
        shutil.copy(Scans.path("mu"), copy)
        with h5py.File(copy, "r+") as file:  # h5py cuts off what lies behind the HDF5 part
            file.flush()
        script = "import sys; from nudipole.result import Result; print(Result(sys.argv[1]).limits().value_mu_B[0])"

        def read(**variables):
            return subprocess.run(["/usr/bin/env", "-i", *[f"{k}={v}" for k, v in variables.items()], "/usr/bin/python3",
                                   "-c", script, copy], capture_output=True, text=True, check=False)

        path = {"PYTHONPATH": SOURCE / "src" / "python", "PATH": "/nowhere"}
        self.assertIn("has no seal", read(**path).stderr)
        self.assertEqual(read(**path, NUDIPOLE_PROGRAM=PROGRAM).returncode, 0)
        with h5py.File(copy, "r+") as file:
            file["limit"][0] *= 2
        self.assertIn("ResultError", read(**path, NUDIPOLE_PROGRAM=PROGRAM).stderr)

    def test_everything_is_in_xarray(self):
        try:
            import xarray  # noqa: F401
        except ImportError:
            self.skipTest("no xarray")
        result = Result(Scans.path("mu"))
        data = result.to_xarray()
        limit = data["limit"].sel(confidence=0.90, dof=1, experiment="joint")
        np.testing.assert_array_equal(limit.values, result["limit"][:, 0, 1, 0])
        self.assertEqual(data["limit"].attrs["units"], "mu_B")


if __name__ == "__main__":
    unittest.main()
