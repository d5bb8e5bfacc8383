"""`nudipole plan`: a forecast for any number of ranks, kept in the result file beside what came out."""

import unittest

from nudipole_run import CONFIG, ProgramTest, digest, grid, nudipole, status

COLUMNS = ["ranks", "shards", "units", "core_s", "wall_s", "efficiency", "memory_per_rank_MB", "file_MB", "remark"]


class Plan(ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("a.yaml", grid(30, 40))

    def plan(self, *options):
        run = self.succeed("plan", self.config, "--budget-s", "2", *options)
        self.assertEqual(run.out.splitlines()[0], ",".join(COLUMNS))
        self.assertRegex(run.err, r"^nudipole: measured \d+ of 30 masses on this processor")
        return run.rows()

    def test_shows_the_ranks_asked_for_and_where_more_do_not_help(self):
        rows = self.plan("--ranks", "3")
        ranks = [int(row["ranks"]) for row in rows]
        self.assertEqual(ranks, sorted(ranks))
        self.assertIn("asked for", next(row["remark"] for row in rows if row["ranks"] == "3"))
        self.assertEqual(sum("more do not help" in row["remark"] for row in rows), 1)
        for row in rows:
            cells = {name: float(row[name]) for name in COLUMNS[:-1]}
            self.assertGreaterEqual(cells["units"], 30)
            self.assertGreater(cells["core_s"], 0.0)
            self.assertGreater(cells["wall_s"], 0.0)
            self.assertGreater(cells["efficiency"], 0.0)
            self.assertLessEqual(cells["efficiency"], 1.0)
            self.assertGreater(cells["memory_per_rank_MB"], 1.0)

    def test_any_number_of_ranks_and_shards(self):
        self.config = self.write("b.yaml", grid(30, 800))
        rows = self.plan("--ranks", "4096")
        asked = next(row for row in rows if row["ranks"] == "4096")
        one = rows[0]
        self.assertGreater(int(asked["units"]), 30)  # masses are cut where ranks outnumber them
        self.assertLess(float(asked["wall_s"]), float(one["wall_s"]))
        self.assertLess(float(asked["efficiency"]), 0.1)  # a second of work
        rows = self.plan("--ranks", "2", "--shards", "3")
        self.assertEqual({row["shards"] for row in rows}, {"3"})

    def test_file_size_is_that_of_the_scan(self):
        planned_MB = float(self.plan("--ranks", "1")[0]["file_MB"])
        file = self.folder / "a.h5"
        self.scan(self.config, file)
        self.assertAlmostEqual(planned_MB / (file.stat().st_size / 1e6), 1.0, delta=0.1)

    def test_status_shows_planned_and_actual_time(self):
        file = self.folder / "a.h5"
        self.plan("--ranks", "3", "-o", file)
        before = status(file)
        self.assertEqual((before["masses_done"], before["planned_ranks"]), ("0", "3"))
        self.assertEqual(float(before["planned_so_far_s"]), 0.0)
        self.assertIn("resuming", self.scan(self.config, file, ranks=3).err)
        facts = status(file)
        self.assertEqual(facts["complete"], "1")
        self.assertEqual(facts["planned_so_far_s"], facts["planned_compute_time_s"])
        plain = self.folder / "plain.h5"
        self.scan(self.config, plain)
        self.assertEqual(digest(file), digest(plain))
        self.assertNotIn("planned_compute_time_s", status(plain))

    def test_plan_for_shards_cannot_be_stored(self):
        run = nudipole("plan", self.config, "--ranks", "2", "--shards", "2", "-o", self.folder / "a.h5")
        self.assert_refused(run, CONFIG, "--output", "several shards")


if __name__ == "__main__":
    unittest.main()
