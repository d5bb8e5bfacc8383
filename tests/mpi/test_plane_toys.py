"""Toys of several couplings: q over the plane, with others profiled, alone and on ranks."""

import csv
import random
import signal
import time
import unittest

from nudipole_run import (CONFIG, PROGRAM, SOURCE, ProgramTest, config_text, digest, finish, mpirun, nudipole, start,
                          with_h5py)

GRID = "{values_mu_B: [1.0e-9, 2.0e-9, 3.5e-9]}"
TOYS = "{method: feldman_cousins, least: 200, most: 600, batch: 50, wanted_error: 0.2, seed: 3}"


def text(couplings, toys=TOYS, masses="{values_MeV: [10]}"):
    return (config_text(masses=masses, limits="{confidence: [0.90]}", checkpoint_every_s=0.05)
            .replace("flavour: mu\n", f"couplings: {couplings}\n")
            .replace("coupling: {values_mu_B: [1.0e-9, 1.0e-8]}\n", "") + f"toys: {toys}\n")


class PlaneToys(ProgramTest):
    def toys(self, content, name="plane", *arguments, **options):
        file = self.folder / f"{name}.h5"
        self.succeed("toys", self.write("plane.yaml", content), "-o", file, *arguments, **options)
        return file

    def points(self, file):
        return {(float(row["coupling_mu_B.e"]), float(row["coupling_mu_B.mu"])): row
                for row in self.succeed("points", file).rows()}


class Plane(PlaneToys):
    CONFIG = text(f"{{e: {GRID}, mu: {GRID}}}")

    def test_q_is_that_of_the_independent_program(self):
        lines = (SOURCE / "tests/reference/csi_2022_plane.csv").read_text(encoding="utf-8").splitlines()
        names, *rows = csv.reader(line for line in lines if not line.startswith("#"))
        names = [name.split(" ")[0] for name in names]
        chi2 = {(float(row["d_e"]), float(row["d_mu"])): float(row["chi2"])
                for row in (dict(zip(names, row)) for row in rows) if float(row["mass"]) == 10}
        points = self.points(self.toys(self.CONFIG))
        self.assertEqual(len(points), 9)
        compared = 0
        for point, row in points.items():
            if point in chi2:
                self.assertAlmostEqual(float(row["q_observed"]), chi2[point] - min(chi2.values()), delta=2e-6)
                compared += 1
            self.assertAlmostEqual(float(row["asymptotic_critical_value"]), 4.605170, delta=1e-6)
            self.assertEqual((row["failed"], row["test"]), ("0", "point"))
            # Looked at until 10 % is away by three errors, or exact enough, or at the most.
            p, error = float(row["p_value"]), float(row["p_error"])
            self.assertTrue(abs(p - 0.1) > 3 * error or error <= 0.02 or row["toys"] == "600", row)
        self.assertEqual(compared, 9)

    def test_ranks_kills_and_shards_change_nothing(self):
        wanted = digest(self.toys(self.CONFIG))
        self.assertEqual(digest(self.toys(self.CONFIG, "three", ranks=3)), wanted)
        generator = random.Random(2)
        killed = self.folder / "killed.h5"
        for attempt in range(4):
            launcher = mpirun(3) if attempt % 2 else []
            process = start([*launcher, PROGRAM, "toys", self.folder / "plane.yaml", "-o", killed],
                            start_new_session=True)
            time.sleep(generator.uniform(0.05, 0.3))
            process.send_signal(signal.SIGKILL if attempt % 2 == 0 else signal.SIGTERM)
            finish(process)
        self.assertEqual(digest(self.toys(self.CONFIG, "killed")), wanted)
        shards = [self.toys(self.CONFIG, f"shard{i}", "--shard", f"{i}/2") for i in range(2)]
        self.succeed("merge", *shards, "-o", self.folder / "merged.h5")
        self.assertEqual(digest(self.toys(self.CONFIG, "merged")), wanted)

    def test_a_single_toy_has_the_kept_value(self):
        file = self.toys(self.CONFIG.replace("seed: 3", "seed: 3, keep: q"))
        kept = with_h5py("f = h5py.File(sys.argv[1])\n"
                         "print(json.dumps([f['coupling'][...].tolist(), f['q'][:, 0, 11].tolist()]))", file)
        for (e, mu), q in zip(*kept):
            rows = self.succeed("toys", self.folder / "plane.yaml", "--mass-MeV", "10", "--coupling-mu-B", f"{e},{mu}",
                                "--toy", "11").rows()
            found = {(row["quantity"], row["of"]): float(row["value"]) for row in rows if row["quantity"] == "q"}
            self.assertEqual(found["q", "toy"], q)
        run = nudipole("toys", self.folder / "plane.yaml", "--mass-MeV", "10", "--coupling-mu-B", "1e-9", "--toy", "1")
        self.assertEqual(run.code, CONFIG)
        self.assertIn("there are 1 couplings for a toy's hypothesis", run.err)

    def test_limits_are_none_and_one_sided_methods_are_refused(self):
        run = nudipole("limits", self.toys(self.CONFIG))
        self.assertEqual(run.code, CONFIG)
        self.assertIn("give no limits", run.err)
        for method in ("cls", "coverage"):
            config = self.write("refused.yaml", self.CONFIG.replace("feldman_cousins", method))
            run = nudipole("toys", config, "-o", self.folder / "refused.h5")
            self.assertEqual(run.code, CONFIG)
            self.assertIn("several have no order", run.err)

    def test_far_points_go_by_chi2_of_two(self):
        grid = "{values_mu_B: [1.0e-9, 5.0e-8]}"
        rows = self.points(self.toys(text(f"{{e: {grid}, mu: {grid}}}",
                                          TOYS.replace("seed: 3", "seed: 3, skip_far: true"))))
        far = rows[5.0e-8, 5.0e-8]
        self.assertEqual((far["method"], far["toys"]), ("asymptotic", "0"))
        near = rows[1.0e-9, 1.0e-9]
        self.assertEqual(near["method"], "feldman_cousins" if int(near["toys"]) else "asymptotic")


