"""Result files of nudipole as labelled arrays.

One reader for everything that is written in Python. Units, meanings of status codes and confidence levels come from
the file; its seal is checked before anything is believed, because HDF5 does not notice flipped bits.
"""

import hashlib
import pathlib

import h5py
import numpy as np

from . import _program
from ._errors import CheckpointError

# src/io/seal.cpp: the last bytes of a file, behind what HDF5 reads.
_SEAL_START = b"\nnudipole-seal-1 sha256 "
_SEAL_END = b"\n"
_SEAL_LENGTH = len(_SEAL_START) + 64 + len(_SEAL_END)

READABLE_FORMATS = (1, 2, 3)


class ResultError(CheckpointError):
    """A file that is damaged, foreign, or lacks what was asked of it; the text names the file."""


def checked_bytes(path):
    """The HDF5 part of a sealed file.

    A file whose seal is gone (another tool has written it anew) still holds a digest of its contents, which only the
    program can check.

    Raises ResultError when the bytes are not those that the seal was made for.
    """
    try:
        contents = pathlib.Path(path).read_bytes()
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror}") from None
    image, seal = contents[:-_SEAL_LENGTH], contents[-_SEAL_LENGTH:]
    if seal.startswith(_SEAL_START) and seal.endswith(_SEAL_END):
        expected = seal[len(_SEAL_START):-len(_SEAL_END)].decode("ascii", "replace")
        if hashlib.sha256(image).hexdigest() != expected:
            raise ResultError(f"{path}: contents do not match the digest: the file was damaged")
        return image
    if not contents.startswith(b"\x89HDF"):
        raise ResultError(f"{path}: is not a result file of nudipole")
    done = _program.run("status", path)
    if done is None:
        raise ResultError(f"{path}: has no seal, and the program that could check its contents was not found "
                          "(name it with NUDIPOLE_PROGRAM)")
    if done.returncode != 0:
        raise ResultError(_program.complaint(done))
    return contents


def _fill(row, known):
    """Straight lines between the known places of a row; what lies beside something infinite is infinite."""
    for left, right in zip(known[:-1], known[1:]):
        low, high = row[left], row[right]
        between = np.arange(left + 1, right)
        infinite = np.isinf(low) or np.isinf(high)
        row[between] = np.inf if infinite else low + (high - low) * (between - left) / (right - left)


class Limits:
    """Upper limits of one data set at one level, along the masses [MeV] of a file.

    `status` holds words: ok, closed_from_above, none_in_range, closed, failed, not_done. `value_mu_B` is NaN unless it
    is one of the first two; `excluded_to_mu_B` is NaN unless it is closed_from_above: N that decay are removed, and
    larger couplings are allowed again.
    """

    def __init__(self, mass_MeV, value_mu_B, status, excluded_to_mu_B=None):
        self.mass_MeV = mass_MeV
        self.status = np.asarray(status)
        self.value_mu_B = np.where(np.isin(self.status, ["ok", "closed_from_above"]), value_mu_B, np.nan)
        self.excluded_to_mu_B = np.where(self.status == "closed_from_above",
                                         np.nan if excluded_to_mu_B is None else excluded_to_mu_B, np.nan)

    @property
    def done(self):
        """Masses whose work is finished, whatever came out [bool]."""
        return self.status != "not_done"


