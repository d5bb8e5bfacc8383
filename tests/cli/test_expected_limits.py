"""`limits: {expected: true}` in a scan: what `nudipole bands` prints of it."""

import math
import unittest

from nudipole_run import CONFIG, ProgramTest, config_text, nudipole, status

COLUMNS = ["mass_MeV", "quantile", "d_per_GeV", "d_mu_B", "kind", "confidence", "sigma", "dof"]
THRESHOLDS = {("0.9", "1"): 2.71, ("0.9", "2"): 4.61, ("0.95", "1"): 3.84, ("0.95", "2"): 5.99}  # PDG
LIMITS = "{confidence: [0.90, 0.95], dof: [1, 2], expected: true}"


def coupling_of_rise(rise_at, rise):
    """d where -2 ln L has risen so far, by bisection over ln d^2; in units of the spectrum's d, for which `rise_at` takes 1."""
    low, high = 1e-6, 1e6
    for _ in range(200):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if rise_at(middle) > rise else (middle, high)
    return math.sqrt(low)


class Bands(ProgramTest):
    def config(self, name="a.yaml", **changes):
        return self.write(name, config_text(
            **{"couplings": "{values_mu_B: [1.0e-9, 1.0e-6]}", "limits": LIMITS, **changes}))

    def check_without_nuisances(self, experiment, rise_of_bin):
        """All nuisances fixed at 0: Delta chi2 of the Asimov data set is a sum over bins of rise(s, b, error).

        s: events of the portal, which go as d^2; b: all others; error: of the data.
        """
        text = config_text(masses="{values_MeV: [10, 60]}", couplings="{values_mu_B: [1.0e-9, 1.0e-6]}", limits=LIMITS)
        text = text.replace("coherent_csi_2022", experiment)
        facts = [row["key"] for row in self.succeed("check", self.write("plain.yaml", text)).rows()]
        names = [key.removeprefix("nuisance.") for key in facts if key.startswith("nuisance.")]
        self.assertTrue(names)
        config = self.write("a.yaml", text + "nuisances: {" + ", ".join(f"{name}: {{fix: 0}}" for name in names) + "}\n")
        coupling = 3.0e-9
        events, errors = {}, []
        for row in self.succeed("spectrum", config, "--mass-MeV", "10", "--coupling-mu-B", repr(coupling)).rows():
            events.setdefault(row["component"], []).append(float(row["events"]))
            if row["component"] == "data":
                errors.append(float(row["uncertainty_events"]))
        signal = [sum(parts) for parts in zip(*(values for name, values in events.items() if name.startswith("dipole")))]
        bins = [(s, total - s, error) for s, total, error in zip(signal, events["total"], errors)]

        self.scan(config, self.folder / "a.h5")
        run = self.succeed("bands", self.folder / "a.h5")
        self.assertEqual(run.out.splitlines()[0], ",".join(COLUMNS))
        rows = run.rows()
        self.assertEqual(len(rows), 2 * 2 * 2 * 5)
        self.assertEqual({row["kind"] for row in rows}, {"asimov"})
        for row in rows:
            sigma, found = float(row["sigma"]), float(row["d_mu_B"])
            self.assertAlmostEqual(float(row["quantile"]), 0.5 * math.erfc(-sigma / math.sqrt(2)), delta=1e-12)
            if row["mass_MeV"] == "60":
                self.assertTrue(math.isnan(found), "no muon makes so heavy an N")
                continue
            root = sigma + math.sqrt(THRESHOLDS[row["confidence"], row["dof"]] + (sigma**2 if sigma < 0 else 0))
            expected = coupling * coupling_of_rise(
                lambda x: sum(rise_of_bin(x * s, b, error) for s, b, error in bins), root**2)
            # A limit is exact to some 1e-8 of Delta chi2, which is 0.2 at -2 sigma and goes as d^4.
            self.assertAlmostEqual(found / expected, 1.0, delta=1e-6, msg=row)

    def test_gaussian_data_have_the_closed_form(self):
        self.check_without_nuisances("coherent_csi_2017", lambda s, b, error: (s / error) ** 2)

    def test_counts_have_the_closed_form(self):
        self.check_without_nuisances("coherent_csi_2022", lambda s, b, error: 2 * (s - b * math.log1p(s / b)))

    def test_without_the_key_there_are_none(self):
        file = self.folder / "a.h5"
        self.scan(self.config(limits="{confidence: [0.90], dof: [1, 2]}"), file)
        run = nudipole("bands", file)
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("'expected: true' under 'limits'", run.err)

    def test_limits_beside_them_ranks_and_shards_change_nothing(self):
        files = [self.folder / f"{name}.h5" for name in ("one", "two", "first", "second", "merged")]
        config = self.config()
        self.scan(config, files[0])
        self.assertEqual(nudipole("scan", config, "-o", files[1], ranks=2).code, 0)
        for index in (0, 1):
            self.succeed("scan", config, "-o", files[2 + index], "--shard", f"{index}/2")
        self.succeed("merge", *files[2:4], "-o", files[4])
        self.assertEqual(len({status(file)["results_sha256"] for file in (files[0], files[1], files[4])}), 1)
        plain = self.folder / "plain.h5"
        self.scan(self.config("plain.yaml", limits=LIMITS.replace(", expected: true", "")), plain)
        self.assertEqual(self.succeed("limits", plain).out, self.succeed("limits", files[0]).out)

    def test_masses_that_a_scan_places_have_them(self):
        file = self.folder / "a.h5"
        self.scan(self.config(masses="{from_MeV: 1, to_MeV: 60, spacing: adaptive, tolerance: 0.1}",
                              limits="{confidence: [0.90], expected: true}"), file)
        closed = {row["mass_MeV"]: row["status"] == "closed" for row in self.succeed("limits", file).rows()}
        self.assertGreater(len(closed), 5)
        rows = self.succeed("bands", file).rows()
        self.assertEqual({row["mass_MeV"] for row in rows}, set(closed))
        for row in rows:
            self.assertEqual(math.isnan(float(row["d_mu_B"])), closed[row["mass_MeV"]], row)

    def test_a_published_bound_has_none(self):
        text = config_text(flavour="tau", limits="{confidence: [0.90], expected: true}")
        config = self.write("a.yaml", text.replace("coherent_csi_2022", "xenon1t_8b"))
        run = nudipole("scan", config, "-o", self.folder / "a.h5")
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("limits.expected: false", run.err)


if __name__ == "__main__":
    unittest.main()
