#!/usr/bin/env bash
# Builds with a sanitizer and runs the fast tests.
# usage: scripts/sanitize.sh asan|tsan [ctest options]
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
[ "$preset" = asan ] || [ "$preset" = tsan ] || { echo "usage: $0 asan|tsan [ctest options]" >&2; exit 2; }

# ThreadSanitizer of gcc 12 does not know the addresses that kernels with much randomisation hand out.
# GLib and libvips are not built for it either: it does not see their locks, so tests that read pictures are left out.
run=()
tests=(--label-regex fast)
if [ "$preset" = tsan ]; then
  setarch -R true 2>/dev/null && run=(setarch -R)
  tests+=(--label-exclude libvips)
fi

cmake --preset "$preset"
"${run[@]}" cmake --build --preset "$preset"
"${run[@]}" ctest --preset "$preset" --parallel 2 "${tests[@]}" "$@"
