#!/usr/bin/env bash
# Installs what is needed, builds nawqsr, makes a small photo four times as large and says how good that is.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

# The number of FIELD in one line of JSON.
field() { sed -n 's/.*"'"$1"'": *\(-\{0,1\}[0-9.]*\).*/\1/p'; }

# "32.24 dB, SSIM 0.8612": FILE against the original photo.
quality() {
  local json
  json=$(build/nawqsr compare "$1" docs/demo/cat_hr.png --json | tr -d '\n')
  LC_ALL=C printf '%.2f dB, SSIM %.4f' "$(field psnr_y_db <<<"$json")" "$(field ssim_y <<<"$json")"
}

say "Packages"
scripts/setup.sh
echo "all there"

say "Build (the first one takes a few minutes)"
cmake --preset release >/dev/null
cmake --build --preset release --target nawqsr

say "Upscale docs/demo/cat_lr.png (112x75) four times with the embedded network"
mkdir -p out
start_ms=$(date +%s%3N)
build/nawqsr upscale -i docs/demo/cat_lr.png -o out/cat_x4.png
took_ms=$(($(date +%s%3N) - start_ms))
build/nawqsr upscale -n bicubic -i docs/demo/cat_lr.png -o out/cat_bicubic_x4.png

say "Result"
echo "picture   $PWD/out/cat_x4.png (448x300)"
echo "time      $took_ms ms, loading the network included"
echo "nawqsr    $(quality out/cat_x4.png) against the original, docs/demo/cat_hr.png (PSNR and SSIM of luma)"
echo "bicubic   $(quality out/cat_bicubic_x4.png), $PWD/out/cat_bicubic_x4.png"
