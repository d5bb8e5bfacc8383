#!/usr/bin/env bash
# The fault campaign: single faults of every kind, then N scans and N runs of toys that are killed at random
# moments.
#
#   faults.sh [N [SEED]]     N trials of each (default 20: some minutes; 500: two hours or less)
#
# NUDIPOLE_BUILD_DIR  the build to test (default build/release; needs its tests)
set -uo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${NUDIPOLE_BUILD_DIR:-$source_dir/build/release}
export NUDIPOLE_SOURCE_DIR=$source_dir
export NUDIPOLE_PROGRAM=${NUDIPOLE_PROGRAM:-$build/jobs/nudipole}
export NUDIPOLE_FAULTY_PROGRAM=${NUDIPOLE_FAULTY_PROGRAM:-$build/tests/faults/faulty_scan}
export NUDIPOLE_MPIEXEC=${NUDIPOLE_MPIEXEC:-mpirun}
export PYTHONPATH=$source_dir/tests/support
for program in "$NUDIPOLE_PROGRAM" "$NUDIPOLE_FAULTY_PROGRAM"; do
  [ -x "$program" ] || { echo "faults.sh: no program $program; build first" >&2; exit 2; }
done

failed=0
for cases in "$source_dir"/tests/faults/test_*.py; do
  python3 -B "$cases" || failed=1
done
python3 -B "$source_dir/tests/faults/campaign.py" "$@" || failed=1
python3 -B "$source_dir/tests/faults/campaign.py" toys "$@" || failed=1
exit $failed
