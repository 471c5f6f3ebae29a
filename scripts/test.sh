#!/usr/bin/env bash
# Installs what is needed, builds everything and runs every test.
# usage: scripts/test.sh [ctest options]     for example: scripts/test.sh -R rules
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset release
cmake --build --preset release
ctest --preset release --parallel 2 "$@"
