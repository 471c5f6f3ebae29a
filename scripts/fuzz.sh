#!/usr/bin/env bash
# Builds the fuzzers and runs each for some seconds, two at a time, on a corpus of networks, programs and pictures.
# What crashes one is left in build-fuzz/findings; a finding kept for good goes to tests/corpus/onnx, /nawq or /pictures.
# usage: scripts/fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."

export ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-16/bin/llvm-symbolizer
export SECONDS_EACH=${1:-60}
shared=${NAWQSR_SHARED:-../shared}
corpus=build-fuzz/corpus

collect() {  # FOLDER FILE...: files up to 400 kB, larger ones only slow the fuzzer down
  local folder=$1 file
  shift
  mkdir -p "$corpus/$folder"
  for file in "$@"; do
    [ -f "$file" ] && [ "$(stat -Lc %s "$file")" -le 400000 ] && cp "$file" "$corpus/$folder/"
  done
  echo "corpus $folder: $(find "$corpus/$folder" -type f | wc -l) files"
}

fuzz() {  # PROGRAM: the corpus is named by the first word of the program's name
  local program=$1 name folder=pictures
  name=$(basename "$program")
  [[ $name == onnx* ]] && folder=onnx
  [[ $name == nawq* ]] && folder=nawq
  mkdir -p build-fuzz/findings "build-fuzz/grown/$name"
  if "$program" -max_total_time="$SECONDS_EACH" -max_len=400000 -timeout=20 -rss_limit_mb=3000 \
    -print_final_stats=1 -artifact_prefix="build-fuzz/findings/$name-" \
    "build-fuzz/grown/$name" "build-fuzz/corpus/$folder" >"build-fuzz/$name.log" 2>&1; then
    echo "$name: no finding in $(sed -n 's/stat::number_of_executed_units: *//p' "build-fuzz/$name.log") runs"
  else
    tail -n 60 "build-fuzz/$name.log"
    echo "$name: FINDING, see build-fuzz/findings and build-fuzz/$name.log"
    return 1
  fi
}
export -f fuzz

cmake --preset fuzz
cmake --build --preset fuzz
collect onnx models/*.onnx tests/corpus/onnx/* "$shared"/models/*.onnx
collect nawq models/*.nawq tests/corpus/nawq/*
collect pictures docs/demo/*.png tests/corpus/pictures/* "$shared"/data/edge/*
mapfile -t programs < <(find build-fuzz -name '*_fuzz' -type f -executable | sort)
[ ${#programs[@]} -gt 0 ] || { echo "no fuzzer was built" >&2; exit 1; }
printf '%s\n' "${programs[@]}" | xargs -n 1 -P 2 bash -euo pipefail -c 'fuzz "$1"' _
