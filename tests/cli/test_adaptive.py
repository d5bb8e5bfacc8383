"""Masses that a scan places itself: limits between them, ranks, kills, mistakes."""

import csv
import math
import unittest

from nudipole_run import CONFIG, RESUMABLE, SOURCE, ProgramTest, config_text, nudipole, status

ADAPTIVE = "{from_MeV: 0.01, to_MeV: 52, spacing: adaptive, tolerance: 0.01}"
COUPLINGS = "{values_mu_B: [1.0e-9, 1.0e-6]}"


def independent_limits():
    """Mass [MeV] -> limits on d_mu [mu_B] for Delta chi2 = 2.71 and 4.61, of the independent program."""
    lines = (SOURCE / "tests/reference/csi_2022_limits.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))[1:]
    return {float(row[2]): (float(row[6]), float(row[7])) for row in rows if row[:2] == ["full", "mu"]}


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

    def test_a_part_is_refused(self):
        run = nudipole("scan", self.config(), "-o", self.folder / "a.h5", "--shard", "0/2")
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("cannot be cut into shards", run.err)

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
        run = nudipole("check", self.config(couplings="{from_mu_B: 1e-9, to_mu_B: 1e-8, spacing: adaptive}"))
        self.assertEqual(run.code, CONFIG, run)


if __name__ == "__main__":
    unittest.main()
