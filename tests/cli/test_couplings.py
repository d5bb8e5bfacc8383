"""Several couplings of N: in fixed ratios, or each by itself."""

import csv
import unittest

from nudipole_run import CONFIG, SOURCE, ProgramTest, config_text, nudipole, status, with_h5py

REFERENCE = SOURCE / "tests/reference"
GRID = "{from_mu_B: 1.0e-9, to_mu_B: 1.0e-8, points: 3}"


def reference(name):
    """Rows of a table of the independent program."""
    lines = (REFERENCE / name).read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    names = [name.split(" ")[0] for name in rows[0]]
    return [dict(zip(names, row)) for row in rows[1:]]


def several(couplings, coupling=None, masses="{values_MeV: [1, 10, 29, 40]}", limits="{dof: [1, 2]}"):
    """A configuration with `couplings` in the place of `flavour`."""
    text = config_text(masses=masses, limits=limits)
    text = text.replace("flavour: mu\n", f"couplings: {couplings}\n")
    old = "coupling: {values_mu_B: [1.0e-9, 1.0e-8]}\n"
    assert old in text
    return text.replace(old, f"coupling: {coupling}\n" if coupling else "")


class Plane(ProgramTest):
    """The plane (d_e, d_mu) of COHERENT CsI 2022 against the independent program."""

    def scan_reference(self, **options):
        # The smallest coupling stands for 0: (1e-15/1e-9)^2 of an event.
        couplings = "values_mu_B: [1.0e-15, 1.0e-9, 2.0e-9, 3.5e-9, 5.0e-9, 7.0e-9, 2.0e-8]"
        file = self.folder / "plane.h5"
        self.scan(self.write("plane.yaml", several(f"{{e: {{{couplings}}}, mu: {{{couplings}}}}}", **options)), file)
        return file

    def test_map_and_limits_are_the_independent_ones(self):
        file = self.scan_reference()
        data = with_h5py("f = h5py.File(sys.argv[1])\n"
                         "print(json.dumps({n: f[n][...].tolist() for n in ('mass', 'coupling_e', 'coupling_mu', "
                         "'minus_two_log_l', 'best_minus_two_log_l', 'best_coupling')}))", file)
        masses = {mass: m for m, mass in enumerate(data["mass"])}
        places = {0.0 if d == 1e-15 else d: i for i, d in enumerate(data["coupling_e"])}
        points = 0
        for row in reference("csi_2022_plane.csv"):
            m, e, mu, chi2 = (float(row[name]) for name in ("mass", "d_e", "d_mu", "chi2"))
            m = masses[m]
            if e in places and mu in places:
                self.assertAlmostEqual(data["minus_two_log_l"][m][places[e]][places[mu]], chi2, delta=1e-7)
                points += 1
                continue
            # The minimum over both; its place is the root of a slope.
            self.assertAlmostEqual(data["best_minus_two_log_l"][m][0], chi2, delta=1e-7)
            for found, wanted in zip(data["best_coupling"][m][0], (e, mu)):
                self.assertAlmostEqual(found / 1e-9, wanted / 1e-9, delta=2e-3)
        self.assertEqual(points, 4 * 36)
        found = {(r["mass_MeV"], r["coupling"], r["others"], r["dof"]): r
                 for r in self.succeed("limits", file).rows()}
        for row in reference("csi_2022_plane_limits.csv"):
            for dof, threshold in (("1", "2.71"), ("2", "4.61")):
                limit = found[row["mass"], row["coupling"], row["others"], dof]
                self.assertEqual(limit["status"], "ok")
                # Fits are good to 1e-8 of -2 ln L, which moves a limit by some 1e-8 of itself.
                self.assertAlmostEqual(float(limit["d_mu_B"]) / float(row[f"d_limit_{threshold}"]), 1.0, delta=1e-7)

    def test_the_other_coupling_at_zero_is_a_scan_of_one_flavour(self):
        file = self.scan_reference()
        one = self.folder / "one.h5"
        for flavour in ("e", "mu"):
            self.scan(self.write("one.yaml", config_text(flavour=flavour, masses="{values_MeV: [1, 10, 29, 40]}",
                                                         couplings="{values_mu_B: [1.0e-9, 2.0e-8]}")), one)
            wanted = [row["d_mu_B"] for row in self.succeed("limits", one).rows()]
            found = [row["d_mu_B"] for row in self.succeed("limits", file).rows()
                     if (row["coupling"], row["others"]) == (flavour, "zero")]
            for a, b in zip(found, wanted, strict=True):
                self.assertAlmostEqual(float(a) / float(b), 1.0, delta=1e-9)
            one.unlink()

    def test_parts_of_the_plane_are_the_plane(self):
        text = several(f"{{e: {GRID}, mu: {GRID}}}")
        config = self.write("a.yaml", text)
        self.scan(config, self.folder / "whole.h5")
        shards = []
        for i in range(3):
            shards.append(self.folder / f"part{i}.h5")
            self.succeed("scan", config, "-o", shards[-1], "--shard", f"{i}/3")
        self.succeed("merge", *shards, "-o", self.folder / "merged.h5")
        ranks = self.folder / "ranks.h5"
        self.assertEqual(nudipole("scan", config, "-o", ranks, ranks=3).code, 0)
        digests = {status(self.folder / name)["results_sha256"] for name in ("whole.h5", "merged.h5", "ranks.h5")}
        self.assertEqual(len(digests), 1)

    def test_a_coupling_without_neutrinos_is_closed_and_changes_nothing(self):
        # The Spallation Neutron Source makes no tau neutrinos.
        two, three = self.folder / "two.h5", self.folder / "three.h5"
        wide = "{from_mu_B: 1.0e-9, to_mu_B: 1.0e-7, points: 2}"
        self.scan(self.write("two.yaml", several(f"{{e: {wide}, mu: {wide}}}")), two)
        self.scan(self.write("three.yaml", several(f"{{e: {wide}, mu: {wide}, tau: {{profiled: true}}}}")), three)
        rows = self.succeed("limits", three).rows()
        self.assertEqual({row["status"] for row in rows if row["coupling"] == "tau"}, {"closed"})
        others = [{**row} for row in rows if row["coupling"] != "tau"]
        for a, b in zip(others, self.succeed("limits", two).rows(), strict=True):
            self.assertAlmostEqual(float(a["d_mu_B"]) / float(b["d_mu_B"]), 1.0, delta=1e-9)


