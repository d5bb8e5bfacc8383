#!/usr/bin/env bash
# What scan.sbatch and array.sbatch do inside their allocation: one MPI run of `nudipole scan` that
# is stopped in time and put back into the queue until the scan is done.
#
#   run_scan.sh CONFIG OUTPUT [I/N]
set -u
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

config=${1:-${NUDIPOLE_CONFIG:-}}
output=${2:-${NUDIPOLE_OUTPUT:-}}
shard=${3:-}
if [ -z "$config" ] || [ -z "$output" ]; then
  echo "usage: sbatch SCRIPT CONFIG OUTPUT   (or NUDIPOLE_CONFIG and NUDIPOLE_OUTPUT)" >&2
  exit 2
fi
. "$scripts/common.sh"

say() { echo "$(date -u +%FT%TZ) job ${SLURM_JOB_ID:-none}: $*"; }

# A configuration with a block `toys` is for simulated experiments.
command=scan
grep -q "^toys:" "$config" 2>/dev/null && command=toys
arguments=("$command" "$config" -o "$output")
if [ -n "$shard" ]; then
  output=$(shard_file "$output" "$shard")
  arguments=("$command" "$config" -o "$output" --shard "$shard")
fi
# Words on purpose: a launcher with its options, options of the scan.
read -ra launcher <<<"${NUDIPOLE_LAUNCHER-mpirun}"
read -ra extra <<<"${NUDIPOLE_SCAN_OPTIONS-}"

# The launcher runs in the background: bash runs a trap only between commands, and `wait` ends when
# a trapped signal comes.
warned=no
launched=
warn() {
  warned=yes
  say "SIGUSR1: the time limit is near, stopping with a checkpoint"
  [ -z "$launched" ] || kill -USR1 "$launched" 2>/dev/null
}
trap warn USR1
# SIGTERM (scancel, time limit, preemption) goes to every process of the job; the ranks save and
# leave by themselves. This shell has to outlive them.
trap 'say "SIGTERM: waiting for the last checkpoint"' TERM

# Open MPI's own files in a folder of this job. In the common one an mpirun that ends (another task
# of an array on the node) removes what one that starts has just looked for, and the latter fails.
session=
if [ -z "${OMPI_MCA_orte_tmpdir_base:-}" ]; then
  session=${TMPDIR:-/tmp}/nudipole-${SLURM_JOB_ID:-$$}
  export OMPI_MCA_orte_tmpdir_base=$session
fi

before=$(progress "$output")
say "$output: start $((${SLURM_RESTART_COUNT:-0} + 1))"
"${launcher[@]}" "$nudipole" "${arguments[@]}" "${extra[@]}" &
launched=$!
while :; do
  wait "$launched"
  code=$?
  kill -0 "$launched" 2>/dev/null || break  # else a trap ended the wait
done
# After a trap the code of `wait` was the signal's: ask again for the launcher's own.
wait "$launched" 2>/dev/null
again=$?
[ "$again" -eq 127 ] || code=$again
[ -z "$session" ] || rm -rf "$session"

[ "$code" -ne 0 ] || { say "done"; exit 0; }
# 75: stopped, resumable. After a warning also any other end: the time limit itself came before the
# units under way were finished, and mpirun reports 1 or a signal.
if [ "$code" -ne 75 ] && [ "$warned" = no ]; then
  say "failed with exit code $code"
  exit "$code"
fi
after=$(progress "$output")
if [ "$after" -le "$before" ]; then
  say "no progress in this run ($after results before and after): not going on. A single mass takes" \
    "longer than the time limit leaves: give the job more time, or more ranks"
  exit 1
fi
say "stopped after $((after - before)) more results"
restarts=${SLURM_RESTART_COUNT:-0}
[ "${NUDIPOLE_REQUEUE:-yes}" = yes ] || exit 75
if [ "$restarts" -ge "${NUDIPOLE_MAX_RESTARTS:-100}" ]; then
  say "restarted $restarts times (NUDIPOLE_MAX_RESTARTS): not going on"
  exit 75
fi
say "back into the queue"
# Not SLURM_JOB_ID for a task: the last task of an array has the number of the whole array.
job=$SLURM_JOB_ID
[ -z "${SLURM_ARRAY_JOB_ID:-}" ] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
if ! scontrol requeue "$job"; then
  say "this job may not be requeued here: use chain.sh, or submit it again by hand"
  exit 75
fi
# SLURM ends this script now; its exit code would only show if it did not.
sleep 60
exit 75
