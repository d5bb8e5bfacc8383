"""Every configuration that comes with the program runs: checked as it is, scanned on a small grid."""

import re
import unittest

from nudipole_run import CONFIGS, ProgramTest, status


def smaller(text):
    """The same configuration with three masses and four couplings where it spans a range."""
    text, masses = re.subn(r"(?m)(^mass:.*?points: *)\d+", r"\g<1>3", text)
    text, couplings = re.subn(r"(?m)(^(?:coupling|  e|  mu|  tau):.*?points: *)\d+", r"\g<1>4", text)
    text = re.sub(r"(?m)^mass: *\{values_MeV: \[[^\]]*\]\}(?=\n(?:.*\n)*toys:)",
                  "mass: {values_MeV: [1]}", text)
    text = re.sub(r"(?m)^(  (?:least|most): *)\d+", r"\g<1>20", text)
    text = text.replace("seed: 1", "seed: 1\n  batch: 20\n  refine: false")
    return text, masses + couplings


def is_toys(path):
    return "\ntoys:" in path.read_text(encoding="utf-8")


class EveryConfig(ProgramTest):
    def test_there_are_configs(self):
        self.assertTrue(list(CONFIGS.glob("*.yaml")))

    def test_is_valid_and_has_a_title(self):
        for path in sorted(CONFIGS.glob("*.yaml")):
            with self.subTest(path.name):
                facts = {row["key"]: row["value"] for row in self.succeed("check", path).rows()}
                self.assertTrue(facts["title"])
                self.assertGreater(int(facts["fits"]) + int(facts["limits"]), 0)

    def test_toys_are_made_without_a_failed_fit(self):
        for path in filter(is_toys, sorted(CONFIGS.glob("*.yaml"))):
            with self.subTest(path.name):
                text, _ = smaller(path.read_text(encoding="utf-8"))
                config = self.write(path.name, text)
                file = self.folder / f"{path.stem}.h5"
                self.succeed("toys", config, "-o", file)
                rows = self.succeed("points", file).rows()
                self.assertEqual({row["failed"] for row in rows}, {"0"})
                self.assertLessEqual({row["toys"] for row in rows if row["method"] != "asymptotic"}, {"20"})

    def test_scans_without_a_failed_fit_and_finds_a_limit(self):
        for path in sorted(CONFIGS.glob("*.yaml")):
            if is_toys(path):
                continue
            with self.subTest(path.name):
                text, _ = smaller(path.read_text(encoding="utf-8"))
                config = self.write(path.name, text)
                file = self.folder / f"{path.stem}.h5"
                self.scan(config, file)
                facts = status(file)
                self.assertEqual((facts["complete"], facts["fits_failed"]), ("1", "0"))
                rows = self.succeed("limits", file).rows()
                self.assertTrue(any(row["status"] == "ok" for row in rows), "no limit at all")
                self.assertNotIn("failed", {row["status"] for row in rows})


if __name__ == "__main__":
    unittest.main()