class OnePoint(ProgramTest):
    def facts(self, *command):
        return {row["quantity"]: float(row["value"]) for row in self.succeed(*command).rows()
                if row["quantity"] != "fit_status"}

    def test_fit_takes_and_finds_both_couplings(self):
        config = self.write("a.yaml", several(f"{{e: {GRID}, mu: {GRID}}}"))
        rows = [row for row in reference("csi_2022_plane.csv") if row["mass"] == "10"]
        row = next(row for row in rows if (row["d_e"], row["d_mu"]) == ("2e-09", "3.5e-09"))
        facts = self.facts("fit", config, "--mass-MeV", "10", "--coupling-mu-B", "2e-9,3.5e-9")
        self.assertAlmostEqual(facts["minus_two_log_l"], float(row["chi2"]), delta=1e-7)
        self.assertAlmostEqual(facts["coupling_mu_B.mu"], 3.5e-9, delta=1e-20)
        best = self.facts("fit", config, "--mass-MeV", "10")
        self.assertAlmostEqual(best["minus_two_log_l"], float(rows[-1]["chi2"]), delta=1e-7)
        self.assertAlmostEqual(best["coupling_mu_B.e"] / float(rows[-1]["d_e"]), 1.0, delta=1e-3)
        self.assertEqual(best["coupling_mu_B.mu"], 0.0)

    def test_number_of_couplings_must_fit(self):
        config = self.write("a.yaml", several(f"{{e: {GRID}, mu: {GRID}}}"))
        for command in ("fit", "spectrum"):
            run = nudipole(command, config, "--mass-MeV", "10", "--coupling-mu-B", "1e-9")
            self.assertEqual(run.code, CONFIG, run)
            self.assertIn("1 couplings for 2; expected a number for each of e, mu", run.err)

    def events(self, config, *couplings):
        rows = self.succeed("spectrum", config, "--mass-MeV", "10", "--coupling-mu-B", ",".join(couplings)).rows()
        return sum(float(row["events"]) for row in rows if row["component"].startswith("dipole"))

    def test_events_add_up_with_the_squares_of_ratios(self):
        one = {flavour: self.events(self.write(f"{flavour}.yaml", config_text(flavour=flavour)), "1e-9")
               for flavour in ("e", "mu")}
        ratios = self.write("ratios.yaml", several("{e: 1, mu: 0.5, tau: 3}", GRID))
        self.assertAlmostEqual(self.events(ratios, "1e-9") / (one["e"] + 0.25 * one["mu"]), 1.0, delta=1e-12)
        plane = self.write("plane.yaml", several(f"{{e: {GRID}, mu: {GRID}}}"))
        self.assertAlmostEqual(self.events(plane, "2e-9", "3e-9") / (4 * one["e"] + 9 * one["mu"]), 1.0, delta=1e-12)