class Profiled(PlaneToys):
    def test_a_coupling_that_is_profiled_has_its_best_value(self):
        """Along d_e with d_mu profiled: chi2 with one degree of freedom, and d_mu as a fit finds it."""
        config = text(f"{{e: {GRID}, mu: {{profiled: true}}}}")
        file = self.toys(config)
        rows = self.succeed("points", file).rows()
        self.assertEqual(len(rows), 3)
        for row in rows:
            self.assertAlmostEqual(float(row["asymptotic_critical_value"]), 2.705543, delta=1e-6)
            mu = float(row["coupling_mu_B.mu"])
            fixed = self.fit(float(row["coupling_mu_B.e"]), mu)
            for other in (0.9 * mu + 1e-11, 1.1 * mu + 2e-11):
                self.assertLessEqual(fixed, self.fit(float(row["coupling_mu_B.e"]), other) + 1e-7)

    def fit(self, e, mu):
        rows = self.succeed("fit", self.folder / "plane.yaml", "--mass-MeV", "10", "--coupling-mu-B",
                            f"{e},{mu}").rows()
        return next(float(row["value"]) for row in rows if row["quantity"] == "minus_two_log_l")


class OtherMethods(PlaneToys):
    def test_goodness_of_fit_and_significance_run_over_the_plane(self):
        for method, tests in (("goodness_of_fit", {"joint"}), ("significance", {"global", "local_10"})):
            file = self.toys(text(f"{{e: {GRID}, mu: {GRID}}}",
                                  f"{{method: {method}, least: 200, most: 200, batch: 50, seed: 3}}"), method)
            rows = self.succeed("points", file).rows()
            self.assertEqual({row["test"] for row in rows}, tests)
            self.assertEqual({(row["failed"], row["toys"]) for row in rows}, {("0", "200")})


if __name__ == "__main__":
    unittest.main()
