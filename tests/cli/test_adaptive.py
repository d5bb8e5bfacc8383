"""Masses and couplings that a scan places itself: what lies between them, ranks, kills, parts, mistakes."""

import contextlib
import csv
import math
import os
import pathlib
import re
import signal
import unittest

from nudipole_run import (CONFIG, CONFIGS, PROGRAM, RESUMABLE, SOURCE, ProgramTest, config_text, digest, finish,
                          masses_done, mpirun, nudipole, python_with, start, status)

ADAPTIVE = "{from_MeV: 0.01, to_MeV: 52, spacing: adaptive, tolerance: 0.01}"
COUPLINGS = "{values_mu_B: [1.0e-9, 1.0e-6]}"


def independent_limits():
    """Mass [MeV] -> limits on d_mu [mu_B] for Delta chi2 = 2.71 and 4.61, of the independent program."""
    lines = (SOURCE / "tests/reference/csi_2022_limits.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))[1:]
    return {float(row[2]): (float(row[6]), float(row[7])) for row in rows if row[:2] == ["full", "mu"]}


def children(process):
    """Processes that mpirun started on this machine."""
    numbers = set()
    try:
        for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
            numbers.update(map(int, (task / "children").read_text(encoding="utf-8").split()))
    except FileNotFoundError:  # it has ended
        pass
    return numbers


class Adaptive(ProgramTest):
    def config(self, **changes):
        return self.write("a.yaml", config_text(**{"masses": ADAPTIVE, "couplings": COUPLINGS, **changes}))

    def test_limits_between_the_masses_are_good_to_the_tolerance(self):
        file = self.folder / "a.h5"
        self.scan(self.config(), file)
        rows = [row for row in self.succeed("limits", file).rows() if row["status"] == "ok"]
        for dof, column in (("1", 0), ("2", 1)):
            curve = [(math.log(float(row["mass_MeV"])), math.log(float(row["d_mu_B"])))
                     for row in rows if row["dof"] == dof]
            for mass, limits in independent_limits().items():
                x = math.log(mass)
                above = next(i for i, (m, _) in enumerate(curve) if m >= x - 1e-12)
                (m0, d0), (m1, d1) = curve[max(above - 1, 0)], curve[max(above, 1)]
                line = d0 + (d1 - d0) * (x - m0) / (m1 - m0)
                self.assertAlmostEqual(line, math.log(limits[column]), delta=0.01, msg=f"{mass} MeV, dof {dof}")
        # A uniform grid needs one step of the smallest distance everywhere.
        self.assertLess(len(curve), 80)

    def test_ranks_and_stops_change_nothing(self):
        config, files = self.config(), [self.folder / f"{name}.h5" for name in ("one", "three", "stopped")]
        self.scan(config, files[0])
        self.assertEqual(nudipole("scan", config, "-o", files[1], ranks=3).code, 0)
        codes = set()
        for _ in range(200):
            code = nudipole("scan", config, "-o", files[2], "--max-time", "0.15").code
            codes.add(code)
            if code == 0:
                break
        self.assertLessEqual(codes, {0, RESUMABLE})
        self.assertEqual(len({status(file)["results_sha256"] for file in files}), 1)
        # A file that is complete stays as it is.
        before = files[0].read_bytes()
        self.assertEqual(nudipole("scan", config, "-o", files[0]).code, 0)
        self.assertEqual(files[0].read_bytes(), before)

    def test_parts_make_the_whole(self):
        config, whole = self.config(), self.folder / "whole.h5"
        self.scan(config, whole)
        for count in (2, 5):
            parts = [self.folder / f"{i}_{count}.h5" for i in range(count)]
            for i, part in enumerate(parts):
                self.succeed("scan", config, "-o", part, "--shard", f"{i}/{count}", ranks=2 if i == 0 else None)
            merged = self.folder / f"merged_{count}.h5"
            self.succeed("merge", *parts[::-1], "-o", merged)
            self.assertEqual(digest(merged), digest(whole))
            # Complete: nothing is left to do.
            before = merged.read_bytes()
            self.succeed("scan", config, "-o", merged)
            self.assertEqual(merged.read_bytes(), before)

    def test_a_part_between_levels_is_not_finished(self):
        config, parts = self.config(), [self.folder / f"{i}.h5" for i in range(2)]
        self.succeed("scan", config, "-o", parts[0], "--shard", "0/2")
        for attempt in range(50):
            code = nudipole("scan", config, "-o", parts[1], "--shard", "1/2", "--max-time", 0.05 * (1 + attempt)).code
            if code == 0:
                break
            self.assertEqual(code, RESUMABLE)
            run = nudipole("merge", *parts, "-o", self.folder / "merged.h5")
            self.assertNotEqual(run.code, 0)
            if masses_done(parts[1]):
                self.assertIn("is not finished", run.err)
        self.succeed("merge", *parts, "-o", self.folder / "merged.h5")

    def test_plan_foresees_the_masses(self):
        config, file = self.config(), self.folder / "a.h5"
        self.scan(config, file)
        plan = self.succeed("plan", config, "--ranks", 1)
        total = status(file)["masses_total"]
        self.assertRegex(plan.err, rf"places its masses itself: {total} in \d+ levels")
        self.assertEqual(plan.rows()[0]["units"], total)
        self.assertAlmostEqual(float(plan.rows()[0]["file_MB"]) / (file.stat().st_size / 1e6), 1, delta=0.1)
        # Both have the masses at which one shard ends and the next begins.
        shards = self.succeed("plan", config, "--ranks", 2, "--shards", 3).rows()
        self.assertGreaterEqual(int(shards[0]["units"]), int(total) + 2)

    def test_killed_ranks_change_nothing(self):
        # Dear masses, so that there is time to hit them.
        masses = "{from_MeV: 0.1, to_MeV: 52, spacing: adaptive, tolerance: 0.02}"
        config = self.config(masses=masses, experiment="coherent_cenns10_3d", checkpoint_every_s=0.02,
                             couplings="{from_mu_B: 1.0e-10, to_mu_B: 3.0e-9, points: 400}")
        whole, file = self.folder / "whole.h5", self.folder / "a.h5"
        self.assertEqual(nudipole("scan", config, "-o", whole, ranks=3).code, 0)
        total, seen = int(status(whole)["masses_total"]), set()
        for kill_after in (2, 20, 30):  # in the first level, and in later ones
            process = start([*mpirun(3), PROGRAM, "scan", config, "-o", file])
            done = 0
            while process.poll() is None and done < kill_after:
                done = masses_done(file) if file.exists() else 0
            ranks = children(process)
            if ranks:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(max(ranks), signal.SIGKILL)
            finish(process)
            seen.add(masses_done(file))
        self.assertLess(min(seen), total)
        self.assertEqual(nudipole("scan", config, "-o", file, ranks=2).code, 0)
        self.assertEqual(digest(file), digest(whole))

    def test_mistakes_are_told(self):
        for masses, part in [("{from_MeV: 1, to_MeV: 52, spacing: adaptive}", "mass.tolerance"),
                             ("{from_MeV: 1, to_MeV: 52, points: 3, spacing: adaptive, tolerance: 0.01}", "points"),
                             ("{from_MeV: 1, to_MeV: 52, spacing: log, tolerance: 0.01}", "mass.tolerance"),
                             ("{from_MeV: 1, to_MeV: 52, spacing: adaptive, tolerance: 0}", "mass.tolerance"),
                             ("{from_MeV: 52, to_MeV: 1, spacing: adaptive, tolerance: 0.01}", "reversed")]:
            with self.subTest(masses):
                run = nudipole("check", self.config(masses=masses))
                self.assertEqual(run.code, CONFIG, run)
                self.assertIn(part, run.err)


class AdaptiveMap(ProgramTest):
    COUPLINGS = "{from_mu_B: 1e-10, to_mu_B: 1e-7, spacing: adaptive, tolerance: 0.01}"

    def test_figures_draw_lines_between_the_fits(self):
        file, drawn = self.folder / "a.h5", self.folder / "drawn.csv"
        self.scan(self.write("a.yaml", config_text(masses="{values_MeV: [1, 10, 20]}", couplings=self.COUPLINGS)), file)
        facts = status(file)
        self.assertEqual((facts["complete"], facts["fits_failed"]), ("1", "0"))
        self.assertLess(int(facts["fits_total"]), 3 * 120)  # of 3 x 1025
        if python_with("matplotlib", "h5py") is None:
            self.skipTest("no matplotlib")
        self.succeed("plot", file, "--figure", "delta_chi2", "-o", self.folder / "a.pdf", "--data-out", drawn)
        limits = {row["mass_MeV"]: float(row["d_mu_B"]) for row in self.succeed("limits", file, "--dof", 1).rows()}
        with open(drawn, encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        for mass, limit in limits.items():
            curve = [(float(r["d_mu_B"]), float(r["delta_chi2"])) for r in rows if float(r["mass_MeV"]) == float(mass)]
            self.assertEqual(len(curve), 1025)
            above = next(i for i, (d, rise) in enumerate(curve) if d > limit / 2 and rise > 2.71)
            self.assertAlmostEqual(curve[above][0] / limit, 1, delta=0.018)  # a step of the grid, and the tolerance
        self.succeed("plot", file, "--figure", "region", "-o", self.folder / "b.pdf")

    def test_the_page_of_configurations_has_the_counts(self):
        page = (CONFIGS / "README.md").read_text(encoding="utf-8")
        (told,) = re.findall(r"\| `csi2022_mu_regions` \|.*: (\d+) of the (\d+) fits", page)
        config, file = CONFIGS / "csi2022_mu_regions.yaml", self.folder / "a.h5"
        self.scan(config, file)
        grid = {row["key"]: row["value"] for row in self.succeed("check", config).rows()}["fits"]
        self.assertEqual(told, (status(file)["fits_total"], grid))
        config, file = CONFIGS / "csi2022_mu_adaptive.yaml", self.folder / "b.h5"
        self.scan(config, file)
        (told,) = re.findall(r"\| `csi2022_mu_adaptive` \|.*: (\d+) masses", page)
        self.assertEqual(told, status(file)["masses_total"])

    def test_ranks_and_stops_change_nothing(self):
        config = self.write("a.yaml", config_text(masses="{from_MeV: 1, to_MeV: 50, points: 12}", couplings=self.COUPLINGS))
        files = [self.folder / f"{name}.h5" for name in ("one", "three", "stopped")]
        self.scan(config, files[0])
        self.assertEqual(nudipole("scan", config, "-o", files[1], ranks=3).code, 0)
        while nudipole("scan", config, "-o", files[2], "--max-time", "0.1").code == RESUMABLE:
            pass
        self.assertEqual(len({digest(file) for file in files}), 1)

    def test_mistakes_are_told(self):
        toys = "toys: {method: cls}\n"
        for couplings, more, part in [
                ("{from_mu_B: 1e-9, to_mu_B: 1e-8, spacing: adaptive}", "", "coupling.tolerance"),
                ("{from_mu_B: 1e-9, to_mu_B: 1e-8, points: 3, tolerance: 0.1}", "", "tolerance"),
                ("{values_mu_B: [1e-9], tolerance: 0.1}", "", "tolerance"),
                ("{from_mu_B: 1e-9, to_mu_B: 1e-8, also_mu_B: [2e-9], spacing: adaptive, tolerance: 0.1}", "", "also_mu_B"),
                ("{from_mu_B: 1e-8, to_mu_B: 1e-9, spacing: adaptive, tolerance: 0.1}", "", "reversed"),
                (self.COUPLINGS, toys, "toys have points of their own")]:
            with self.subTest(couplings):
                run = nudipole("check", self.write("bad.yaml", config_text(couplings=couplings) + more))
                self.assertEqual(run.code, CONFIG, run)
                self.assertIn(part, run.err)


if __name__ == "__main__":
    unittest.main()
