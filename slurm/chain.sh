#!/usr/bin/env bash
# For sites that do not let jobs requeue themselves: submits the scan, waits, and submits it again as
# long as it stops resumable (exit code 75) and makes progress. Runs on the login node, e.g. in tmux.
#
#   slurm/chain.sh CONFIG OUTPUT [sbatch options...]
#   slurm/chain.sh configs/csi2022_mu.yaml csi2022_mu.h5 --ntasks=64 --time=04:00:00
#
# NUDIPOLE_MAX_JOBS  give up after so many jobs (default 100)
set -u
if [ $# -lt 2 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
config=$1
output=$2
shift 2
job=
# Ending the chain ends its job, which writes a checkpoint.
trap '[ -z "$job" ] || scancel "$job"; exit 130' INT TERM HUP

for ((number = 1; number <= ${NUDIPOLE_MAX_JOBS:-100}; number++)); do
  # `sbatch --wait` shows the number of its job at once and returns the job's exit code.
  exec 3< <(NUDIPOLE_REQUEUE=no sbatch --parsable --wait --export=ALL "$@" "$scripts/scan.sbatch" \
    "$config" "$output"; echo "code $?")
  read -r -u 3 job || job=
  case $job in
    "code "*) echo "chain.sh: sbatch refused the job" >&2; exit 1 ;;
  esac
  echo "chain.sh: job $job, number $number of the chain"
  read -r -u 3 _ code
  exec 3<&-
  case $code in
    0) echo "chain.sh: done after $number jobs"; exit 0 ;;
    75) ;;
    *) echo "chain.sh: job $job ended with code $code; see its log" >&2; exit "$code" ;;
  esac
done
echo "chain.sh: not done after $((number - 1)) jobs (NUDIPOLE_MAX_JOBS)" >&2
exit 75
