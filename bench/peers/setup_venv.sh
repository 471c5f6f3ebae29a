#!/usr/bin/env bash
# Makes build/peers-venv, a throw-away Python environment with the runtimes that nawqsr is compared with.
# usage: bench/peers/setup_venv.sh     then build/peers-venv/bin/python bench/peers/onnxruntime_check.py --help
set -euo pipefail
cd "$(dirname "$0")/../.."

wanted=(bench/peers/requirements.txt bench/peers/requirements_alone.txt)
venv=build/peers-venv
stamp=$venv/requirements.txt
cat "${wanted[@]}" | cmp -s - "$stamp" && exit 0

mkdir -p build
echo "$venv: installing (about 1 GB)" >&2
python3 -m venv --clear "$venv" || { echo "python3-venv is missing: run scripts/setup.sh --bench" >&2; exit 1; }
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "${wanted[0]}"
# Its program stands alone; the Python module beside it would bring all of PyTorch.
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "${wanted[1]}"
"$venv/bin/opt_in_out" --opt_out >/dev/null 2>&1 || true  # OpenVINO's telemetry
cat "${wanted[@]}" >"$stamp"
echo "$venv is ready" >&2
