#!/usr/bin/env bash
# Makes build/peers-venv, a throw-away Python environment with the runtimes that nawqsr is compared with.
# usage: bench/peers/setup_venv.sh     then build/peers-venv/bin/python bench/peers/onnxruntime_check.py --help
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=build/peers-venv
stamp=$venv/requirements.txt
cmp -s bench/peers/requirements.txt "$stamp" && exit 0

mkdir -p build
python3 -m venv --clear "$venv" || { echo "python3-venv is missing: run scripts/setup.sh --ci" >&2; exit 1; }
"$venv/bin/pip" install --quiet --requirement bench/peers/requirements.txt
cp bench/peers/requirements.txt "$stamp"
echo "$venv is ready" >&2
