#!/usr/bin/env python3
"""Checks the layers and habits of the source tree that no compiler checks.

    check_layers.py TREE              lists violations; exit code 1 if there are any
    check_layers.py --self-test TREE  plants violations in a copy and wants each to be found
"""
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

# Third-party libraries: headers, the modules that may see them (None: all), and what a module that
# includes such a header links. jobs and the bindings in src/python count as modules here.
THIRD_PARTY = (
    ("MPI", r"mpi\.h|boost/mpi\b.*", {"mpi"}, {"Boost::mpi", "MPI::MPI_CXX"}),
    ("Boost.Serialization", r"boost/(serialization|archive)/.*", {"mpi"}, {"Boost::serialization"}),
    ("HDF5", r"hdf5\.h|H5\w*\.h", {"io"}, {"hdf5::hdf5"}),
    ("HDF5", r"hdf5_hl\.h", {"io"}, {"hdf5::hdf5_hl"}),
    ("NLopt", r"nlopt\.hp*", {"fit"}, {"NLopt::nlopt"}),
    ("yaml-cpp", r"yaml-cpp/.*", {"config"}, {"yaml-cpp"}),
    ("OpenSSL", r"openssl/.*", {"core"}, {"OpenSSL::Crypto"}),
    ("Random123", r"Random123/.*", {"core"}, set()),  # headers only, in the system's path
    ("Boost.Math", r"boost/math/.*", {"math", "detector", "inference"}, {"Boost::headers"}),
    ("CLI11", r"CLI/.*", {"jobs"}, {"CLI11::CLI11"}),
    ("pybind11", r"pybind11/.*", {"python"}, {"pybind11::module"}),
    ("Eigen", r"Eigen/.*", None, {"Eigen3::Eigen"}),
)

BINDINGS = ("src", "python")  # above all modules, as jobs
LONGEST_FILE = 500
TEXT_SUFFIXES = {".hpp", ".cpp", ".py", ".sh", ".cmake", ".yaml", ".yml"}
SKIPPED_FOLDERS = re.compile(r"\.git|\.cache|__pycache__|build.*|out")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME)\\b")
MODULE_LIST = re.compile(r"foreach\(module\s+(.*?)\)", re.DOTALL)
ADD_MODULE = re.compile(r"nudipole_add_module\((.*?)\)", re.DOTALL)


def source_files(tree):
    """Text files of the tree, as paths relative to it."""
    for folder, subfolders, names in os.walk(tree):
        subfolders[:] = sorted(name for name in subfolders if not SKIPPED_FOLDERS.fullmatch(name))
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in TEXT_SUFFIXES or name == "CMakeLists.txt":
                yield path.relative_to(tree)


def module_of(path):
    """The module a library file belongs to, or nothing."""
    if path.parts[:2] == BINDINGS:
        return None
    if path.parts[0] == "src" and len(path.parts) > 2:
        return path.parts[1]
    if path.parts[:2] == ("include", "nudipole") and len(path.parts) > 3:
        return path.parts[2]
    return None


def modules_in_order(tree, folder="src"):
    """The modules that CMake adds: one may include itself and those before it."""
    return MODULE_LIST.search((tree / folder / "CMakeLists.txt").read_text(encoding="utf-8"))[1].split()


def check_order(modules, module, other):
    """What is wrong with `module` using `other`; nothing if it may."""
    for name in (module, other):
        if name not in modules:
            return f"'{name}' is not in the list of modules"
    if modules.index(other) > modules.index(module):
        return f"module {module} uses {other}, which comes after it"
    return None


def check_include(modules, path, bracket, header):
    """Violations of one include line."""
    module = module_of(path)
    parts = header.split("/")
    if module is not None:
        if parts[0] == "nudipole":
            problem = check_order(modules, module, parts[1])
            if problem:
                yield problem
        elif bracket == '"' and len(parts) > 1:
            yield f"'{header}' reaches into another folder"
    reader = module or ("python" if path.parts[:2] == BINDINGS else path.parts[0])
    if module is None and reader not in ("jobs", "python"):
        return
    known = bracket == '"' or len(parts) == 1 or parts[0] in ("sys", "nudipole")
    for library, pattern, readers, _ in THIRD_PARTY:
        if re.fullmatch(pattern, header):
            known = True
            if readers is not None and reader not in readers:
                yield f"{library} is visible outside {' and '.join(sorted(readers))}"
    if not known:
        yield f"<{header}> belongs to no library in the list of check_layers.py"


def declared(text):
    """DEPENDS, PUBLIC and PRIVATE of a module's CMakeLists.txt as three sets."""
    words = {"DEPENDS": set(), "PUBLIC": set(), "PRIVATE": set()}
    call = ADD_MODULE.search(text)
    kind = None
    for word in call[1].split()[1:] if call else ():
        if word in words or word == "SOURCES":
            kind = word
        elif kind in words:
            words[kind].add(word)
    return words.values()


