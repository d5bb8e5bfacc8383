#!/usr/bin/env bash
# Installs Debian packages that are missing: install_packages.sh build|package|tests
# Needs root or sudo only when something is missing.
set -euo pipefail

build=(build-essential cmake ninja-build git ca-certificates
  openmpi-bin libopenmpi-dev libboost-dev libboost-mpi-dev libboost-serialization-dev
  libnlopt-dev librandom123-dev libhdf5-dev libyaml-cpp-dev libcli11-dev libeigen3-dev libssl-dev
  python3 python3-numpy python3-h5py python3-matplotlib python3-xarray
  pybind11-dev python3-dev)
package=(file)  # CPack asks it what is an executable
tests=(catch2 libbenchmark-dev clang libclang-rt-14-dev llvm clang-format clang-tidy valgrind
  python3-h5netcdf python3-iminuit python3-emcee python3-yaml procps zsh slurm-wlm munge)

case ${1:-build} in
  build) packages=("${build[@]}") ;;
  package) packages=("${build[@]}" "${package[@]}") ;;
  tests) packages=("${build[@]}" "${package[@]}" "${tests[@]}") ;;
  *) echo "usage: install_packages.sh build|package|tests" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing: ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing and there is no sudo: ${missing[*]}" >&2
    echo "Ask an administrator to run: apt-get install ${missing[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  "${missing[@]}" >/dev/null
