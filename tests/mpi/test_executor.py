"""The executor on 1 to 7 ranks: every task once, errors and stops carried over, an idle rank 0.

stairs_driver prints `key value` lines. One rank runs with and without mpirun.
"""

import os
import re
import time
import unittest

from nudipole_run import mpirun, run_command

DRIVER = os.environ["NUDIPOLE_STAIRS_DRIVER"]
RANKS = (None, 1, 2, 3, 5, 7)
NUMERICAL, DATA, UNEXPECTED = 43, 41, 44  # 40 + place in nudipole::ErrorKind
STOPPED = 75


def drive(mode, tasks, ranks):
    launcher = [] if ranks is None else mpirun(ranks)
    run = run_command([*launcher, DRIVER, mode, tasks])
    facts = dict(line.split(" ", 1) for line in run.out.splitlines() if " " in line)
    return run, facts


class EveryTask(unittest.TestCase):
    def check(self, tasks, ranks):
        with self.subTest(tasks=tasks, ranks=ranks):
            run, facts = drive("all", tasks, ranks)
            self.assertEqual(run.code, 0, run)
            self.assertEqual(facts["finished"], "1")
            self.assertEqual(facts["stored"], str(tasks))
            self.assertEqual(facts["evaluated"], str(tasks))
            self.assertEqual(facts["most_often"], "1" if tasks else "0")
            self.assertEqual(facts["wrong"], "0", "a result changed on its way")
            if ranks is not None and ranks > 1:
                self.assertEqual(facts["evaluated_by_root"], "0")

    def test_is_evaluated_and_stored_once(self):
        for ranks in RANKS:
            self.check(200, ranks)

    def test_fewer_tasks_than_ranks(self):
        for ranks in (3, 5, 7):
            self.check(2, ranks)

    def test_no_tasks(self):
        for ranks in (None, 2, 5):
            self.check(0, ranks)

    def test_rank_0_ticks_also_while_results_keep_coming(self):
        for ranks in (None, 2, 5):
            run, facts = drive("all", 200, ranks)
            self.assertEqual(run.code, 0, run)
            self.assertGreaterEqual(int(facts["ticks"]), 200)


class Errors(unittest.TestCase):
    def check(self, mode, code, *fragments, tasks=50):
        for ranks in RANKS:
            with self.subTest(mode=mode, ranks=ranks):
                started = time.monotonic()
                run, facts = drive(mode, tasks, ranks)
                self.assertLess(time.monotonic() - started, 20.0)
                self.assertEqual(run.code, code, run)
                for fragment in fragments:
                    self.assertIn(fragment, facts["error"])
                if ranks is not None and ranks > 1:
                    self.assertTrue(re.search(r"rank [1-9]", facts["error"]), facts["error"])
                lines = [line for line in run.out.splitlines() if line.startswith("error ")]
                self.assertEqual(len(lines), 1, run.out)

    def test_of_a_worker_reach_rank_0_with_kind_and_text(self):
        self.check("throw", NUMERICAL, "numerical error", "step 3: the minimum got lost; look for it")
        self.check("data", DATA, "data error", "a table changed")

    def test_of_all_workers_at_once_give_one_message(self):
        self.check("all_throw", NUMERICAL, "nothing works")


class ForeignErrors(unittest.TestCase):
    def test_reach_rank_0_as_unexpected_ones(self):
        for ranks in (2, 3, 5):
            run, facts = drive("foreign", 50, ranks)
            self.assertEqual(run.code, UNEXPECTED, run)
            self.assertIn("no memory left, say", facts["error"])

    def test_pass_through_a_lone_process(self):
        run, facts = drive("foreign", 50, None)
        self.assertEqual(run.code, 49, run)
        self.assertEqual(facts["error"], "foreign: no memory left, say")


class Stops(unittest.TestCase):
    def test_soon_keeps_what_is_under_way_and_hands_out_nothing_more(self):
        tasks, stop_after = 500, 5
        for ranks in RANKS:
            with self.subTest(ranks=ranks):
                run, facts = drive("stop", tasks, ranks)
                self.assertEqual(run.code, STOPPED, run)
                self.assertEqual(facts["finished"], "0")
                stored = int(facts["stored"])
                self.assertEqual(stored, int(facts["evaluated"]), "evaluated but not stored")
                self.assertEqual((facts["most_often"], facts["wrong"]), ("1", "0"))
                workers = 1 if ranks in (None, 1) else ranks - 1
                self.assertGreaterEqual(stored, stop_after)
                self.assertLessEqual(stored, stop_after + 2 * workers)

    def test_now_does_not_wait_for_tasks_under_way(self):
        for ranks in (2, 5):
            with self.subTest(ranks=ranks):
                run, facts = drive("now", 500, ranks)  # 2 s each
                self.assertEqual(run.code, STOPPED, run)
                self.assertEqual(facts["finished"], "0")
                self.assertLess(float(facts["wall_s"]), 20.0)


class Waiting(unittest.TestCase):
    def test_rank_0_sleeps_while_workers_work(self):
        for ranks in (2, 5):
            run, facts = drive("idle", ranks - 1, ranks)
            self.assertEqual(run.code, 0, run)
            self.assertGreaterEqual(float(facts["wall_s"]), 2.0)
            self.assertLess(float(facts["cpu_share"]), 0.30)
            # On a busy machine spinning takes little of a core too. Sleeps that grow to 1 ms in steps
            # of 20 us allow no more rounds than this.
            self.assertLess(int(facts["ticks"]), 1000 * float(facts["wall_s"]) + 200)


if __name__ == "__main__":
    unittest.main()
