#!/usr/bin/env bash
# usage: scripts/style.sh format|check-format|tidy [FILE.cc...]     tidy without files looks at all but tests and bench
set -euo pipefail
cd "$(dirname "$0")/.."

sources() { find src apps models tests bench \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z; }

# What is for 64-bit Arm alone, with the commands of its preset, less the options that only gcc knows.
tidy_arm64() {
  local only_gcc='schedule-insns\|tree-pre\|predictive-commoning\|tree-loop-im'
  cmake --preset arm64
  mkdir -p build-arm64/tidy
  sed "s/ -fno-\($only_gcc\)//g" build-arm64/compile_commands.json >build-arm64/tidy/compile_commands.json
  find src -name 'arm64_*.cc' -print0 |
    xargs -0 -n 4 -P 2 clang-tidy-16 --quiet -p build-arm64/tidy --extra-arg=--target=aarch64-linux-gnu
}

case "${1-}" in
  format) sources | xargs -0 clang-format-16 -i ;;
  check-format) sources | xargs -0 clang-format-16 --dry-run -Werror ;;
  tidy)
    shift
    [ -f build-clang/build.ninja ] || cmake --preset clang
    cmake --build --preset clang  # generated headers have to be there
    { if [ $# -gt 0 ]; then printf '%s\0' "$@"; else
        sources | grep -zE '\.cc$' | grep -zvE '_(test|fuzz)\.cc$|^(tests|bench)/|/arm64_'; fi; } |
      xargs -0 -n 4 -P 2 clang-tidy-16 --quiet -p build-clang
    [ $# -gt 0 ] || tidy_arm64
    ;;
  *) echo "usage: $0 format|check-format|tidy [FILE.cc...]" >&2; exit 2 ;;
esac