def included_headers(folder):
    """All headers that the files of a folder include."""
    files = [path for path in folder.rglob("*") if path.suffix in (".hpp", ".cpp")]
    return {line[2] for path in files
            for line in map(INCLUDE.match, path.read_text(encoding="utf-8").splitlines()) if line}


def targets_of(headers):
    """What has to be linked for some headers."""
    return {target for _, pattern, _, targets in THIRD_PARTY for target in targets
            if any(re.fullmatch(pattern, header) for header in headers)}


def check_module(tree, modules, path):
    """Violations in what a module's CMakeLists.txt declares: it is what its files include."""
    module = path.parts[1]
    depends, public, private = declared((tree / path).read_text(encoding="utf-8"))
    seen = included_headers(tree / "include" / "nudipole" / module)
    inside = included_headers(tree / "src" / module)
    used = {header.split("/")[1] for header in seen | inside if header.startswith("nudipole/")}
    for other in sorted(depends | used):
        problem = check_order(modules, module, other)
        if problem:
            yield problem
    for other in sorted(used - depends - {module}):
        yield f"module {module} includes {other} and does not declare it"
    for other in sorted(depends - used):
        yield f"module {module} declares {other} and does not include it"
    for kind, targets, wanted in (("PUBLIC", public, targets_of(seen)),
                                  ("PRIVATE", private, targets_of(inside) - targets_of(seen))):
        for target in sorted(wanted - targets):
            yield f"module {module} includes headers of {target} and does not declare it {kind}"
        for target in sorted(targets - wanted):
            yield f"module {module} declares {target} {kind} and has no such use for it"
    if module not in modules_in_order(tree, "tests/unit") and not (tree / "tests" / module).is_dir():
        yield f"module {module} has no tests"


def check_file(tree, modules, path):
    """All violations of one file as (line, what)."""
    text = (tree / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    is_header = path.suffix == ".hpp"
    if len(lines) > LONGEST_FILE:
        yield len(lines), f"the file has more than {LONGEST_FILE} lines"
    if is_header and "#pragma once" not in lines:
        yield 1, "the header has no #pragma once"
    if path.name == "CMakeLists.txt" and path.parts[0] == "src" and len(path.parts) == 3 \
            and path.parts[:2] != BINDINGS:
        for problem in check_module(tree, modules, path):
            yield 1, problem
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line):
            yield number, "unfinished work is marked in the code"
        if path.suffix not in (".hpp", ".cpp"):
            continue
        if is_header and re.match(r"\s*using\s+namespace\b", line):
            yield number, "using namespace in a header"
        include = INCLUDE.match(line)
        if include:
            for problem in check_include(modules, path, *include.groups()):
                yield number, problem


def violations(tree):
    """All violations of the tree as lines of text."""
    modules = modules_in_order(tree)
    return [f"{path.as_posix()}:{line}: {what}"
            for path in source_files(tree) for line, what in check_file(tree, modules, path)]


PLANTED = (
    ("include/nudipole/experiment/bad.hpp",
     '#pragma once\n#include "nudipole/mpi/session.hpp"\n', "comes after it"),
    ("src/core/bad.cpp", '#include "nudipole/fit/minimise.hpp"\n', "comes after it"),
    ("src/core/bad.cpp", '#include "nudipole/gui/window.hpp"\n', "not in the list"),
    ("src/newmodule/bad.cpp", '#include "nudipole/core/error.hpp"\n', "not in the list"),
    ("src/inference/bad.cpp", '#include "../io/hdf5_calls.hpp"\n', "another folder"),
    ("src/inference/bad.cpp", "#include <mpi.h>\n", "MPI is visible"),
    ("src/inference/bad.cpp", "#include <boost/mpi/communicator.hpp>\n", "MPI is visible"),
    ("src/io/bad.cpp", "#include <boost/serialization/vector.hpp>\n", "Serialization is visible"),
    ("jobs/bad.cpp", "  #  include <boost/mpi.hpp>\n", "MPI is visible"),
    ("include/nudipole/experiment/bad.hpp", "#pragma once\n#include <hdf5.h>\n", "HDF5 is visible"),
    ("jobs/bad.cpp", "#include <hdf5_hl.h>\n", "HDF5 is visible"),
    ("src/inference/bad.cpp", "#include <H5Cpp.h>\n", "HDF5 is visible"),
    ("include/nudipole/mpi/bad.hpp", "#pragma once\n#include <nlopt.h>\n", "NLopt is visible"),
    ("src/inference/bad.cpp", "#include <nlopt.hpp>\n", "NLopt is visible"),
    ("src/experiment/bad.cpp", "#include <yaml-cpp/yaml.h>\n", "yaml-cpp is visible"),
    ("src/io/bad.cpp", "#include <openssl/sha.h>\n", "OpenSSL is visible"),
    ("src/inference/bad.cpp", "#include <Random123/philox.h>\n", "Random123 is visible"),
    ("src/fit/bad.cpp", "#include <boost/math/tools/roots.hpp>\n", "Boost.Math is visible"),
    ("src/config/bad.cpp", "#include <CLI/CLI.hpp>\n", "CLI11 is visible"),
    ("src/run/bad.cpp", "#include <pybind11/pybind11.h>\n", "pybind11 is visible"),
    ("src/python/bad.cpp", "#include <nlopt.h>\n", "NLopt is visible"),
    ("src/core/bad.cpp", "#include <boost/container/flat_map.hpp>\n", "belongs to no library"),
    ("src/math/bad.cpp", "\n" * (LONGEST_FILE + 1), "more than"),
    ("tests/bad.py", "\n" * (LONGEST_FILE + 1), "more than"),
    ("configs/bad.yaml", "# x\n" * (LONGEST_FILE + 1), "more than"),
    ("tests/bad.hpp", "int x();\n", "no #pragma once"),
    ("include/nudipole/core/bad.hpp", "#pragma once\nusing namespace std;\n", "using namespace"),
    ("src/core/bad.cpp", "// TO" + "DO: later\n", "unfinished"),
    ("jobs/bad.sh", "# FIX" + "ME\n", "unfinished"),
)

