"""What a scan takes in which N that decay are removed, against the plain one; on a quiet machine."""

import unittest

from nudipole_run import CONFIGS, ProgramTest, status

MOST = 5.0  # times the plain scan


class DecayCost(ProgramTest):
    def seconds(self, name, text):
        times = []
        for _ in range(3):
            file = self.folder / f"{name}.h5"
            file.unlink(missing_ok=True)
            self.scan(self.write(f"{name}.yaml", text), file)
            times.append(float(status(file)["compute_time_s"]))
        return min(times)

    def test_a_scan_with_decays_takes_a_few_times_the_plain_one(self):
        text = (CONFIGS / "csi2022_mu.yaml").read_text(encoding="utf-8")
        plain = self.seconds("plain", text)
        decays = self.seconds("decays", text + "decay: {inside: removed, path_cm: 30}\n")
        print(f"plain {plain:.3f} s, with decays {decays:.3f} s, ratio {decays / plain:.2f}")
        self.assertLess(decays / plain, MOST)


if __name__ == "__main__":
    unittest.main()
