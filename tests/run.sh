#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors and runs all tests; the last line is
# `N passed, M failed`. Times: two cores, nothing else on the machine.
#
#   run.sh           release build with g++ and its tests (15 min); build with clang and the sanitizers
#                    for addresses and undefined behaviour with unit and physics tests, and how many
#                    lines these reach (10 min); clang-tidy on what differs from the commit in
#                    tests/tidy_base, at which it last had read all of src and jobs; formatting
#   run.sh --long    the same with the tests that take long or read clocks (labels long and bench) and
#                    clang-tidy on every file
#   run.sh --quick   the release build and its tests only
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

mode=${1:-}
case $mode in
  "" | --long | --quick) ;;
  *) sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

passed=0
failed=0
jobs=$(nproc)
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_btl_vader_single_copy_mechanism=none

say() { printf '\n== %s ==\n' "$*"; }

# step NAME COMMAND...: one thing that passes or fails as a whole
step() {
  local name=$1
  shift
  say "$name"
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    return 1
  fi
}

# Debian's Python has the packages that were installed; another one that comes first in PATH has not,
# and the tests of files and figures would be left out.
debian_python=-DPython3_EXECUTABLE=/usr/bin/python3

# run_ctest BUILD_FOLDER ARGUMENTS...: adds CTest's own counts
run_ctest() {
  local folder=$1
  shift
  local report=$PWD/$folder/ctest.xml
  rm -f "$report"
  ctest --test-dir "$folder" --output-on-failure --output-junit "$report" -j "$jobs" "$@"
  local counts
  if counts=$(python3 tests/support/count_tests.py "$report"); then
    passed=$((passed + ${counts%% *}))
    failed=$((failed + ${counts##* }))
  else
    failed=$((failed + 1))
  fi
}

cached=()
if command -v ccache >/dev/null; then
  cached=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi

configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" "$debian_python" "${cached[@]}" "$@" >/dev/null && cmake --build --preset "$preset"
}

# clang-tidy reads the commands of the sanitizer build with the precompiled headers that its clang
# makes. The program itself is compiled there in the long run only; clang's warnings about its files are
# among what clang-tidy finds.
check_tidy() {
  cmake --build build/asan --target jobs/CMakeFiles/nudipole.dir/cmake_pch.hxx.pch >/dev/null || return 1
  local base=""
  if [ "$mode" != --long ]; then
    base=$(git rev-parse --verify --quiet "$(<tests/tidy_base)^{commit}") ||
      echo "the commit of tests/tidy_base is not in this clone: all of src and jobs"
  fi
  local sources
  sources=$(python3 tests/support/changed_sources.py build/asan/compile_commands.json ${base:+"$base"}) ||
    return 1
  [ -n "$base" ] || [ "$mode" = --long ] || sources=$(grep -E "^$PWD/(src|jobs)/" <<<"$sources")
  echo "$(grep -c . <<<"$sources") files${base:+ that differ from $base}"
  xargs -r -P "$jobs" -n 1 clang-tidy -p build/asan --quiet <<<"$sources" 2> \
    >(grep -v 'warnings\? generated' >&2)
}

print_coverage() {
  python3 tests/support/coverage.py build/asan .
}

check_format() {
  git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror
}

step "packages" bash jobs/install_packages.sh tests

if step "release build, g++" configure_and_build release -DNUDIPOLE_WERROR=ON \
  -DNUDIPOLE_BUILD_TESTS=ON -DNUDIPOLE_BUILD_BENCHMARKS=ON; then
  say "release tests"
  if [ "$mode" = --long ]; then
    run_ctest build/release
  else
    run_ctest build/release -LE 'long|bench'
  fi
fi

if [ "$mode" != --quick ]; then
  if step "sanitizer build, clang" configure_and_build asan -DNUDIPOLE_BUILD_TESTS=ON; then
    say "unit and physics tests under the sanitizers"
    rm -rf build/asan/profiles
    LLVM_PROFILE_FILE=$PWD/build/asan/profiles/%m.profraw run_ctest build/asan -L 'unit|physics'
    step "coverage of the unit and physics tests" print_coverage
    [ "$mode" != --long ] || step "the program, clang" cmake --build build/asan --target nudipole
    step "clang-tidy" check_tidy
  fi
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    step "formatting" check_format
  fi
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
