"""The printed reference: pages hold what the program prints, and its JSON Schema accepts what the program accepts.

With NUDIPOLE_UPDATE_PAGES=1 stale pages are written anew.
"""

import copy
import json
import os
import pathlib
import re
import unittest

from nudipole_run import ProgramTest

try:
    import jsonschema
    import yaml
except ImportError:
    jsonschema = yaml = None

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = {"config": SOURCE / "configs/README.md", "experiment": SOURCE / "data/README.md"}


def read_yaml(path):
    """As YAML 1.2 has it: 1e-10 is a number."""
    class Loader(yaml.SafeLoader):
        pass
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"),
                                 list("-+.0123456789"))
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


class Pages(ProgramTest):
    def test_pages_hold_what_the_program_prints(self):
        for of, page in PAGES.items():
            with self.subTest(of):
                command = f"schema {of} --format markdown"
                printed = self.succeed(*command.split()).out
                begin, end = f"<!-- begin: nudipole {command} -->\n", "<!-- end -->"
                text = page.read_text(encoding="utf-8")
                head, rest = text.split(begin)
                fresh = head + begin + printed + end + rest.split(end, 1)[1]
                if os.environ.get("NUDIPOLE_UPDATE_PAGES") == "1":
                    page.write_text(fresh, encoding="utf-8")
                    continue
                self.assertEqual(text, fresh, f"{page} is stale: run this test with NUDIPOLE_UPDATE_PAGES=1")


@unittest.skipIf(jsonschema is None, "needs python3-jsonschema and python3-yaml")
class JsonSchema(ProgramTest):
    def validator(self, of):
        schema = json.loads(self.succeed("schema", of).out)
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    def assert_valid(self, validator, files):
        self.assertGreater(len(files), 5)
        for path in files:
            with self.subTest(path.name):
                errors = [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                          for e in validator.iter_errors(read_yaml(path))]
                self.assertEqual(errors, [], path)

    def test_all_configs_are_valid(self):
        self.assert_valid(self.validator("config"), sorted((SOURCE / "configs").glob("*.yaml")))

    def test_all_experiments_are_valid(self):
        self.assert_valid(self.validator("experiment"), sorted((SOURCE / "data").glob("*/experiment.yaml")))

    def assert_refused(self, validator, document, path, value):
        """One key by its dotted path at another value, or removed for None."""
        changed = copy.deepcopy(document)
        *above, last = path.split(".")
        inside = changed
        for name in above:
            inside = inside[name]
        if value is None:
            del inside[last]
        else:
            inside[last] = value
        self.assertFalse(validator.is_valid(changed), f"{path}: {value}")

    def test_mistakes_in_a_config_are_refused(self):
        validator = self.validator("config")
        document = read_yaml(SOURCE / "configs/csi2022_mu.yaml")
        for path, value in [("format", None), ("format", 2), ("flavour", "muon"), ("flavor", "mu"), ("mass", 10),
                            ("mass.from_MeV", -1), ("mass.from_MeV", None), ("mass.values_MeV", [1]),
                            ("mass.points", 2.5), ("mass.from_GeV", 1), ("coupling.to_per_GeV", 1),
                            ("limits.confidence", [90]), ("limits.dof", []), ("run.checkpoint_every_s", 0),
                            ("nuisances", {"sns_flux": {"fix": 0, "width": 1}})]:
            with self.subTest(f"{path}: {value}"):
                self.assert_refused(validator, document, path, value)

    def test_mistakes_in_an_experiment_are_refused(self):
        validator = self.validator("experiment")
        document = read_yaml(SOURCE / "data/dresden_ii/experiment.yaml")
        for path, value in [("title", None), ("kind", "ratio_bound"), ("target.mass_kg", -1), ("target.mass_g", 1),
                            ("flux.kind", "solar"), ("flux.tail", "polynomial"), ("flux.captures_per_fission", "x"),
                            ("flux.normalisation", {"kind": "power", "power_GW": 1}), ("energy", None),
                            ("bins", {"table": "bins.csv", "classes": ["run"]}), ("energy.edges", [1]),
                            ("response.smearing.fano", None), ("response.smearing.rate_per_keVee", 1),
                            ("data.error", None), ("nuisances.dresden_constant.prior", "flat")]:
            with self.subTest(f"{path}: {value}"):
                self.assert_refused(validator, document, path, value)


if __name__ == "__main__":
    unittest.main()
