#!/usr/bin/env bash
# Installs the Debian 12 packages that are missing. With nothing missing it returns at once.
# usage: scripts/setup.sh [--ci|--bench]     --ci adds what the checks of .ci/run and the Makefile need,
#                                            --bench what bench/ compares with
set -euo pipefail

build=(g++-12 cmake ninja-build make pkg-config libonnx-dev libprotobuf-dev protobuf-compiler
  libexpected-dev libeigen3-dev libcli11-dev nlohmann-json3-dev libvips-dev)
tests=(libgtest-dev googletest python3)
checks=(clang-16 clang-tidy-16 clang-format-16 libclang-rt-16-dev llvm-16 gcovr python3-venv
  g++-12-aarch64-linux-gnu qemu-user-static)
bench=(python3-venv libdnnl-dev ffmpeg)

say() { echo "setup: $*" >&2; }

case "${1-}" in
  "") packages=("${build[@]}" "${tests[@]}") ;;
  --ci) packages=("${build[@]}" "${tests[@]}" "${checks[@]}") ;;
  --bench) packages=("${build[@]}" "${tests[@]}" "${bench[@]}") ;;
  *) say "unknown option '$1'; usage: scripts/setup.sh [--ci|--bench]"; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "this is not a Debian system; going on as if the equivalents of these packages were there:"
  say "${packages[*]}"
  exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${packages[@]}" 2>/dev/null || true)
missing=()
for package in "${packages[@]}"; do
  grep -qx "ii *$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

system=$(. /etc/os-release && echo "${ID-} ${VERSION_ID-}")
[ "$system" = "debian 12" ] || say "made for Debian 12, this is '$system'; trying the same package names"

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  say "these packages are missing, and this is neither root nor is there sudo. Have root run:"
  say "apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi

apt() {
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

update_package_lists() {
  local pause_s
  for pause_s in 5 15 30; do
    apt -o APT::Update::Error-Mode=any update && return
    say "apt-get update failed; once more in $pause_s s"
    sleep "$pause_s"
  done
  apt update
}

say "installing (some minutes on a slow line): ${missing[*]}"
update_package_lists
apt install -y --no-install-recommends "${missing[@]}"
say "done"
