"""Toys: equal results for any number of ranks, kills, shards and orders of asking for more."""

import random
import signal
import time
import unittest

from nudipole_run import (CONFIG, DONE, ProgramTest, RESULT_FILE, config_text, digest, finish,
                          mpirun, nudipole, PROGRAM, read_csv, start, status, with_h5py)


def toys_text(toys, *, masses="{values_MeV: [1, 30]}", limits="{confidence: [0.90]}",
              couplings="{from_mu_B: 6.0e-10, to_mu_B: 1.0e-8, points: 6}"):
    return (config_text(masses=masses, couplings=couplings, limits=limits, checkpoint_every_s=0.05)
            + f"toys: {toys}\n")


FELDMAN_COUSINS = ("{method: feldman_cousins, least: 200, most: 1000, batch: 50, "
                   "wanted_error: 0.15, seed: 5}")


class ToysTest(ProgramTest):
    def toys(self, config, file, *arguments, **options):
        run = self.succeed("toys", config, "-o", file, *arguments, **options)
        self.assertEqual(run.out, "", "a campaign prints no table")
        return run

    def points(self, file):
        return self.succeed("points", file).rows()


class Exactness(ToysTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("fc.yaml", toys_text(FELDMAN_COUSINS))
        self.whole = self.folder / "whole.h5"
        self.toys(self.config, self.whole)
        self.expected = digest(self.whole)

    def test_the_rule_and_refinement_have_worked(self):
        rows = self.points(self.whole)
        toys = [int(row["toys"]) for row in rows]
        self.assertEqual(min(toys), 200)
        self.assertGreater(max(toys), 200)
        self.assertLessEqual(max(toys), 1000)
        self.assertGreater(len(rows), 12, "points between those of the grid")
        for row in rows:
            # Each is away from 10 % by three errors, or exact enough, or at the most.
            p, error = float(row["p_value"]), float(row["p_error"])
            self.assertTrue(abs(p - 0.1) > 3 * error or error <= 0.015 or row["toys"] == "1000", row)
        limits = self.succeed("limits", self.whole).rows()
        self.assertEqual([row["status"] for row in limits if row["end"] == "upper"], ["ok", "ok"])

    def test_any_number_of_ranks_gives_the_same(self):
        for ranks in (1, 2, 3, 5):
            with self.subTest(ranks):
                file = self.folder / f"ranks{ranks}.h5"
                self.toys(self.config, file, ranks=ranks)
                self.assertEqual(digest(file), self.expected)

    def test_killed_runs_go_on(self):
        generator = random.Random(11)
        file = self.folder / "killed.h5"
        for attempt in range(8):
            launcher = mpirun(3) if attempt % 2 else []
            process = start([*launcher, PROGRAM, "toys", self.config, "-o", file],
                            start_new_session=True)
            time.sleep(generator.uniform(0.1, 0.6))
            process.send_signal(signal.SIGKILL if attempt % 2 == 0 else signal.SIGTERM)
            finish(process)
        self.toys(self.config, file)
        self.assertEqual(digest(file), self.expected)

    def test_shards_of_masses_are_joined(self):
        files = [self.folder / f"shard{i}.h5" for i in range(2)]
        for i, file in enumerate(files):
            self.toys(self.config, file, "--shard", f"{i}/2", ranks=2 if i else None)
        merged = self.folder / "merged.h5"
        self.succeed("merge", *files, "-o", merged)
        self.assertEqual(digest(merged), self.expected)

    def test_shards_of_one_mass_share_its_toys(self):
        config = self.write("one.yaml", toys_text(FELDMAN_COUSINS, masses="{values_MeV: [30]}"))
        whole = self.folder / "one.h5"
        self.toys(config, whole)
        files = [self.folder / f"part{i}.h5" for i in range(3)]
        for i, file in enumerate(files):
            self.toys(config, file, "--shard", f"{i}/3")
        merged = self.folder / "parts.h5"
        self.succeed("merge", *files, "-o", merged)
        self.assertEqual({row["toys"] for row in self.points(merged)}, {"200"})
        self.toys(config, merged)  # what the rule wants more, and refinement
        self.assertEqual(digest(merged), digest(whole))
        run = nudipole("merge", files[0], files[0], files[2], "-o", self.folder / "no.h5")
        self.assertEqual(run.code, RESULT_FILE, run)

    def continue_with(self, text, file, numbers):
        """Runs with one `least` and `most` after the other; points and toys of each run."""
        found = []
        for least, most in numbers:
            changed = text.replace("least: 200, most: 1000", f"least: {least}, most: {most}")
            self.toys(self.write("more.yaml", changed), file)
            self.assertEqual(status(file)["complete"], "1")
            found.append({(row["mass_MeV"], row["coupling_mu_B"]): int(row["toys"])
                          for row in self.points(file)})
        return found

    def test_more_toys_are_added_and_none_redone(self):
        text = toys_text(FELDMAN_COUSINS.replace("seed: 5", "seed: 5, refine: false"))
        whole, file = self.folder / "plain.h5", self.folder / "more.h5"
        self.toys(self.write("plain.yaml", text), whole)
        self.continue_with(text, file, ((50, 50), (100, 100), (200, 400), (200, 1000)))
        self.assertEqual(digest(file), digest(whole))

    def test_a_larger_most_ends_as_if_it_had_been_there_from_the_start(self):
        """Looks, points between those of the grid, and those that only few toys have asked for."""
        file = self.folder / "more.h5"
        found = self.continue_with(self.config.read_text(encoding="utf-8"), file,
                                   ((200, 200), (200, 250), (200, 500), (200, 1000)))
        self.assertEqual(digest(file), self.expected)
        gone = [len(set(before) - set(after)) for before, after in zip(found, found[1:])]
        self.assertGreater(sum(gone), 0, "no run had a point of its own: the test sees too little")

    def test_another_seed_or_method_is_refused(self):
        for change in (("seed: 5", "seed: 6"), ("feldman_cousins", "cls")):
            config = self.write("other.yaml", toys_text(FELDMAN_COUSINS.replace(*change)))
            run = nudipole("toys", config, "-o", self.whole)
            self.assert_refused(run, RESULT_FILE, "another configuration")

    def test_a_finer_grid_has_the_same_toys(self):
        wide = toys_text("{method: feldman_cousins, least: 200, most: 200, refine: false}",
                         couplings="{values_mu_B: [1.0e-9, 2.0e-9]}")
        fine = wide.replace("[1.0e-9, 2.0e-9]", "[5.0e-10, 1.0e-9, 1.5e-9, 2.0e-9]")
        found = []
        for name, text in (("wide", wide), ("fine", fine)):
            file = self.folder / f"{name}.h5"
            self.toys(self.write(f"{name}.yaml", text), file)
            found.append({(row["mass_MeV"], row["coupling_mu_B"]): row["p_value"]
                          for row in self.points(file)})
        for point, p_value in found[0].items():
            self.assertEqual(found[1][point], p_value)


class Kept(ToysTest):
    """`keep: q`: the statistic of every toy."""

    TOYS = "{method: feldman_cousins, least: 100, most: 300, batch: 25, refine: false, seed: 2%s}"

    def text(self, more):
        return toys_text(self.TOYS % more, limits="{confidence: [0.90], expected: true}",
                         masses="{values_MeV: [10]}", couplings="{values_mu_B: [1e-9, 1.6e-9, 1.9e-9, 5e-9]}")

    def kept(self, file):
        """q [point, test, toy], not a number as None; and what must agree with it."""
        return with_h5py("""
with h5py.File(sys.argv[1]) as f:
    q = f['q']
    names = [dim.keys()[0] for dim in q.dims]
    print(json.dumps({'axes': names, 'shape': q.shape, 'units': q.attrs['units'].decode() if
                      isinstance(q.attrs['units'], bytes) else q.attrs['units'],
                      'q': [[[None if x != x else x for x in row] for row in point] for point in q[:].tolist()],
                      'toys': f['toys'][:].tolist(), 'at_least': f['at_least'][:].tolist(),
                      'observed': f['q_observed'][:].tolist()}))
""", file)

    def test_counts_are_those_of_the_kept_values(self):
        file = self.folder / "q.h5"
        self.toys(self.write("q.yaml", self.text(", keep: q")), file)
        found = self.kept(file)
        self.assertEqual(found["axes"], ["point", "test", "toy"])
        self.assertEqual((found["shape"], found["units"]), ([4, 2, 300], "1"))
        for q, toys, at_least, observed in zip(*(found[name] for name in ("q", "toys", "at_least", "observed"))):
            for test in range(2):
                values = [x for x in q[test] if x is not None]
                self.assertEqual(len(values), toys[test])
                self.assertEqual(sum(x >= observed[test] - 1e-7 for x in values), at_least[test])

    def test_a_single_toy_has_the_kept_value(self):
        config, file = self.write("q.yaml", self.text(", keep: q")), self.folder / "q.h5"
        self.toys(config, file, ranks=3)
        place = 2
        row = [row for row in self.points(file) if row["confidence"] == "0.9"][place]
        run = self.succeed("toys", config, "--mass-MeV", row["mass_MeV"], "--coupling-mu-B",
                           row["coupling_mu_B"], "--toy", "17")
        q = next(row for row in run.rows() if (row["quantity"], row["of"]) == ("q", "toy"))
        self.assertEqual(float(q["value"]), self.kept(file)["q"][place][0][17])

    def test_it_may_begin_and_end_in_a_continuation(self):
        plain, file = self.folder / "plain.h5", self.folder / "q.h5"
        self.toys(self.write("plain.yaml", self.text("")), plain)
        first = self.text("").replace("most: 300", "most: 100")
        self.toys(self.write("a.yaml", first), file)
        self.toys(self.write("b.yaml", self.text(", keep: q")), file)
        found = self.kept(file)
        self.assertEqual({toys[0] for toys in found["toys"]}, {100, 300})
        for q, toys in zip(found["q"], found["toys"]):
            self.assertEqual([x is None for x in q[0]], [k < 100 or k >= toys[0] for k in range(300)])
        run = nudipole("toys", self.write("c.yaml", first.replace("seed: 2", "seed: 2, keep: q")), "-o", file)
        self.assert_refused(run, RESULT_FILE, "room for q of 300 toys a point")
        self.toys(self.write("d.yaml", self.text("")), file)
        self.assertEqual(digest(file), digest(plain))

    def test_too_many_are_refused(self):
        text = self.text(", keep: q").replace("most: 300", "most: 100000000")
        self.assert_refused(nudipole("toys", self.write("q.yaml", text), "-o", self.folder / "q.h5"),
                            CONFIG, "toys.keep")


class OneToy(ToysTest):
    def test_a_single_toy_is_one_of_the_campaign(self):
        config = self.write("one.yaml", toys_text(
            "{method: feldman_cousins, least: 1, most: 1, batch: 1, refine: false}",
            masses="{values_MeV: [10]}", couplings="{values_mu_B: [2.0e-9]}"))
        file = self.folder / "one.h5"
        self.toys(config, file)
        point = self.points(file)[0]
        arguments = ["--mass-MeV", "10", "--coupling-mu-B", "2e-9", "--toy", "0"]
        run = self.succeed("toys", config, *arguments)
        rows = run.rows()
        q = {row["of"]: float(row["value"]) for row in rows if row["quantity"] == "q"}
        self.assertEqual(q["data"], float(point["q_observed"]))
        self.assertEqual(point["p_value"], "1" if q["toy"] >= q["data"] else "0")
        value = {row["quantity"]: float(row["value"]) for row in rows}
        self.assertAlmostEqual(value["tested_minus_two_log_l"] - value["best_minus_two_log_l"],
                               q["toy"], places=9)
        self.assertEqual(value["tested_d_mu_B"], 2e-9)
        drawn = [float(row["value"]) for row in rows if row["quantity"] == "drawn"]
        self.assertTrue(all(n == int(n) >= 0 for n in drawn))
        expected = [float(row["value"]) for row in rows if row["quantity"] == "expected"]
        self.assertEqual(len(drawn), len(expected))
        # The sum scatters as a Poisson number does; a bound on one draw, 5 sigma.
        self.assertLess(abs(sum(drawn) - sum(expected)), 5 * sum(expected) ** 0.5)
        self.assertEqual(run.out, self.succeed("toys", config, *arguments).out)
        other = self.succeed("toys", config, *arguments[:-1], "1")
        self.assertNotEqual(run.out, other.out)

    def test_what_is_missing_is_said(self):
        config = self.write("fc.yaml", toys_text(FELDMAN_COUSINS))
        self.assert_refused(nudipole("toys", config, "--toy", "1"), CONFIG, "--mass-MeV")
        self.assert_refused(nudipole("toys", config), CONFIG, "-o FILE")
        plain = self.write("plain.yaml", config_text())
        run = nudipole("toys", plain, "-o", self.folder / "no.h5")
        self.assert_refused(run, CONFIG, "a block 'toys'")


class OtherMethods(ToysTest):
    def test_cls_has_limits_and_bands(self):
        config = self.write("cls.yaml", toys_text(
            "{method: cls, least: 400, most: 1000, refine: false}",
            limits="{confidence: [0.90], expected: true}"))
        file = self.folder / "cls.h5"
        self.toys(config, file)
        for row in self.points(file):
            p, background = float(row["p_point"]), float(row["p_background"])
            if 0 < float(row["p_value"]) < 1:
                self.assertAlmostEqual(float(row["p_value"]), p / (1 - background), places=9)
        for row in self.succeed("limits", file).rows():
            self.assertEqual((row["method"], row["end"], row["status"]), ("cls", "upper", "ok"))
            ratio = float(row["d_mu_B"]) / float(row["asymptotic_d_mu_B"])
            # 14 to 80 events in each class: formulae of large samples hold to some per cent.
            self.assertAlmostEqual(ratio, 1, delta=0.15)
        bands = self.succeed("bands", file).rows()
        self.assertEqual({row["kind"] for row in bands}, {"toys", "asimov"})
        for mass in ("1", "30"):
            for kind in ("toys", "asimov"):
                found = [float(row["d_mu_B"]) for row in bands
                         if (row["mass_MeV"], row["kind"]) == (mass, kind)]
                self.assertEqual(len(found), 5)
                kept = [d for d in found if d == d]
                self.assertEqual(kept, sorted(kept))

    def test_goodness_of_fit_has_the_standard_model_and_best_fits(self):
        config = self.write("gof.yaml", toys_text(
            "{method: goodness_of_fit, least: 300, most: 300, keep: q}"))
        file = self.folder / "gof.h5"
        self.toys(config, file, ranks=2)
        rows = self.points(file)
        self.assertEqual([row["test"] for row in rows], ["joint"] * 3)
        # Deviances near the number of bins: nothing is wrong with these data.
        for row in rows:
            self.assertGreater(float(row["p_value"]), 0.001)
            self.assertLess(float(row["p_value"]), 0.999)
        self.assertEqual(nudipole("limits", file).code, CONFIG)
        # The best fit at 1 MeV has no coupling; it is not the Standard Model, whose fit has none to find.
        self.assertEqual([row["coupling_mu_B"] for row in rows][:2], ["0", "0"])
        kept = with_h5py("print(json.dumps(h5py.File(sys.argv[1])['q'][:, 0, 7].tolist()))", file)
        for row, q in zip(rows, kept, strict=True):
            toy = self.succeed("toys", config, "--mass-MeV", row["mass_MeV"], "--coupling-mu-B", row["coupling_mu_B"],
                               "--toy", "7").rows()
            self.assertEqual(float(toy[0]["value"]), q, row)
        self.assertNotEqual(kept[0], kept[1])

    def test_coverage_counts_limits_that_hold(self):
        config = self.write("coverage.yaml", toys_text(
            "{method: coverage, least: 400, most: 400}", limits="{confidence: [0.68, 0.90]}"))
        file = self.folder / "coverage.h5"
        self.toys(config, file)
        rows = self.points(file)
        self.assertEqual({row["test"] for row in rows}, {"limit_0.68", "limit_0.9"})
        for row in rows:
            # Asymptotically 1 - CL of toys, half as many for a one-sided miss, are not covered.
            self.assertLess(float(row["p_value"]), 0.32 + 4 * float(row["p_error"]))

    def test_significance_is_local_and_global(self):
        config = self.write("p0.yaml", toys_text("{method: significance, least: 300, most: 300}"))
        file, parts = self.folder / "p0.h5", [self.folder / f"part{i}.h5" for i in range(2)]
        self.toys(config, file)
        rows = {row["test"]: row for row in self.points(file)}
        self.assertEqual(set(rows), {"global", "local_1", "local_30"})
        for name in ("local_1", "local_30"):
            # The trial factor: a search in several places finds more.
            if rows[name]["q_observed"] == rows["global"]["q_observed"]:
                self.assertGreaterEqual(float(rows["global"]["p_value"]),
                                        float(rows[name]["p_value"]))
        for i, part in enumerate(parts):
            self.toys(config, part, "--shard", f"{i}/2")
        merged = self.folder / "merged.h5"
        self.succeed("merge", *parts, "-o", merged)
        self.assertEqual(digest(merged), digest(file))

    def test_free_mass_compares_with_the_best_of_all_masses(self):
        text = "{method: feldman_cousins, least: 100, most: 100, refine: false, free_mass: %s}"
        found = {}
        for free in ("true", "false"):
            file = self.folder / f"{free}.h5"
            self.toys(self.write(f"{free}.yaml", toys_text(text % free)), file)
            found[free] = self.points(file)
        for plane, line in zip(found["true"], found["false"]):
            self.assertGreaterEqual(float(plane["q_observed"]), float(line["q_observed"]) - 1e-9)
            # chi2 of mass and coupling, and of the coupling alone.
            self.assertAlmostEqual(float(plane["asymptotic_critical_value"]), 4.605170, delta=1e-6)
            self.assertAlmostEqual(float(line["asymptotic_critical_value"]), 2.705543, delta=1e-6)
        # Asymptotic limits rise from the best fit of all masses, by the threshold of two parameters.
        limits = self.succeed("limits", self.folder / "true.h5").rows()
        self.assertEqual({row["dof"] for row in limits}, {"2"})
        scan = self.folder / "scan.h5"
        self.scan(self.write("scan.yaml", toys_text("{}", limits="{confidence: [0.90], dof: [1, 2]}").replace(
            "toys: {}\n", "")), scan)
        best = with_h5py("f = h5py.File(sys.argv[1])\n"
                         "print(json.dumps(f['best_minus_two_log_l'][:, 0].tolist()))", scan)
        for row in limits:
            mass = float(row["mass_MeV"])
            value = {r["quantity"]: r["value"] for r in self.succeed(
                "fit", scan.with_name("scan.yaml"), "--mass-MeV", mass, "--coupling-mu-B",
                row["asymptotic_d_mu_B"]).rows()}["minus_two_log_l"]
            self.assertAlmostEqual(float(value) - min(best), 4.61, delta=1e-6)
        run = nudipole("best", file)
        self.assertEqual(run.code, RESULT_FILE, run)
        self.assertIn("the file holds toys", run.err)

    def test_far_points_may_do_without_toys(self):
        config = self.write("far.yaml", toys_text(
            "{method: feldman_cousins, least: 100, most: 100, refine: false, skip_far: true}",
            couplings="{values_mu_B: [1.0e-9, 3.0e-8]}"))
        file = self.folder / "far.h5"
        self.toys(config, file)
        far = [row for row in self.points(file) if row["coupling_mu_B"] == "3e-08"]
        self.assertEqual([(row["toys"], row["method"]) for row in far], [("0", "asymptotic")] * 2)
        self.assertLess(float(far[0]["p_value"]), 1e-6)


if __name__ == "__main__":
    unittest.main()
