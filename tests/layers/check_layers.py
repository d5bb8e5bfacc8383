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

# A module may include itself and those before it.
MODULES = ("core labelled files io config math physics flux detector prediction likelihood fit "
           "inference experiment campaign run mpi"
           .split())

# Headers of libraries that only some folders may see.
THIRD_PARTY = (
    ("MPI", r"mpi\.h|boost/mpi\b.*|boost/serialization/.*|boost/archive/.*",
     ("src/mpi/", "include/nudipole/mpi/")),
    ("HDF5", r"hdf5.*\.h|H5\w*\.h", ("src/io/",)),
    ("NLopt", r"nlopt\.hp*", ("src/fit/",)),
    ("yaml-cpp", r"yaml-cpp/.*", ("src/config/",)),
)

LONGEST_FILE = 500
TEXT_SUFFIXES = {".hpp", ".cpp", ".py", ".sh", ".cmake", ".yaml", ".yml"}
SKIPPED_FOLDERS = re.compile(r"\.git|\.cache|__pycache__|build.*|out")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME)\\b")
DEPENDS = re.compile(r"nudipole_add_module\(\s*(\w+)(.*?)\)", re.DOTALL)


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
    if path.parts[0] == "src" and len(path.parts) > 2:
        return path.parts[1]
    if path.parts[:2] == ("include", "nudipole") and len(path.parts) > 3:
        return path.parts[2]
    return None


def check_order(module, other):
    """What is wrong with `module` using `other`; nothing if it may."""
    for name in (module, other):
        if name not in MODULES:
            return f"'{name}' is not in the list of modules"
    if MODULES.index(other) > MODULES.index(module):
        return f"module {module} uses {other}, which comes after it"
    return None


def check_include(path, bracket, header):
    """Violations of one include line."""
    module = module_of(path)
    if module is not None:
        parts = header.split("/")
        if parts[0] == "nudipole":
            problem = check_order(module, parts[1])
            if problem:
                yield problem
        elif bracket == '"' and len(parts) > 1:
            yield f"'{header}' reaches into another folder"
    if path.parts[0] in ("src", "include", "jobs"):
        for library, pattern, folders in THIRD_PARTY:
            if re.fullmatch(pattern, header) and not path.as_posix().startswith(folders):
                yield f"{library} is visible outside {' and '.join(folders)}"


def check_depends(path, text):
    """Violations in the dependencies that a module's CMakeLists.txt declares."""
    if len(path.parts) != 3 or path.parts[0] != "src":
        return
    for call in DEPENDS.finditer(text):
        module, rest = call.groups()
        declared = re.search(r"\bDEPENDS\b(.*?)(?:\bPUBLIC\b|\bPRIVATE\b|\bSOURCES\b|$)", rest,
                             re.DOTALL)
        for other in declared.group(1).split() if declared else ():
            problem = check_order(module, other)
            if problem:
                yield problem


def check_file(tree, path):
    """All violations of one file as (line, what)."""
    text = (tree / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    is_header = path.suffix == ".hpp"
    if len(lines) > LONGEST_FILE:
        yield len(lines), f"the file has more than {LONGEST_FILE} lines"
    if is_header and "#pragma once" not in lines:
        yield 1, "the header has no #pragma once"
    if path.name == "CMakeLists.txt":
        for problem in check_depends(path, text):
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
            for problem in check_include(path, *include.groups()):
                yield number, problem


def violations(tree):
    """All violations of the tree as lines of text."""
    return [f"{path.as_posix()}:{line}: {what}"
            for path in source_files(tree) for line, what in check_file(tree, path)]


PLANTED = (
    ("include/nudipole/experiment/bad.hpp",
     '#pragma once\n#include "nudipole/campaign/setup.hpp"\n', "comes after it"),
    ("src/core/bad.cpp", '#include "nudipole/run/cost.hpp"\n', "comes after it"),
    ("src/core/bad.cpp", '#include "nudipole/gui/window.hpp"\n', "not in the list"),
    ("src/newmodule/bad.cpp", '#include "nudipole/core/error.hpp"\n', "not in the list"),
    ("src/run/bad.cpp", '#include "../io/hdf5_calls.hpp"\n', "another folder"),
    ("src/run/bad.cpp", "#include <mpi.h>\n", "MPI is visible"),
    ("src/run/bad.cpp", "#include <boost/mpi/communicator.hpp>\n", "MPI is visible"),
    ("src/io/bad.cpp", "#include <boost/serialization/vector.hpp>\n", "MPI is visible"),
    ("jobs/bad.cpp", "  #  include <boost/mpi.hpp>\n", "MPI is visible"),
    ("include/nudipole/io/bad.hpp", "#pragma once\n#include <hdf5.h>\n", "HDF5 is visible"),
    ("src/run/bad.cpp", "#include <H5Cpp.h>\n", "HDF5 is visible"),
    ("include/nudipole/fit/bad.hpp", "#pragma once\n#include <nlopt.h>\n", "NLopt is visible"),
    ("src/inference/bad.cpp", "#include <nlopt.hpp>\n", "NLopt is visible"),
    ("src/experiment/bad.cpp", "#include <yaml-cpp/yaml.h>\n", "yaml-cpp is visible"),
    ("src/math/bad.cpp", "\n" * (LONGEST_FILE + 1), "more than"),
    ("tests/bad.py", "\n" * (LONGEST_FILE + 1), "more than"),
    ("configs/bad.yaml", "# x\n" * (LONGEST_FILE + 1), "more than"),
    ("tests/bad.hpp", "int x();\n", "no #pragma once"),
    ("include/nudipole/core/bad.hpp", "#pragma once\nusing namespace std;\n", "using namespace"),
    ("src/core/bad.cpp", "// TO" + "DO: later\n", "unfinished"),
    ("jobs/bad.sh", "# FIX" + "ME\n", "unfinished"),
    ("src/flux/CMakeLists.txt",
     "nudipole_add_module(flux\n  SOURCES a.cpp\n  DEPENDS core run)\n", "flux uses run"),
)

ALLOWED = (
    ("src/mpi/fine.cpp", '#include "nudipole/io/result_file.hpp"\n#include <boost/mpi.hpp>\n'),
    ("src/io/fine.cpp", "#include <hdf5.h>\n"),
    ("src/fit/fine.cpp", '#include "nlopt_driver.hpp"\n#include <nlopt.h>\n'),
    ("src/config/fine.cpp", "#include <yaml-cpp/yaml.h>\n"),
    ("src/run/fine.cpp", '#include "nudipole/inference/profile.hpp"\n#include <vector>\n'),
    ("tests/fine.cpp", "#include <hdf5.h>\nusing namespace std;\n"),
    ("src/math/fine.cpp", "\n" * LONGEST_FILE),
)


def self_test(tree):
    """Plants violations in a copy of the tree; returns what went wrong."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for path in source_files(tree):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree / path, copy / path)
        before = violations(copy)
        cases = [(*planted, True) for planted in PLANTED] + [(*fine, "", False) for fine in ALLOWED]
        for name, text, expected, is_bad in cases:
            target = copy / name
            original = target.read_bytes() if target.exists() else None
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            new = [line for line in violations(copy) if line not in before]
            if original is None:
                target.unlink()
            else:
                target.write_bytes(original)
            found = [line for line in new if line.startswith(name + ":") and expected in line]
            if is_bad and not found:
                problems.append(f"not found: {name}: {expected}: {text[:60]!r}")
            if not is_bad and new:
                problems.append(f"found in good code: {new}")
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
