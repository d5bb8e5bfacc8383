"""`nudipole plan` against what a scan takes: only the order of magnitude, and only on a quiet machine."""

import unittest

from nudipole_run import ProgramTest, grid, status


class Forecast(ProgramTest):
    def test_planned_time_is_about_the_actual_one(self):
        config = self.write("a.yaml", grid(30, 40))
        file = self.folder / "a.h5"
        self.succeed("plan", config, "--budget-s", "2", "--ranks", "3", "-o", file)
        self.scan(config, file, ranks=3)
        facts = status(file)
        ratio = float(facts["compute_time_s"]) / float(facts["planned_compute_time_s"])
        self.assertGreater(ratio, 0.5)
        self.assertLess(ratio, 2.0)


if __name__ == "__main__":
    unittest.main()
