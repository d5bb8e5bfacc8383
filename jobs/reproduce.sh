#!/usr/bin/env bash
# Reproduces the figures of the two papers that nudipole began with, and writes a report that holds every
# number quoted in them against ours: LLX (arXiv:2406.07477) and KDK (arXiv:2108.12998).
#
#   reproduce.sh [FOLDER]    default out/reproduce; results, tables, figures (PDF and PNG), report.html and
#                            report.md. What is there already is not computed again. A minute on two cores.
#
# The program is NUDIPOLE_PROGRAM, else that of the build in build/release, else the one in PATH.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$here/out/reproduce}
program=${NUDIPOLE_PROGRAM:-$here/build/release/jobs/nudipole}
[ -x "$program" ] || program=$(command -v nudipole) || {
  echo "reproduce.sh: no program: run jobs/quickstart.sh first, or set NUDIPOLE_PROGRAM" >&2
  exit 2
}
python=${NUDIPOLE_PYTHON:-python3}
mkdir -p "$folder"/{results,tables,figures}
cd "$folder"

quietly() { "$@" 2> >(grep -v -e ': drew ' -e ': wrote ' -e 'writing ' -e 'masses' >&2); }
# scan CONFIG...: results of the shipped configurations, two at a time
scan() {
  printf '%s\n' "$@" | xargs -P 2 -I '{}' "$program" scan "$here/configs/{}.yaml" -o "results/{}.h5"
}
# plot NAME WORD...: a figure as PDF and PNG
plot() {
  local name=$1
  shift
  quietly "$program" plot "$@" -o "figures/$name.pdf" -o "figures/$name.png" --data-out "tables/$name.csv"
}
# table NAME WORD...: what a subcommand prints
table() {
  local name=$1
  shift
  "$program" "$@" >"tables/$name.csv"
}

echo "reproduce.sh: scans" >&2
quietly scan llx_fig2_e llx_fig2_mu llx_dresden_fef llx_dresden_ybe llx_dresden_lindhard llx_xenon1t_tau \
  llx_pandax4t_tau xenonnt2026_tau kdk_fig2 kdk_fig2_lar kdk_fig3 kdk_fig3_lar

echo "reproduce.sh: tables" >&2
for name in llx_fig2_e llx_fig2_mu llx_dresden_fef llx_dresden_ybe llx_dresden_lindhard llx_xenon1t_tau \
  llx_pandax4t_tau kdk_fig2 kdk_fig2_lar kdk_fig3 kdk_fig3_lar; do
  table "limits_$name" limits "results/$name.h5"
done
for name in kdk_fig2 kdk_fig2_lar kdk_fig3 kdk_fig3_lar; do table "best_$name" best "results/$name.h5"; done
table kdk_fit_csi fit "$here/configs/kdk_fig2.yaml" --mass-MeV 28.9
for pair in csi:kdk_fig2 lar:kdk_fig2_lar; do
  table "kdk_spectrum_${pair%%:*}" spectrum "$here/configs/${pair##*:}.yaml" --mass-MeV 29.8 --fit \
    --coupling-mu-B 2.89e-9 --along energy
done

# LLX figure 1: recoils before any detector; COHERENT's 2022 run took its protons in 560 days.
table llx_fig1_e rate --experiment dresden_ii --flavour e --mass-MeV 0.1 --mass-MeV 1 --mass-MeV 5
table llx_fig1_mu rate --experiment coherent_csi_2022 --exposure-days 560 --flavour mu --mass-MeV 1 --mass-MeV 10 \
  --mass-MeV 40
table llx_fig1_tau rate --experiment xenon1t_8b --flavour tau --mass-MeV 0.1 --mass-MeV 1 --mass-MeV 10

echo "reproduce.sh: figures" >&2
plot llx_fig1 tables/llx_fig1_e.csv tables/llx_fig1_mu.csv tables/llx_fig1_tau.csv --figure rate
plot llx_fig2_e results/llx_dresden_fef.h5 results/llx_dresden_ybe.h5 results/llx_dresden_lindhard.h5 \
  results/llx_fig2_e.h5 --label 'Dresden-II, Fef' --label 'Dresden-II, YBe' --label 'Dresden-II, Lindhard' \
  --label 'COHERENT CsI' --overlay all --ylim 2e-12 1e-7 --size 6 4.6
plot llx_fig2_mu results/llx_fig2_mu.h5 --label 'COHERENT CsI' --overlay all --xlim 0.1 100 --ylim 5e-10 5e-8
plot llx_fig2_tau results/llx_xenon1t_tau.h5 results/llx_pandax4t_tau.h5 results/xenonnt2026_tau.h5 \
  --label 'XENON1T' --label 'PandaX-4T' --label 'XENONnT 2026 (beyond LLX)' --overlay all --ylim 1e-10 3e-7 --size 7.4 4.4
plot kdk_fig1 tables/kdk_spectrum_csi.csv tables/kdk_spectrum_lar.csv --figure spectrum
plot kdk_fig2 results/kdk_fig2.h5 results/kdk_fig2_lar.h5 --figure delta_chi2
plot kdk_fig3 results/kdk_fig3.h5 results/kdk_fig3_lar.h5 --figure region
plot kdk_fig4 results/kdk_fig3.h5 results/kdk_fig3_lar.h5 --dof 2 --label 'CsI 2017' --label 'LAr' \
  --overlay charm2_mu --overlay miniboone_mu --overlay lsnd --overlay xenon1t_nr_mu --overlay nomad_mu \
  --overlay icecube_mu --overlay lep_gamma --overlay borexino_mu --xlim 0.01 40 --ylim 5e-10 1e-7

"$python" -B "$here/jobs/reproduce/report.py" "$folder" "$program"
