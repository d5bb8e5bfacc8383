#!/usr/bin/env bash
# Installs what is missing, builds the program, runs the default scan on all cores, prints the
# 90 % limits and draws them. Results go to out/ in the project's folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash jobs/install_packages.sh build

cmake --preset release -DNUDIPOLE_BUILD_TESTS=OFF -DNUDIPOLE_BUILD_BENCHMARKS=OFF >/dev/null
cmake --build --preset release
program=$PWD/build/release/jobs/nudipole

# Rank 0 only hands out work and sleeps in between: one rank more than cores keeps all cores busy.
cores=$(nproc)
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Containers often forbid the kernel's direct copy between processes.
export OMPI_MCA_btl_vader_single_copy_mechanism=none

mkdir -p out
mpirun -n $((cores + 1)) --oversubscribe --bind-to none \
  "$program" scan configs/csi2022_mu.yaml -o out/csi2022_mu.h5
"$program" limits out/csi2022_mu.h5 --confidence 0.90 --dof 1 --format table
"$program" plot out/csi2022_mu.h5 -o out/csi2022_mu.pdf -o out/csi2022_mu.png
