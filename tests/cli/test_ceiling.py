"""`limits.ceiling`: in every configuration, points that are marked `beyond` are above it, and the others do not know of it."""

import math
import re
import unittest

from nudipole_run import CONFIGS, ProgramTest, with_h5py

CEILING = 100.0
READ = """
file = h5py.File(sys.argv[1])
status = file["fit_status"][()]
print(json.dumps({
    "status": status.tolist(), "value": [[float(x).hex() for x in row] for row in file["minus_two_log_l"][()]],
    "best": file["best_minus_two_log_l"][()][..., -1].tolist(), "limit": [float(x).hex() for x in file["limit"][()].ravel()]}))
"""
CODES = """
file = h5py.File(sys.argv[1])
attributes = file["fit_status"].attrs
words = attributes["flag_meanings"]
words = (words.decode() if isinstance(words, bytes) else str(words)).split()
print(json.dumps(dict(zip(words, [int(x) for x in attributes["flag_values"]]))))
"""


def is_scan_of_one_coupling(text):
    return "\ntoys:" not in text and "\ncouplings:" not in text and re.search(r"(?m)^coupling:.*points:", text)


def sampled(text, ceiling):
    """The same configuration with five masses and sixteen couplings, and a ceiling; nothing is added to what each has of limits."""
    text = re.sub(r"(?m)(^mass:.*?points: *)\d+", r"\g<1>5", text)
    text = re.sub(r"(?m)(^coupling:.*?points: *)\d+", r"\g<1>16", text)
    text = re.sub(r",\s*also_MeV: \[[^\]]*\]", "", text)
    text = re.sub(r"each_experiment: true", "each_experiment: false", text)
    inline = re.sub(r"(?m)^limits: *\{", f"limits: {{ceiling: {ceiling!r}, ", text)
    return inline if inline != text else re.sub(r"(?m)^(limits:.*\n)", rf"\g<1>  ceiling: {ceiling!r}\n", text)


class Ceiling(ProgramTest):
    def sample(self, path, ceiling):
        text = sampled(path.read_text(encoding="utf-8"), ceiling)
        file = self.folder / f"{path.stem}_{ceiling:g}.h5"
        self.scan(self.write(f"{path.stem}_{ceiling:g}.yaml", text), file)
        return file

    def test_points_beyond_are_above_it_in_every_configuration(self):
        marked, checked = 0, []
        for path in sorted(CONFIGS.glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            if not is_scan_of_one_coupling(text):
                continue
            with self.subTest(path.name):
                facts = {row["key"]: row["value"] for row in self.succeed("check", path).rows()}
                if facts["nuisances"] == "0":
                    continue  # a bound: nothing is fitted
                file = self.sample(path, CEILING)
                codes = with_h5py(CODES, file)
                some, every = (with_h5py(READ, one) for one in (file, self.sample(path, 1.0e30)))
                self.assertEqual(some["limit"], every["limit"])
                self.assertEqual(some["best"], every["best"])
                for mass, statuses in enumerate(some["status"]):
                    for place, status in enumerate(statuses):
                        value = float.fromhex(every["value"][mass][place])
                        where = (path.name, mass, place, value - every["best"][mass])
                        self.assertIn(every["status"][mass][place], (codes["converged"], codes["converged_fallback"]), where)
                        if status == codes["beyond"]:
                            self.assertGreaterEqual(value - every["best"][mass], CEILING, where)
                            self.assertTrue(math.isnan(float.fromhex(some["value"][mass][place])))
                            marked += 1
                        else:
                            self.assertEqual(some["value"][mass][place], every["value"][mass][place], where)
                checked.append(path.stem)
        self.assertLessEqual({"xenonnt2024_tau", "xenonnt2026_tau", "combined_universal", "csi2022_mu"}, set(checked))
        self.assertGreater(marked, 100)


if __name__ == "__main__":
    unittest.main()
