#!/usr/bin/env bash
# Builds with a sanitizer and runs the fast tests.
# usage: scripts/sanitize.sh asan|tsan [ctest options]
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
[ "$preset" = asan ] || [ "$preset" = tsan ] || { echo "usage: $0 asan|tsan [ctest options]" >&2; exit 2; }

# ThreadSanitizer of gcc 12 does not know the addresses that kernels with much randomisation hand out.
run=()
[ "$preset" = tsan ] && setarch -R true 2>/dev/null && run=(setarch -R)

cmake --preset "$preset"
"${run[@]}" cmake --build --preset "$preset"
"${run[@]}" ctest --preset "$preset" --parallel 2 --label-regex fast "$@"
