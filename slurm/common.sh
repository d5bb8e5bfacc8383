# What the job scripts share; sourced by them, with $scripts naming this folder.

# A site's settings (modules, variables): env.sh, made from env.example.sh.
settings=${NUDIPOLE_ENV:-$scripts/env.sh}
if [ -r "$settings" ]; then
  # shellcheck source=/dev/null
  . "$settings"
elif [ -n "${NUDIPOLE_ENV:-}" ]; then
  echo "nudipole: NUDIPOLE_ENV=$NUDIPOLE_ENV cannot be read" >&2
  exit 2
fi

# The program: NUDIPOLE_PROGRAM, else the build or installation that this folder belongs to, else
# the one in PATH.
nudipole=${NUDIPOLE_PROGRAM:-}
for candidate in "$scripts/../build/release/jobs/nudipole" "$scripts/../../../bin/nudipole"; do
  [ -n "$nudipole" ] || [ ! -x "$candidate" ] || nudipole=$candidate
done
nudipole=${nudipole:-nudipole}
if ! command -v "$nudipole" >/dev/null; then
  echo "nudipole: no program '$nudipole'; set NUDIPOLE_PROGRAM to its path" >&2
  exit 2
fi

# shard_file OUTPUT I/N: the file of one shard beside OUTPUT, e.g. out.shard-0-of-4.h5
shard_file() {
  local part=${2%/*} count=${2#*/}
  echo "${1%.h5}.shard-$part-of-$count.h5"
}

# progress FILE: the number of finished fits and masses, 0 when there is no readable file
progress() {
  [ -e "$1" ] || { echo 0; return; }
  "$nudipole" status "$1" 2>/dev/null |
    awk -F, '$1 == "fits_done" || $1 == "masses_done" || $1 == "points_done" {sum += $2} END {print sum + 0}'
}