# What a module declares, after a change of one word or one file: (file, old text, new text, module,
# expected). No old text: a new file.
PLANTED_DECLARATIONS = (
    ("src/fit/CMakeLists.txt", "DEPENDS core", "DEPENDS core mpi", "fit", "uses mpi, which comes after"),
    ("src/fit/CMakeLists.txt", "DEPENDS core", "DEPENDS core math", "fit", "declares math and does not"),
    ("src/fit/bad.cpp", "", '#include "nudipole/math/binning.hpp"\n', "fit",
     "includes math and does not declare"),
    ("src/fit/CMakeLists.txt", "NLopt::nlopt", "NLopt::nlopt yaml-cpp", "fit",
     "declares yaml-cpp PRIVATE and has no such use"),
    ("src/fit/CMakeLists.txt", "NLopt::nlopt", "NLopt::nlopt Threads::Threads", "fit",
     "declares Threads::Threads PRIVATE and has no such use"),
    ("src/core/CMakeLists.txt", "OpenSSL::Crypto", "", "core",
     "headers of OpenSSL::Crypto and does not declare it PRIVATE"),
    ("src/fit/CMakeLists.txt", "PUBLIC", "PRIVATE", "fit",
     "headers of Eigen3::Eigen and does not declare it PUBLIC"),
    ("src/core/bad.cpp", "", "#include <Eigen/Core>\n", "core",
     "headers of Eigen3::Eigen and does not declare it PRIVATE"),
    ("tests/unit/CMakeLists.txt", " fit", "", "fit", "has no tests"),
)

ALLOWED = (
    ("src/mpi/fine.cpp", '#include "nudipole/core/error.hpp"\n#include <boost/mpi.hpp>\n'),
    ("src/io/fine.cpp", "#include <hdf5.h>\n#include <sys/stat.h>\n"),
    ("src/fit/fine.cpp", '#include "nlopt_driver.hpp"\n#include <nlopt.h>\n'),
    ("src/config/fine.cpp", "#include <yaml-cpp/yaml.h>\n"),
    ("jobs/fine.cpp", '#include "nudipole/inference/profile.hpp"\n#include <CLI/CLI.hpp>\n'),
    ("src/python/fine.cpp", '#include "nudipole/run/input.hpp"\n#include <pybind11/numpy.h>\n'),
    ("tests/fine.cpp", "#include <hdf5.h>\nusing namespace std;\n"),
    ("src/math/fine.cpp", "\n" * LONGEST_FILE),
)


def planted_cases(tree):
    """(file, its text, file of the complaint, complaint or nothing) of all cases."""
    for name, text, expected in PLANTED:
        yield name, text, name, expected
    for name, old, new, module, expected in PLANTED_DECLARATIONS:
        text = (tree / name).read_text(encoding="utf-8") if old else ""
        yield name, text.replace(old, new, 1) if old else new, f"src/{module}/CMakeLists.txt", expected
    for name, text in ALLOWED:
        yield name, text, name, None


def self_test(tree):
    """Plants violations in a copy of the tree; returns what went wrong."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for path in source_files(tree):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree / path, copy / path)
        before = violations(copy)
        for name, text, place, expected in planted_cases(tree):
            target = copy / name
            original = target.read_bytes() if target.exists() else None
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            new = [line for line in violations(copy) if line not in before]
            if original is None:
                target.unlink()
            else:
                target.write_bytes(original)
            if expected is None:
                problems += [f"found in good code: {line}" for line in new]
            elif not any(line.startswith(place + ":") and expected in line for line in new):
                problems.append(f"not found: {name}: {expected}: {text[:60]!r}")
    return problems


def main(arguments):
    """The command line."""
    testing = arguments[:1] == ["--self-test"]
    rest = arguments[1:] if testing else arguments
    if len(rest) != 1 or not Path(rest[0], "include", "nudipole").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    problems = self_test(Path(rest[0])) if testing else violations(Path(rest[0]))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
