"""Reads a result file with h5py and xarray, which know nothing of the program that wrote it.

Usage: read_with_python.py EXAMPLE_PROGRAM; exit code 77 when a module is missing.
The expected values are written down here again, not taken from the program.
"""

import hashlib
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

try:
    import h5netcdf  # noqa: F401
    import h5py
    import numpy as np
    import xarray as xr
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

PROGRAM = sys.argv[1]
MASSES, COUPLINGS = 40, 25


def run(command, path):
    return subprocess.run([PROGRAM, command, str(path)], stderr=subprocess.PIPE, text=True)


def check_with_h5py(path):
    with h5py.File(path, "r") as file:
        assert file.attrs["format"] == "nudipole-result"
        assert file.attrs["format_version"] == 2
        assert file.attrs["title"].endswith("\u03bd")
        assert len(file.attrs["config"]) == 100004
        assert file.attrs["empty"] == ""
        assert file.attrs["minimum"] == -(2**63)
        assert file.attrs["axis_order"].split() == [
            "mass", "coupling", "nuisance", "experiment", "confidence", "dof"]
        field = file["delta_chi2"]
        assert field.dtype == np.dtype("<f8") and field.shape == (MASSES, COUPLINGS)
        assert [list(dim.keys()) for dim in field.dims] == [["mass"], ["coupling"]]
        assert [dim.label for dim in field.dims] == ["mass", "coupling"]
        index = np.arange(MASSES * COUPLINGS)
        expected = np.where(index % 7 == 0, np.nan, 1 + 0.001 * index)
        np.testing.assert_array_equal(field[()].ravel(), expected)
        np.testing.assert_allclose(file["mass"][()], 10 ** (0.1 * np.arange(MASSES)), rtol=1e-15)
        assert list(file["nuisance"].asstr()) == ["sns_flux", "quenching", ""]
        status = file["fit_status"]
        assert status.dtype == np.int8
        assert status.attrs["flag_values"].dtype == np.int8
        assert list(status.attrs["flag_values"]) == [0, 1, 2, -1]
        assert status.attrs["flag_meanings"] == "pending converged failed skipped"
        assert file["wall_s"].attrs["role"] == "timing"
        assert file["limit"].attrs["role"] == "result"
        assert file["global_minimum"][()] == 1 / 3
        for name in file:
            assert "units" in file[name].attrs and "long_name" in file[name].attrs, name


def digest_of_contents(path):
    """The digest as digest.hpp describes it, computed from what h5py reads."""
    def text(value):
        data = value.encode()
        return struct.pack("<Q", len(data)) + data

    def values(dataset):
        if dataset.dtype.kind == "O":
            items = list(dataset.asstr()) if dataset.size else []
            return text("text") + struct.pack("<Q", len(items)) + b"".join(map(text, items))
        name = {"<f8": "f64", "<i4": "i32", "|i1": "i8"}[dataset.dtype.str]
        data = dataset[()]
        return text(name) + struct.pack("<Q", data.size) + data.tobytes()

    reserved = {"format", "format_version", "axis_order", "field_order", "contents_sha256"}
    with h5py.File(path, "r") as file:
        parts = [text("nudipole-contents-1")]
        for name in sorted(set(file.attrs) - reserved):
            value = file.attrs[name]
            parts += [text("attribute"), text(name)]
            parts += ([text("text"), text(value)] if isinstance(value, str)
                      else [text("i64"), struct.pack("<q", value)])
        for kind in ("axis", "field"):
            for name in file.attrs[kind + "_order"].split():
                item = file[name]
                parts += [text(t) for t in (kind, name, item.attrs["units"], item.attrs["long_name"])]
                if kind == "field":
                    parts.append(struct.pack("<Q", len(item.dims)))
                    parts += [text(list(dim.keys())[0]) for dim in item.dims]
                    parts.append(text(item.attrs["role"]))
                    codes = list(item.attrs.get("flag_values", []))
                    meanings = item.attrs.get("flag_meanings", "").split()
                    parts.append(struct.pack("<Q", len(codes)))
                    for code, meaning in zip(codes, meanings):
                        parts += [struct.pack("<q", code), text(meaning)]
                parts.append(values(item))
        return hashlib.sha256(b"".join(parts)).hexdigest(), file.attrs["contents_sha256"]


def check_with_xarray(path):
    for options in ({"engine": "h5netcdf"}, {}):
        with xr.open_dataset(path, **options) as data:
            assert dict(data.sizes) == {"mass": MASSES, "coupling": COUPLINGS, "nuisance": 3,
                                        "experiment": 1, "confidence": 2, "dof": 2}, data.sizes
            assert set(data.coords) == set(data.sizes)
            assert data["delta_chi2"].dims == ("mass", "coupling")
            assert data["limit"].dims == ("mass", "confidence", "dof")
            assert data["global_minimum"].dims == ()
            assert data["limit"].attrs["units"] == "mu_B"
            assert data["mass"].attrs["units"] == "MeV"
            assert data["wall_s"].dtype == np.float64  # not decoded to a time difference
            assert data["fit_status"].dtype == np.int8
            assert data.attrs["format_version"] == 2
            pull = data["pull"].sel(nuisance="sns_flux")
            assert pull.shape == (MASSES,)
            assert float(data["limit"].sel(confidence=0.9, dof=2, mass=10, method="nearest")) == 1e-9
            copy = path.with_suffix(".copy.nc")
            data.to_netcdf(copy, engine="h5netcdf")  # every attribute can be written again
            with xr.open_dataset(copy, engine="h5netcdf") as again:
                assert again.identical(data)


def check_seal(path):
    data = path.read_bytes()
    start = data.rindex(b"\nnudipole-seal-1 sha256 ")
    assert data[start:].split()[-1].decode() == hashlib.sha256(data[:start]).hexdigest()


def check_edits(path):
    """What another program does to a file is noticed, or kept when it is the same contents."""
    edited = path.with_suffix(".edited.h5")
    shutil.copy(path, edited)
    with h5py.File(edited, "r+") as file:
        file["limit"][3, 0, 0] = 2e-9
    outcome = run("read", edited)
    assert outcome.returncode == 4 and "do not match the digest" in outcome.stderr, outcome

    shutil.copy(path, edited)
    with h5py.File(edited, "r+") as file:
        del file["pull"]
    outcome = run("read", edited)
    assert outcome.returncode == 4 and "'pull' is missing" in outcome.stderr, outcome

    if shutil.which("h5repack"):
        edited.unlink()
        subprocess.run(["h5repack", str(path), str(edited)], check=True)
        outcome = run("read", edited)
        assert outcome.returncode == 0, outcome


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "result.h5"
        assert run("write", path).returncode == 0
        check_with_h5py(path)
        computed, stored = digest_of_contents(path)
        assert computed == stored
        check_with_xarray(path)
        check_seal(path)
        check_edits(path)
        assert run("read", path).returncode == 0  # reading has not changed it

        empty = pathlib.Path(folder) / "empty.h5"
        assert run("write_empty", empty).returncode == 0
        with xr.open_dataset(empty, engine="h5netcdf") as data:
            assert dict(data.sizes) == {"mass": 2, "nuisance": 0}
            assert data["pull"].shape == (2, 0)
            assert list(data["limit"].values) == [3.0, 4.0]
    print("h5py", h5py.__version__, "xarray", xr.__version__, "h5netcdf", h5netcdf.__version__)


main()
