"""Toys of several couplings: q over the plane, with others profiled, alone and on ranks."""

import csv
import random
import signal
import time
import unittest

from nudipole_run import (CONFIG, PROGRAM, SOURCE, ProgramTest, config_text, digest, finish, mpirun, nudipole, start,
                          status, with_h5py)

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

    def kept(self, file):
        """Couplings of each point, and q of its toy 11 in the first test."""
        data = with_h5py("f = h5py.File(sys.argv[1])\n"
                         "print(json.dumps([f['mass'][...].tolist(), f['coupling'][...].tolist(), "
                         "f['q'][:, 0, 11].tolist()]))", file)
        return list(zip(*data))

    def single(self, mass, couplings):
        rows = self.succeed("toys", self.folder / "plane.yaml", "--mass-MeV", mass, "--coupling-mu-B",
                            ",".join(map(str, couplings)), "--toy", "11").rows()
        return next(float(row["value"]) for row in rows if (row["quantity"], row["of"]) == ("q", "toy"))

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
        config = self.CONFIG.replace("least: 200, most: 600, batch: 50", "least: 4000, most: 6000, batch: 250")
        wanted = digest(self.toys(config))
        self.assertEqual(digest(self.toys(config, "three", ranks=3)), wanted)
        generator = random.Random(2)
        killed = self.folder / "killed.h5"
        completes = []
        for attempt in range(6):
            launcher = mpirun(3) if attempt % 2 else []
            process = start([*launcher, PROGRAM, "toys", self.folder / "plane.yaml", "-o", killed],
                            start_new_session=True)
            time.sleep(generator.uniform(0.2, 0.5) if attempt % 2 == 0 else generator.uniform(0.4, 0.8))
            process.send_signal(signal.SIGKILL if attempt % 2 == 0 else signal.SIGTERM)
            finish(process)
            if killed.exists():
                completes.append(status(killed)["complete"])
        self.assertIn("0", completes, "something was interrupted")
        self.assertEqual(digest(self.toys(config, "killed")), wanted)
        shards = [self.toys(config, f"shard{i}", "--shard", f"{i}/2") for i in range(2)]
        self.succeed("merge", *shards, "-o", self.folder / "merged.h5")
        self.assertEqual(digest(self.toys(config, "merged")), wanted)

    def test_a_single_toy_has_the_kept_value(self):
        file = self.toys(self.CONFIG.replace("seed: 3", "seed: 3, keep: q"))
        for mass, couplings, q in self.kept(file):
            self.assertEqual(self.single(mass, couplings), q)
        run = nudipole("toys", self.folder / "plane.yaml", "--mass-MeV", "10", "--coupling-mu-B", "1e-9", "--toy", "1")
        self.assertEqual(run.code, CONFIG)
        self.assertIn("--coupling-mu-B: a toy's hypothesis has another number of couplings than 1; expected 2", run.err)

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
        grid = "{values_mu_B: [2.0e-9, 5.0e-8]}"
        rows = self.points(self.toys(text(f"{{e: {grid}, mu: {grid}}}",
                                          TOYS.replace("seed: 3", "seed: 3, skip_far: true"))))
        far = rows[5.0e-8, 5.0e-8]
        self.assertEqual((far["method"], far["toys"]), ("asymptotic", "0"))
        near = rows[2.0e-9, 2.0e-9]
        self.assertTrue(0.1 < float(near["q_observed"]) < 15, near)
        self.assertEqual(near["method"], "feldman_cousins")
        self.assertGreaterEqual(int(near["toys"]), 200)


