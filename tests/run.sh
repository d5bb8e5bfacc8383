#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors and runs all tests; the last line is
# `N passed, M failed`.
#
#   run.sh           release build with g++ and all its tests; formatting
#   run.sh --long    the same, the long campaigns (label long), and a build with clang and the
#                    sanitizers for addresses and undefined behaviour with its serial tests
#   run.sh --quick   the release build and its tests only
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

mode=${1:-}
case $mode in
  "" | --long | --quick) ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
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

configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" "$@" >/dev/null && cmake --build --preset "$preset"
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
    run_ctest build/release -LE long
  fi
fi

if [ "$mode" = --long ] && step "sanitizer build, clang" configure_and_build asan; then
  say "serial tests under the sanitizers"
  run_ctest build/asan -L 'unit|physics'
fi
if [ "$mode" != --quick ]; then
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    step "formatting" check_format
  fi
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
