#!/usr/bin/env python3
"""PSNR of hybrid files in ONNX Runtime beside the engine's: the static file without run-time ranges, the dynamic one with them.

    bench/peers/setup_venv.sh
    build/peers-venv/bin/python bench/paper/runtime_check.py --only tpsr_x4 --sets Set5

Fails where they are more than 0.01 dB apart. Figures go into docs/paper_tables.csv.
"""

import argparse
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "peers"))

import onnxruntime_psnr  # noqa: E402

import pages  # noqa: E402
from facts import Facts  # noqa: E402
from program import Program  # noqa: E402

PART = "runtime"
MOST_DB = 0.01
# Some layers with ranges found on the picture, so that the two files differ.
OPTIONS = ["--epsilon", 0.05, "--dre-energy", 0.5, "--dynamic-onnx"]


def check(program, facts, network, options):
    """Whether all differences are small."""
    _, path = program.quantize(network, "checked", "--calib", program.shared / "data" / "calib", *OPTIONS)
    command, good = program.command, True
    for row, file, engine in (("static", path, ["--dre", "off"]), ("dynamic", path.with_suffix(".dynamic.onnx"), [])):
        other = onnxruntime_psnr.Network(file, options.threads)
        for dataset in options.sets:
            ours, _ = program.quality(path, dataset, other.scale, *engine)
            theirs = other.mean_psnr_db(program.pictures(dataset, other.scale)[0].parent)
            facts.add(PART, network, "difference", theirs - ours, dataset=dataset, row=row, command=command)
            good = good and abs(theirs - ours) <= MOST_DB
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=pathlib.Path, default=ROOT / "build" / "nawqsr")
    parser.add_argument("--shared", type=pathlib.Path, default=os.environ.get("NAWQSR_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--only", nargs="+", default=["tpsr_x4", "imdn_x4"], metavar="NETWORK")
    parser.add_argument("--sets", nargs="+", default=["Set5", "Set14"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "docs" / "paper_tables.csv")
    options = parser.parse_args()
    options.shared, options.rounds = pathlib.Path(options.shared).resolve(), 1
    facts, good = Facts(options.output), True
    with tempfile.TemporaryDirectory() as folder:
        for network in options.only:
            facts.forget(PART, network)
            good = check(Program(options, folder), facts, network, options) and good
    facts.write()
    pages.write(options.output.with_suffix(".md"), facts, "bench/paper/run")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