class Profiled(PlaneToys):
    """CENNS-10 at 40 MeV, along d_e with d_mu profiled: the data like a d_mu of some 1e-8."""
    CONFIG = (text("{e: {values_mu_B: [2.0e-9, 2.0e-8]}, mu: {profiled: true}}",
                   TOYS.replace("seed: 3", "seed: 3, keep: q"), masses="{values_MeV: [40]}")
              .replace("coherent_csi_2022", "coherent_cenns10"))

    def test_a_coupling_that_is_profiled_has_its_best_value(self):
        rows = self.succeed("points", self.toys(self.CONFIG)).rows()
        self.assertEqual(len(rows), 2)
        self.assertGreater(float(rows[0]["coupling_mu_B.mu"]), 1e-9)
        for row in rows:
            self.assertAlmostEqual(float(row["asymptotic_critical_value"]), 2.705543, delta=1e-6)
            e, mu = (float(row[f"coupling_mu_B.{name}"]) for name in ("e", "mu"))
            best = self.fit(e, mu)
            for other in (0.9 * mu, 1.1 * mu + 1e-10):
                self.assertLessEqual(best, self.fit(e, other) + 1e-9)

    def test_its_toys_are_made_again_with_and_without_its_value(self):
        for mass, couplings, q in self.kept(self.toys(self.CONFIG)):
            self.assertEqual(self.single(mass, couplings), q)
            self.assertEqual(self.single(mass, couplings[:1]), q)

    def test_a_fit_finds_its_p_value_whether_the_other_coupling_has_a_grid_or_not(self):
        file = self.toys(self.CONFIG)
        row = self.succeed("points", file).rows()[1]
        both = self.write("both.yaml", self.CONFIG.replace("{profiled: true}", "{values_mu_B: [1.0e-9]}"))
        for config in (self.folder / "plane.yaml", both):
            rows = {r["quantity"]: r["value"] for r in self.succeed(
                "fit", config, "--mass-MeV", "40", "--coupling-mu-B",
                f"{row['coupling_mu_B.e']},{float(row['coupling_mu_B.mu']):.4g}", "--toys", file).rows()}
            self.assertEqual(rows["hypothesis_p_value_toys"], row["p_value"])

    def fit(self, e, mu):
        rows = self.succeed("fit", self.folder / "plane.yaml", "--mass-MeV", "40", "--coupling-mu-B",
                            f"{e},{mu}").rows()
        return next(float(row["value"]) for row in rows if row["quantity"] == "minus_two_log_l")


class OtherMethods(PlaneToys):
    def method(self, name):
        return text(f"{{e: {GRID}, mu: {{profiled: true}}}}",
                    f"{{method: {name}, least: 200, most: 200, batch: 50, seed: 3, keep: q}}",
                    masses="{values_MeV: [10, 40]}").replace("coherent_csi_2022", "coherent_cenns10")

    def test_goodness_of_fit(self):
        """Best fits over both couplings, of which d_e is 0 at 40 MeV; chi2 of 12 bins, less 2 of a best fit."""
        file = self.toys(self.method("goodness_of_fit"))
        rows = self.succeed("points", file).rows()
        self.assertEqual({(row["test"], row["failed"], row["toys"]) for row in rows}, {("joint", "0", "200")})
        chi2 = {"0": 18.549348, "10": 15.987179, "40": 15.987179}  # 90 % of 12 and of 10
        for row in rows:
            self.assertAlmostEqual(float(row["asymptotic_critical_value"]), chi2[row["mass_MeV"]], delta=1e-5)
        for mass, couplings, q in self.kept(file):
            self.assertEqual(self.single(mass or 10, couplings), q)
        run = nudipole("toys", self.folder / "plane.yaml", "--mass-MeV", "40", "--coupling-mu-B", "1e-9,1e-9",
                       "--toy", "1")
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("toys of goodness of fit are those of the best fit", run.err)

    def test_significance(self):
        """The absence of both couplings, whichever has a grid."""
        file = self.toys(self.method("significance"))
        rows = self.succeed("points", file).rows()
        self.assertEqual({row["test"] for row in rows}, {"global", "local_10", "local_40"})
        for row in rows:
            self.assertEqual((row["failed"], row["toys"]), ("0", "200"))
            self.assertAlmostEqual(float(row["asymptotic_critical_value"]), 4.605170, delta=1e-6)
        self.assertEqual(self.single(10, [0, 0]), self.kept(file)[0][2])
        run = nudipole("toys", self.folder / "plane.yaml", "--mass-MeV", "40", "--coupling-mu-B", "1e-9", "--toy", "1")
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("toys of significance are those of the Standard Model", run.err)


if __name__ == "__main__":
    unittest.main()
