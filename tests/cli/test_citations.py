"""Citations: BibTeX of what a configuration or a result rests on, and nothing else."""

import re
import unittest

from nudipole_run import CONFIGS, DATA, DATA_ERROR, ProgramTest, config_text, nudipole


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


if __name__ == "__main__":
    unittest.main()
