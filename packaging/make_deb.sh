#!/usr/bin/env bash
# Builds the Debian package on a Debian machine: make_deb.sh FOLDER. Installs what is missing.
set -euo pipefail
folder=${1:?usage: make_deb.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash jobs/install_packages.sh package
cmake --preset release -DNUDIPOLE_BUILD_TESTS=OFF -DNUDIPOLE_BUILD_BENCHMARKS=OFF >/dev/null
cmake --build --preset release
(cd build/release && cpack -G DEB -B "$folder" >/dev/null)
rm -rf "$folder/_CPack_Packages"
ls "$folder"/*.deb
