"""Words of the program outside scans: conversions, citations, completions, the manual, configurations by name."""

import math
import os
import re
import shutil
import subprocess
import unittest

from nudipole_run import CONFIG, CONFIGS, DATA, DATA_ERROR, ProgramTest, config_text, nudipole

ALPHA, ELECTRON_MASS_GEV = 1 / 137.035999084, 0.51099895e-3
MU_B = math.sqrt(math.pi * ALPHA) / ELECTRON_MASS_GEV  # [1/GeV], the definition with CODATA 2018


class Convert(ProgramTest):
    def numbers(self, *arguments):
        rows = self.succeed("convert", *arguments).rows()
        return {row["convention"]: (float(row["coupling_mu_B"]), float(row["coupling_per_GeV"])) for row in rows}

    def test_units(self):
        half = self.numbers("--coupling-mu-B", "2e-9")["half"]
        self.assertEqual(half[0], 2e-9)
        self.assertAlmostEqual(half[1] / (2e-9 * MU_B), 1.0, delta=1e-12)
        back = self.numbers("--coupling-per-GeV", repr(half[1]))["half"]
        self.assertAlmostEqual(back[0] / 2e-9, 1.0, delta=1e-15)

    def test_the_lagrangian_without_the_half_has_half_the_number(self):
        # The decay width is one number: d^2 m^3/(16 pi) with the 1/2, d^2 m^3/(4 pi) without.
        numbers = self.numbers("--coupling-per-GeV", "1e-6")
        widths = numbers["half"][1] ** 2 / (16 * math.pi), numbers["whole"][1] ** 2 / (4 * math.pi)
        self.assertAlmostEqual(widths[0] / widths[1], 1.0, delta=1e-15)
        self.assertEqual(self.numbers("--coupling-per-GeV", "1e-6", "--convention", "whole")["whole"][1], 1e-6)

    def test_needs_one_number(self):
        self.assert_refused(nudipole("convert"), CONFIG, "--coupling-mu-B")
        self.assert_refused(nudipole("convert", "--coupling-mu-B", "1", "--coupling-per-GeV", "1"), CONFIG)


