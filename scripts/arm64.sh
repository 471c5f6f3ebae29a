#!/usr/bin/env bash
# Builds the player for 64-bit Arm, runs its tests under qemu, and compares what it makes of photographs with this machine.
# usage: scripts/arm64.sh [all]     all: also the codec's tests that run many random programs, which take qemu long
set -euo pipefail
cd "$(dirname "$0")/.."

tests=(--exclude-regex '^(Context|ContextBits|Tiles)\.')
[ "${1-}" = all ] && tests=()

cmake --preset arm64
cmake --build --preset arm64
ctest --preset arm64 --parallel 2 "${tests[@]}"

echo "kernel_check on a processor without I8MM"
qemu-aarch64-static -L /usr/aarch64-linux-gnu -cpu neoverse-n1 build-arm64/src/kernels/kernel_check_test --gtest_brief=1

cmake --preset release
cmake --build --preset release --target nawqsr
python3 -B tests/player/compare_arm64.py build/nawqsr build-arm64/tests/player/play_nawq