class Result:
    """A result file. Fields are read when asked for, as arrays of numpy; files of format 1 look like those of today.

    Attributes: path, attributes (the file's own), title, flavour ("e", "mu", "tau", "universal"), mass_MeV [mass],
    experiments (names; the last is "joint").
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        try:
            self._file = h5py.File(h5py.h5f.open_file_image(checked_bytes(path)), "r")
        except (OSError, ValueError) as error:
            raise ResultError(f"{path}: the result file is damaged ({error})") from None
        self.attributes = dict(self._file.attrs)
        if self.attributes.get("format") != "nudipole-result":
            raise ResultError(f"{path}: is not a result file of nudipole")
        self.format_version = int(self.attributes["format_version"])
        if self.format_version not in READABLE_FORMATS:
            raise ResultError(f"{path}: has format {self.format_version}; this package reads "
                              f"{', '.join(map(str, READABLE_FORMATS))}")
        self.config = dict(line.split(": ", 1) for line in self.attributes["config"].splitlines() if ": " in line)
        self.title = self.attributes.get("title", "") or self.path.stem
        self.flavour = self.config.get("flavour", "")

    def __contains__(self, name):
        return name in self._file

    def __getitem__(self, name):
        """The values of a field or an axis."""
        try:
            dataset = self._file[name]
        except KeyError:
            raise ResultError(f"{self.path}: has no '{name}'; it has {', '.join(self._file)}") from None
        if h5py.check_string_dtype(dataset.dtype) is not None:
            return np.array(dataset.asstr()[()], dtype=str)
        return dataset[()]

    def units(self, name):
        """Units of a field, "1" for a pure number."""
        return self._file[name].attrs["units"]

    def codes(self, name):
        """The codes of a status field by their meanings, as the file tells them."""
        attributes = self._file[name].attrs
        return dict(zip(attributes["flag_meanings"].split(), (int(v) for v in attributes["flag_values"])))

    def words(self, name):
        """A status field in words."""
        meanings = {code: word for word, code in self.codes(name).items()}
        values = self[name]
        return np.array([meanings.get(int(v), "unknown") for v in values.flat]).reshape(values.shape)

    @property
    def mass_MeV(self):
        return self["mass"]

    @property
    def is_complete(self):
        return bool(self.attributes["complete"])

    @property
    def is_asimov(self):
        """Whether the limits are of Asimov data instead of measured ones."""
        return self.config.get("data.kind") == "asimov"

    @property
    def is_bound(self):
        """True for a result that has limits and no likelihood."""
        self.need_scan()
        if "minus_two_log_l" not in self._file:
            return True
        return self.format_version == 1 and bool(np.isnan(self["standard_model"]))

    @property
    def removes_decays(self):
        """True for a result in which N that decay inside are no recoils."""
        return "excluded_to" in self._file

    @property
    def experiments(self):
        self.need_scan()
        if self.format_version == 1 and "experiment_limit" not in self._file:
            return ["joint"]
        names = list(self["experiment"])
        return names if "joint" in names else [*names, "joint"]

    def _of_experiment(self, name, experiment):
        """A field [mass, experiment, ...] at one experiment."""
        if experiment not in self.experiments:
            raise ResultError(f"{self.path}: has no limits of '{experiment}' by itself; it has "
                              f"{', '.join(self.experiments)}")
        if self.format_version == 1:
            if experiment == "joint":
                return self[name]
            return self["experiment_" + name][:, list(self["experiment"]).index(experiment)]
        return self[name][:, self.experiments.index(experiment)]

    @property
    def parameters(self):
        """Flavours of the couplings that vary by themselves; empty for a file with one coupling."""
        return list(self["parameter"]) if "parameter" in self else []

    @property
    def others(self):
        """What the other couplings do in a limit on one (profiled, zero); empty for a file with one coupling."""
        self.need_scan()
        return list(self["others"]) if self.parameters else []

    def limits(self, confidence=0.90, dof=1, experiment="joint", parameter=None, others=None):
        """Upper limits [mu_B] along the masses, as `Limits`.

        parameter, others: of a file with several couplings, one of `parameters` and of `others`.
        """
        self.need_scan()
        levels, dofs = self["confidence"], list(self["dof"])
        level = int(np.argmin(abs(levels - confidence)))
        if abs(levels[level] - confidence) > 1e-9 or dof not in dofs:
            pairs = ", ".join(f"{c:g} with {n} dof" for c in levels for n in dofs)
            raise ResultError(f"{self.path}: no limit at confidence {confidence:g} with {dof} dof; it has {pairs}")
        place = (slice(None), level, dofs.index(dof))
        if self.parameters:
            if parameter not in self.parameters or others not in self.others:
                raise ResultError(f"{self.path}: has limits on {', '.join(self.parameters)} with the others "
                                  f"{' or '.join(self.others)}; say which")
            place = (slice(None), self.parameters.index(parameter), self.others.index(others), *place[1:])
        meanings = {code: word for word, code in self.codes("limit_status").items()}
        status = self._of_experiment("limit_status", experiment)[place]
        upper = self._of_experiment("excluded_to", experiment)[place] if self.removes_decays else None
        return Limits(self.mass_MeV, self._of_experiment("limit", experiment)[place],
                      [meanings[int(code)] for code in status], upper)

    @property
    def holds_toys(self):
        return self.attributes.get("campaign") == "toys"

    def need_scan(self):
        """Refuses a file of toys. Raises ResultError."""
        if self.holds_toys:
            ways = ("--figure plane draws two couplings, nudipole points prints them" if self.parameters else
                    "--figure wilks, toy_limits and calibration draw them, nudipole points and limits print them")
            raise ResultError(f"{self.path}: the file holds toys and no scan: {ways}")

    def need_fits(self):
        """Refuses a bound. Raises ResultError."""
        if self.is_bound:
            raise ResultError(f"{self.path}: a bound has limits and no fits")

    def _need_one_coupling(self):
        self.need_fits()
        if self.parameters:
            raise ResultError(f"{self.path}: has several couplings ({', '.join(self.parameters)}); a map of one coupling "
                              "cannot show them, --figure limits and --figure plane can")

    def plane(self):
        """The two flavours whose couplings are mapped. Raises ResultError when the file has another map."""
        self.need_scan()
        mapped = [name.removeprefix("coupling_") for name in self._file
                  if name.startswith("coupling_") and h5py.h5ds.is_scale(self._file[name].id)]
        if len(mapped) != 2:
            raise ResultError(f"{self.path}: holds no map of two couplings: draw it with --figure limits, or give two couplings "
                              "a grid in the configuration (couplings: {e: {from_mu_B: ...}, mu: {from_mu_B: ...}})")
        axes = [dimension.label for dimension in self._file["minus_two_log_l"].dims]
        return tuple(name.removeprefix("coupling_") for name in axes[1:])

    @property
    def coupling_mu_B(self):
        self._need_one_coupling()
        return self["coupling"]

    @property
    def done(self):
        """Masses whose work is finished [bool]."""
        name = "limit_status" if self.is_bound else "best_status"
        status, not_done = self._of_experiment(name, "joint"), self.codes(name)["not_done"]
        return np.all(status.reshape(len(status), -1) != not_done, axis=1)

    def best_fits(self):
        """(-2 ln L, coupling [mu_B]) of the best fit at each mass; NaN where there is none."""
        self._need_one_coupling()
        status = self.codes("best_status")
        good = np.isin(self._of_experiment("best_status", "joint"), [status["converged"], status["converged_fallback"]])
        return (np.where(good, self._of_experiment("best_minus_two_log_l", "joint"), np.nan),
                np.where(good, self._of_experiment("best_coupling", "joint"), np.nan))

    def minus_two_log_l(self):
        """-2 ln L [mass, coupling], of a plane [mass, coupling, coupling]: NaN where a fit failed or is missing,
        infinite where the grid was not fitted because it lies beyond the ceiling that the configuration sets.
        Of a map that places its points itself straight lines in ln d between them."""
        self.need_fits()
        codes, status = self.codes("fit_status"), self["fit_status"]
        good = np.isin(status, [codes["converged"], codes["converged_fallback"]])
        values = np.where(good, self["minus_two_log_l"], np.nan)
        if "beyond" in codes:
            values[status == codes["beyond"]] = np.inf
        if "not_wanted" in codes:
            for row, wanted in zip(values, status != codes["not_wanted"]):
                _fill(row, np.flatnonzero(wanted))
        return values

    @property
    def standard_model(self):
        """-2 ln L without the portal."""
        self.need_fits()
        return float(self["standard_model"])

    def to_xarray(self):
        """The whole file as an xarray.Dataset (needs xarray)."""
        import xarray

        fields, axes = {}, {}
        for name, dataset in self._file.items():
            labels = [dimension.label for dimension in dataset.dims]
            kept = {key: dataset.attrs[key] for key in ("units", "long_name") if key in dataset.attrs}
            if h5py.h5ds.is_scale(dataset.id):
                axes[name] = (name, self[name], kept)
            else:
                fields[name] = (labels, self[name], kept)
        return xarray.Dataset(fields, axes, self.attributes)