class Cite(ProgramTest):
    def keys(self, *arguments, **options):
        return {row["key"] for row in self.succeed("cite", *arguments, "--format", "csv", **options).rows()}

    def test_what_is_used_and_nothing_else(self):
        keys = self.keys(CONFIGS / "csi2022_mu.yaml")
        self.assertLessEqual({"Akimov:2022", "Helm:1956", "Baker:1984", "Li:2024", "Vogel:1989"}, keys)
        self.assertFalse({"Akimov:2021", "Mueller:2011", "Winter:2006", "Lindhard:1963"} & keys, keys)

    def test_options_decide(self):
        plain = self.keys(CONFIGS / "llx_dresden_fef.yaml")
        self.assertLessEqual({"Colaresi:2022", "Collar:2021", "Mueller:2011"}, plain)
        self.assertNotIn("Huber:2011", plain)
        text = (CONFIGS / "llx_dresden_fef.yaml").read_text(encoding="utf-8")
        changed = self.write("a.yaml", text.replace("quenching: fef", "quenching: lindhard, spectra: huber"))
        self.assertIn("lindhard", changed.read_text(encoding="utf-8"))
        other = self.keys(changed)
        self.assertLessEqual({"Lindhard:1963", "Huber:2011"}, other)
        self.assertNotIn("Collar:2021", other)

    def test_a_bound_has_no_fit(self):
        keys = self.keys(CONFIGS / "llx_xenon1t_tau.yaml")
        self.assertLessEqual({"Aprile:2021", "Bergstrom:2016"}, keys)
        self.assertFalse({"Wilks:1938", "NLopt", "Baker:1984"} & keys, keys)

    def test_result_file_and_configuration_agree(self):
        config = self.write("a.yaml", config_text())
        self.scan(config, self.folder / "a.h5")
        self.assertEqual(self.succeed("cite", self.folder / "a.h5").out, self.succeed("cite", config).out)

    def test_bibtex_is_what_the_file_of_references_holds(self):
        out = self.succeed("cite", CONFIGS / "combined_mu.yaml").out
        entries = re.findall(r"^@\w+\{([^,]+),.*?^\}", out, re.MULTILINE | re.DOTALL)
        self.assertEqual(set(entries), self.keys(CONFIGS / "combined_mu.yaml"))
        self.assertEqual(len(entries), len(set(entries)))
        references = (DATA / "references.bib").read_text(encoding="utf-8")
        for key in entries:
            self.assertIn("{" + key + ",", references)

    def test_every_shipped_config_can_be_cited(self):
        for config in sorted(CONFIGS.glob("*.yaml")):
            with self.subTest(config.name):
                self.assertIn("nudipole", self.keys(config))

    def test_every_reference_is_used_by_a_rule(self):
        rules = "".join(path.read_text(encoding="utf-8") for path in DATA.rglob("citations.yaml"))
        for key in re.findall(r"^@\w+\{([^,\s]+)", (DATA / "references.bib").read_text(encoding="utf-8"), re.MULTILINE):
            self.assertRegex(rules, rf'[\["\s,]{re.escape(key)}["\],]', key)

    def test_mistakes_in_rules_are_told(self):
        for name, old, new, fragment in (
                ("citations.yaml", "cite: [nudipole]", "cite: [nudipol]", "there is no entry 'nudipol'"),
                ("coherent_csi_2022/citations.yaml", "what: data", "wat: data", "wat"),
                ("references.bib", "@misc{nudipole,", "@misc{", "the entry has no key")):
            with self.subTest(fragment):
                data = self.copy_data(f"data-{name.replace('/', '-')}")
                file = data / name
                text = file.read_text(encoding="utf-8")
                self.assertIn(old, text)
                file.write_text(text.replace(old, new, 1), encoding="utf-8")
                run = nudipole("cite", CONFIGS / "csi2022_mu.yaml", "--data", data)
                self.assert_refused(run, DATA_ERROR, fragment)


class Explain(ProgramTest):
    def story(self, *arguments):
        rows = self.succeed("explain", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "10", *arguments).rows()
        return rows, {(row["topic"], row["item"], row["quantity"]): row["value"] for row in rows}

    def test_the_limit_and_what_carries_it(self):
        rows, facts = self.story("--bins", "99")
        # csi_2022_limits.csv of the independent program.
        self.assertAlmostEqual(float(facts["point", "", "coupling_mu_B"]) / 1.90337981799e-9, 1.0, delta=1e-7)
        self.assertAlmostEqual(float(facts["rise", "", "delta_chi2"]), 2.71, delta=1e-6)
        parts = float(facts["rise", "coherent_csi_2022", "delta_chi2"]), float(facts["rise", "priors", "delta_chi2"])
        self.assertAlmostEqual(sum(parts), 2.71, delta=1e-6)
        bins = [float(row["value"]) for row in rows if row["topic"] == "bins" and row["quantity"] == "delta_chi2"]
        self.assertEqual(len(bins), 99)
        self.assertEqual(bins, sorted(bins, reverse=True))
        self.assertAlmostEqual(sum(bins), parts[0], delta=1e-9)
        self.assertAlmostEqual(float(facts["templates", "coherent_csi_2022.cevns", "events"]), 325.4202555723, delta=1e-6)

    def test_a_given_coupling_and_the_path(self):
        rows, facts = self.story("--coupling-mu-B", "1e-9")
        # 12.187 portal events, the reference's value of the README and PHYSICS.
        self.assertAlmostEqual(float(facts["templates", "coherent_csi_2022.portal", "events"]), 12.187, delta=1e-3)
        path = [float(row["value"]) for row in rows if row["topic"] == "path"]
        self.assertEqual(path[0], float(facts["start", "", "minus_two_log_l"]))
        self.assertAlmostEqual(min(path), float(facts["point", "", "minus_two_log_l"]), delta=1e-8)
        fit = self.succeed("fit", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "10", "--coupling-mu-B", "1e-9").rows()
        pulls = {row["quantity"]: row["pull"] for row in fit}
        self.assertEqual(facts["pulls", "csi_2022_signal", "pull"], pulls["csi_2022_signal"])

    def test_closed_mass(self):
        run = self.succeed("explain", CONFIGS / "csi2022_mu.yaml", "--mass-MeV", "200")
        self.assertIn("no N of this mass", run.err)


