#!/usr/bin/env bash
# The numbers of configurations in one folder, for a release: release.sh FOLDER [CONFIG...]
# Without CONFIG: every configuration that comes with the program. Each gets
#   NAME.h5          the result; an unfinished one is finished, another one of this name is refused
#   NAME.csv         upper limits, as `nudipole limits` prints them
#   NAME_experiments.csv   those of each experiment by itself as well, where the configuration wants them
#   NAME.json        the same with what the file says of itself
#   NAME_hepdata/    the same as a submission to HEPData
#   NAME.bib         what to cite
# and the folder a list of checksums. Cores: all; NUDIPOLE_PROGRAM names another program.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ] || [ "$1" = --help ]; then
  sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
  [ "${1:-}" = --help ] && exit 0
  exit 2
fi
folder=$1
shift

program=${NUDIPOLE_PROGRAM:-}
for place in "$here/../build/release/jobs/nudipole" "$here/../../bin/nudipole"; do
  [ -n "$program" ] || [ ! -x "$place" ] || program=$place
done
program=${program:-nudipole}

configs=("$@")
if [ ${#configs[@]} -eq 0 ]; then
  for place in "$here/configs" "$here/../configs"; do
    [ ! -d "$place" ] || configs=("$place"/*.yaml)
  done
fi

launch=()
if command -v mpirun >/dev/null; then
  if [ "$(id -u)" -eq 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  # Containers often forbid the kernel's direct copy between processes.
  export OMPI_MCA_btl_vader_single_copy_mechanism=none
  # Rank 0 only hands out work and sleeps in between.
  launch=(mpirun -n $(($(nproc) + 1)) --oversubscribe --bind-to none)
fi

mkdir -p "$folder"
for config in "${configs[@]}"; do
  name=$(basename "$config" .yaml)
  out=$folder/$name
  "${launch[@]}" "$program" scan "$config" -o "$out.h5"
  "$program" limits "$out.h5" >"$out.csv"
  facts=$("$program" status "$out.h5")
  case $facts in
    *"limits.each_experiment: true"*) "$program" limits "$out.h5" --experiment all >"${out}_experiments.csv" ;;
  esac
  "$program" limits "$out.h5" --format json --metadata >"$out.json"
  "$program" limits "$out.h5" --format hepdata -o "${out}_hepdata"
  "$program" cite "$out.h5" >"$out.bib"
done
cd "$folder"
find . -type f ! -name SHA256SUMS ! -name '*.lock' -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS
echo "${#configs[@]} configurations are in $PWD" >&2
