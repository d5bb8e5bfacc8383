"""The combined configurations give equal bytes on any number of ranks (a few masses and couplings)."""

import re
import unittest

from nudipole_run import CONFIGS, ProgramTest, digest, status


class CombinedConfigs(ProgramTest):
    def check(self, flavour, masses, couplings):
        text = (CONFIGS / f"combined_{flavour}.yaml").read_text(encoding="utf-8")
        text, one = re.subn(r"(?m)(^mass:.*?points: *)\d+", rf"\g<1>{masses}", text)
        text, other = re.subn(r"(?m)(^coupling:.*?points: *)\d+", rf"\g<1>{couplings}", text)
        self.assertEqual((one, other), (1, 1))
        config = self.write("a.yaml", text)
        alone = self.folder / "alone.h5"
        self.scan(config, alone)
        for ranks in (1, 2, 3, 5):
            with self.subTest(ranks=ranks):
                file = self.folder / f"{ranks}.h5"
                self.scan(config, file, ranks=ranks)
                facts = status(file)
                self.assertEqual((facts["complete"], facts["fits_failed"]), ("1", "0"))
                self.assertEqual(digest(file), digest(alone))

    def test_electron(self):
        self.check("e", 5, 3)

    def test_muon(self):
        self.check("mu", 5, 3)

    def test_tau(self):
        self.check("tau", 5, 3)

    def test_universal(self):
        self.check("universal", 5, 3)

    def test_masses_split_into_blocks_of_couplings(self):
        # Fewer masses than workers; one unit of each mass holds the limits of the parts.
        self.check("mu", 2, 7)


if __name__ == "__main__":
    unittest.main()
