"""N that decay inside are removed: the signal falls again, and excluded couplings have two ends."""

import csv
import json
import math
import unittest

from nudipole_run import CONFIG, CONFIGS, SOURCE, ProgramTest, config_text, nudipole, python_with, status

REFERENCE = SOURCE / "tests/reference"
DECAY = "decay: {inside: removed, path_cm: 30}\n"
COUPLINGS = "{from_mu_B: 1.0e-9, to_mu_B: 1.0e-6, points: 3}"


def reference(name):
    """Rows of a table of the independent program."""
    lines = (REFERENCE / name).read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    names = [name.split(" ")[0] for name in rows[0]]
    return [dict(zip(names, row)) for row in rows[1:]]


class Decay(ProgramTest):
    def config(self, name="a.yaml", decay=DECAY, couplings=COUPLINGS, **changes):
        return self.write(name, config_text(couplings=couplings, **changes) + decay)

    def limits(self, file, *options):
        return {(row["mass_MeV"], row["dof"]): row for row in self.succeed("limits", file, *options).rows()}

    def test_both_ends_are_the_independent_ones(self):
        file = self.folder / "a.h5"
        self.scan(self.config(masses="{values_MeV: [40, 45, 47, 49.5, 50, 51, 52, 60]}"), file)
        found, bands = self.limits(file), 0
        for row in (row for row in reference("csi_2022_decay_limits.csv") if row["flavour"] == "mu"):
            for dof, level in (("1", "2.71"), ("2", "4.61")):
                low, high = (float(row[f"d_{end}_{level}"]) for end in ("low", "high"))
                limit = found[row["mass"], dof]
                if low == 0:
                    self.assertEqual(limit["status"], "none_in_range", limit)
                    self.assertEqual((limit["d_mu_B"], limit["excluded_to_d_mu_B"]), ("nan", "nan"))
                    continue
                # Events are good to 1e-5.
                self.assertEqual(limit["status"], "closed_from_above", limit)
                self.assertAlmostEqual(float(limit["d_mu_B"]) / low, 1, delta=1e-4)
                self.assertAlmostEqual(float(limit["excluded_to_d_mu_B"]) / high, 1, delta=1e-4)
                bands += 1
        self.assertEqual(bands, 7)
        self.assertEqual(found["60", "1"]["status"], "closed")
        facts = status(file)
        self.assertEqual((facts["complete"], facts["fits_failed"]), ("1", "0"))

    def test_light_n_leave_as_if_there_was_no_decay(self):
        masses = "{values_MeV: [0.1, 1, 10]}"
        files = [self.folder / "with.h5", self.folder / "without.h5"]
        self.scan(self.config(masses=masses, couplings="{values_mu_B: [1.0e-9, 1.0e-7]}"), files[0])
        self.scan(self.config("b.yaml", "", masses=masses, couplings="{values_mu_B: [1.0e-9, 1.0e-7]}"), files[1])
        ours, plain = map(self.limits, files)
        self.assertEqual(ours.keys(), plain.keys())
        for key, row in plain.items():
            self.assertEqual((ours[key]["status"], row["status"]), ("ok", "ok"))
            # At 10 MeV and 2e-9 mu_B a few N in 1e6 decay.
            self.assertAlmostEqual(float(ours[key]["d_mu_B"]) / float(row["d_mu_B"]), 1, delta=1e-5)
        self.assertNotIn("excluded_to_d_mu_B", plain["1", "1"])

    def test_counted_is_what_it_is_without_the_block(self):
        hashes = [{row["key"]: row["value"] for row in self.succeed("check", config).rows()}["config_sha256"]
                  for config in (self.config("a.yaml", ""),
                                 self.config("b.yaml", "decay: {inside: counted, path_cm: 3}\n"),
                                 self.config("c.yaml"))]
        self.assertEqual(hashes[0], hashes[1])
        self.assertNotEqual(hashes[0], hashes[2])

    def test_spectrum_and_fit_know_the_decays(self):
        config, times = self.config(), reference("csi_2022_time.csv")
        shares = {name: math.fsum(float(row[name]) for row in times) for name in ("prompt", "delayed")}
        for mass, d in (("50", "5e-08"), ("47", "1.5e-07")):
            rows = [row for row in reference("csi_2022_decay.csv") if (row["mass"], row["d"]) == (mass, d)]
            self.assertTrue(rows)
            wanted = math.fsum(float(row["nu_mu"]) * shares["prompt"] + float(row["nubar_mu"]) * shares["delayed"]
                               for row in rows)
            found = math.fsum(float(row["events"]) for row in
                              self.succeed("spectrum", config, "--mass-MeV", mass, "--coupling-mu-B", d).rows()
                              if row["component"].startswith("dipole"))
            self.assertAlmostEqual(found / wanted, 1, delta=1e-5)
        best = {row["mass"]: row for row in reference("csi_2022_decay_limits.csv") if row["flavour"] == "mu"}["50"]
        fit = {row["quantity"]: row["value"] for row in self.succeed("fit", config, "--mass-MeV", 50).rows()}
        self.assertAlmostEqual(float(fit["minus_two_log_l"]), float(best["chi2_min"]), delta=1e-5)
        told = self.succeed("explain", config, "--mass-MeV", 47).rows()
        coupling = next(float(row["value"]) for row in told if row["quantity"] == "coupling_mu_B")
        low = next(float(row["d_low_2.71"]) for row in reference("csi_2022_decay_limits.csv")
                   if (row["flavour"], row["mass"]) == ("mu", "47"))
        self.assertAlmostEqual(coupling / low, 1, delta=1e-4)

    def test_masses_follow_both_ends(self):
        file = self.folder / "a.h5"
        masses = "{from_MeV: 40, to_MeV: 52, spacing: adaptive, tolerance: 0.02}"
        self.scan(self.config(masses=masses, limits="{dof: [1]}"), file)
        rows = [row for row in self.succeed("limits", file).rows() if row["status"] == "closed_from_above"]
        for mass in ("45", "47", "49.5"):
            wanted = next(row for row in reference("csi_2022_decay_limits.csv")
                          if (row["flavour"], row["mass"]) == ("mu", mass))
            above = next(i for i, row in enumerate(rows) if float(row["mass_MeV"]) >= float(mass))
            low, high = rows[above - 1], rows[above]
            x0, x1 = (math.log(float(row["mass_MeV"])) for row in (low, high))
            share = (math.log(float(mass)) - x0) / (x1 - x0)
            for column, end in (("d_mu_B", "d_low_2.71"), ("excluded_to_d_mu_B", "d_high_2.71")):
                line = (1 - share) * math.log(float(low[column])) + share * math.log(float(high[column]))
                self.assertAlmostEqual(line, math.log(float(wanted[end])), delta=0.02, msg=f"{mass} {column}")
        # The two ends meet within the tolerance of the mass, where they have the form of a parabola's.
        last = rows[-1]
        self.assertLess(float(last["excluded_to_d_mu_B"]) / float(last["d_mu_B"]), 2)

    def test_where_decays_are_not_known_they_are_refused(self):
        plane = config_text().replace("flavour: mu\n", "couplings: {e: {values_mu_B: [1e-9]}, mu: {profiled: true}}\n")
        plane = plane.replace("coupling: {values_mu_B: [1.0e-9, 1.0e-8]}\n", "")
        bound = (CONFIGS / "llx_xenon1t_tau.yaml").read_text(encoding="utf-8")
        for text, part in [(plane + DECAY, "several couplings do not know decays"), (bound + DECAY, "decays"),
                           (config_text() + DECAY + "toys: {method: cls}\n", "toys do not know decays"),
                           (config_text() + DECAY + "data: asimov\n", "data that are expected do not know decays"),
                           (config_text() + "decay: {inside: removed}\n", "decay.path_cm"),
                           (config_text() + "decay: {path_cm: 0}\n", "path_cm"),
                           (config_text() + "decay: {inside: kept, path_cm: 3}\n", "inside")]:
            with self.subTest(part):
                run = nudipole("check", self.write("bad.yaml", text))
                self.assertEqual(run.code, CONFIG, run)
                self.assertIn(part, run.err)

    def test_impacts_refuse_them_at_once(self):
        run = nudipole("impacts", self.config(), "--mass-MeV", "10")
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("decay: impacts do not know decays of N", run.err)

    def test_where_every_limit_is_closed_from_above_limits_are_found(self):
        run = self.scan(self.config(masses="{values_MeV: [47, 49]}"), self.folder / "a.h5")
        statuses = {row["status"] for row in self.succeed("limits", self.folder / "a.h5").rows()}
        self.assertEqual(statuses, {"closed_from_above"})
        self.assertNotIn("no limit was found", run.err)

    def test_figure_and_exports_have_both_ends(self):
        file, drawn = self.folder / "a.h5", self.folder / "drawn.csv"
        masses = "{from_MeV: 40, to_MeV: 52, points: 25}"
        self.scan(self.config(masses=masses, limits="{dof: [1]}"), file)
        self.succeed("limits", file, "--format", "hepdata", "-o", self.folder / "hep")
        text = next((self.folder / "hep").glob("limits_90*.yaml")).read_text(encoding="utf-8")
        self.assertIn("Upper end of excluded $d$", text)
        rows = json.loads(self.succeed("limits", file, "--format", "json").out)
        self.assertTrue(any(row["excluded_to_d_mu_B"] for row in rows))
        if python_with("matplotlib", "h5py") is None:
            self.skipTest("no matplotlib")
        self.succeed("plot", file, "-o", self.folder / "a.pdf", "--data-out", drawn)
        with open(drawn, encoding="utf-8") as lines:
            ends = [row for row in csv.DictReader(lines) if row["status"] == "excluded_to"]
        self.assertEqual(len(ends), sum(row["status"] == "closed_from_above" for row in rows))


if __name__ == "__main__":
    unittest.main()