class ConfigurationsByName(ProgramTest):
    def test_by_name_with_and_without_ending(self):
        expected = self.succeed("check", CONFIGS / "csi2022_mu.yaml").out
        for name in ("csi2022_mu", "csi2022_mu.yaml"):
            self.assertEqual(self.succeed("check", name, cwd=self.folder).out, expected)

    def test_a_file_of_that_name_goes_first(self):
        self.write("csi2022_mu", config_text())
        self.assertIn("a test", self.succeed("check", "csi2022_mu", cwd=self.folder).out)

    def test_scan_and_citations_by_name(self):
        self.assertIn("Akimov:2022", self.succeed("cite", "csi2022_mu", cwd=self.folder).out)
        run = nudipole("scan", "csi2022_nu", "-o", "a.h5", cwd=self.folder)
        self.assert_refused(run, CONFIG, "no such file", "csi2022_mu")


class Completion(ProgramTest):
    def complete(self, *words):
        script = self.write("completion.bash", self.succeed("completion", "bash").out)
        words = ["nudipole", *words]
        quoted = " ".join(f"'{word}'" for word in words)
        text = (f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _nudipole; "
                'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-euc", text], cwd=self.folder, text=True, check=True, stdout=subprocess.PIPE)
        return done.stdout.split()

    def test_every_subcommand_and_option_of_the_help(self):
        listed = re.findall(r"^  (\w[\w-]*) {2,}\S", self.succeed("--help").out.split("Subcommands:")[1], re.MULTILINE)
        self.assertGreater(len(listed), 15)
        offered = self.complete("")
        for name in listed:
            self.assertIn(name, offered)
            options = re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.succeed(name, "--help").out, re.MULTILINE)
            self.assertIn("--help", options)
            self.assertLessEqual(set(options), set(self.complete(name, "--")), name)
            self.assertIn("--help", self.complete(name, "--h"))

    def test_choices_and_files(self):
        self.assertEqual(self.complete("limits", "file", "--format", ""), ["csv", "json", "table", "hepdata"])
        self.assertEqual(self.complete("limits", "file", "--format", "h"), ["hepdata"])
        self.write("my.yaml", "")
        self.assertEqual(self.complete("scan", "my"), ["my.yaml"])
        self.assertEqual(self.complete("conv"), ["convert"])

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh_accepts_its_script(self):
        script = self.write("_nudipole", self.succeed("completion", "zsh").out)
        subprocess.run(["zsh", "-n", script], check=True)

    def test_zsh_names_every_subcommand(self):
        text = self.succeed("completion", "zsh").out
        self.assertTrue(text.startswith("#compdef nudipole\n"))
        for name in self.complete(""):
            if not name.startswith("-"):
                self.assertIn(f"    {name})\n", text)


class Manual(ProgramTest):
    def test_every_subcommand_has_its_section(self):
        text = self.succeed("man").out
        for name in ("scan", "limits", "cite", "completion"):
            self.assertIn(f".SS nudipole {name}", text)

    @unittest.skipUnless(shutil.which("man"), "no man")
    def test_man_has_nothing_to_complain_about(self):
        page = self.write("nudipole.1", self.succeed("man").out)
        done = subprocess.run(["man", "--warnings=all", "-l", page], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=True, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, "")
        self.assertIn("nudipole limits csi2022_mu.h5", done.stdout)


if __name__ == "__main__":
    unittest.main()