class Ratios(ProgramTest):
    def hash_of(self, text):
        return {row["key"]: row["value"] for row in self.succeed("check", self.write("a.yaml", text)).rows()}["config_sha256"]

    def test_equal_ratios_are_universal_and_one_flavour_is_itself(self):
        same = [(config_text(flavour="universal"), "{e: 1, mu: 1, tau: 1}"), (config_text(flavour="mu"), "{mu: 1}")]
        for one, couplings in same:
            ratios = one.replace("flavour: universal\n", f"couplings: {couplings}\n")
            ratios = ratios.replace("flavour: mu\n", f"couplings: {couplings}\n")
            self.assertEqual(self.hash_of(one), self.hash_of(ratios))

    def test_limits_scale_with_a_common_factor(self):
        """d_mu = 2 d alone: the limit on d is half of that on d_mu."""
        limits = []
        for couplings in ("{mu: 1}", "{mu: 2}"):
            file = self.folder / "a.h5"
            self.scan(self.write("a.yaml", several(couplings, "{values_mu_B: [1.0e-10, 1.0e-7]}")), file)
            limits.append([float(row["d_mu_B"]) for row in self.succeed("limits", file).rows()])
            file.unlink()
        for one, two in zip(*limits, strict=True):
            self.assertAlmostEqual(one / two, 2.0, delta=1e-8)

    def test_mistakes_are_told(self):
        for couplings, coupling, parts in [
                ("{e: 0, mu: 0}", GRID, ["couplings", "no flavour couples"]),
                ("{e: 1, mu: 1}", None, ["coupling", "required and missing"]),
                (f"{{e: {GRID}, mu: 1}}", None, ["couplings.mu", "a ratio beside a grid"]),
                (f"{{e: {GRID}, mu: {GRID}}}", GRID, ["coupling", "grids of their own"]),
                ("{e: {profiled: true}, mu: {profiled: true}}", None, ["couplings", "on a grid"]),
                (f"{{e: {GRID}, nu: 1}}", None, ["couplings.nu", "unknown key"]),
                ("{e: -1, mu: 1}", GRID, ["couplings.e", ">= 0"]),
                ("{e: {points: 3}}", None, ["couplings.e", "from_mu_B"])]:
            with self.subTest(couplings):
                run = nudipole("check", self.write("a.yaml", several(couplings, coupling)))
                self.assertEqual(run.code, CONFIG, run)
                for part in parts:
                    self.assertIn(part, run.err)
        both = config_text().replace("flavour: mu\n", "flavour: mu\ncouplings: {e: 1, mu: 1}\n")
        run = nudipole("check", self.write("a.yaml", both))
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("'flavour' and 'couplings' cannot both be given", run.err)

    def test_a_bound_has_one_coupling(self):
        text = several(f"{{mu: {GRID}, tau: {GRID}}}", limits="{dof: [1]}").replace("coherent_csi_2022", "xenon1t_8b")
        run = nudipole("check", self.write("a.yaml", text))
        self.assertEqual(run.code, CONFIG, run)
        self.assertIn("it has one coupling", run.err)


if __name__ == "__main__":
    unittest.main()
