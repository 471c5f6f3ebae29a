#!/usr/bin/env bash
# usage: scripts/style.sh format|check-format|tidy [FILE.cc...]     tidy without files looks at all but the tests
set -euo pipefail
cd "$(dirname "$0")/.."

sources() { find src apps models tests bench \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z; }

case "${1-}" in
  format) sources | xargs -0 clang-format-16 -i ;;
  check-format) sources | xargs -0 clang-format-16 --dry-run -Werror ;;
  tidy)
    shift
    [ -f build-clang/build.ninja ] || cmake --preset clang
    cmake --build --preset clang  # generated headers have to be there
    { if [ $# -gt 0 ]; then printf '%s\0' "$@"; else
        sources | grep -zE '\.cc$' | grep -zvE '_(test|fuzz)\.cc$|^tests/'; fi; } |
      xargs -0 -n 4 -P 2 clang-tidy-16 --quiet -p build-clang
    ;;
  *) echo "usage: $0 format|check-format|tidy [FILE.cc...]" >&2; exit 2 ;;
esac
