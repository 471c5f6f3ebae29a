#!/usr/bin/env python3
"""Files of ONNX Runtime's static quantizer on nawqsr and on ONNX Runtime: PSNR of both, as a Markdown table.

    build/peers-venv/bin/python bench/peers/quantizer_files.py --eval ../shared/data/eval --calib ../shared/data/calib/kodak \\
        ../shared/models/*.onnx

Every network in every variant that the quantizer makes: uint8, int8, uint16 and int16 activations; int8 weights, or uint8
ones around 128; a scale a tensor or a channel. Files are kept in build/quantizer-files, so a second run only measures. PSNR is
of Y, the mean over the set; a row is a variant, a cell the difference, nawqsr - ONNX Runtime. Exit code 1 where a file does
not run or a difference is above the tolerance.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime_int8 import Photographs
from onnxruntime_psnr import Network

CALIBRATION_PICTURES = 4
ACTIVATIONS = {"u8": QuantType.QUInt8, "s8": QuantType.QInt8, "u16": QuantType.QUInt16, "s16": QuantType.QInt16}
WEIGHTS = {"ws8": QuantType.QInt8, "wu8": QuantType.QUInt8}
# The quantizer refuses uint8 weights beside int8 activations.
VARIANTS = [(a, w, s) for s in ("tensor", "channel") for a in ACTIVATIONS for w in WEIGHTS if (a, w) != ("s8", "wu8")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="+", type=Path, help="float networks")
    parser.add_argument("--eval", required=True, type=Path, help="folder with SET/xSCALE/{LR,HR}")
    parser.add_argument("--calib", required=True, type=Path, help=f"photographs; the first {CALIBRATION_PICTURES} are used")
    parser.add_argument("--set", default="Set5")
    parser.add_argument("--nawqsr", type=Path, default=Path("build/nawqsr"))
    parser.add_argument("--files", type=Path, default=Path("build/quantizer-files"), help="where files are kept")
    parser.add_argument("--tolerance", type=float, default=0.01, help="in dB (default %(default)g)")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def quantized(network, variant, calib, folder):
    activation, weights, scales = variant
    path = folder / f"{network.stem}.{activation}.{weights}.{scales}.onnx"
    if path.exists():
        return path
    prepared = folder / f"{network.stem}.prepared.onnx"
    if not prepared.exists():
        quant_pre_process(str(network), str(prepared), skip_symbolic_shape=True)
    pictures = sorted(calib.iterdir())[:CALIBRATION_PICTURES]
    unfinished = path.with_suffix(f".{os.getpid()}.onnx")
    symmetric = {"WeightSymmetric": True} if weights == "wu8" else {}
    quantize_static(str(prepared), str(unfinished), Photographs(network, pictures), quant_format=QuantFormat.QDQ,
                    per_channel=scales == "channel", activation_type=ACTIVATIONS[activation],
                    weight_type=WEIGHTS[weights], extra_options=symmetric)
    unfinished.rename(path)
    return path


def own_psnr_db(path, folder, options):
    """What `nawqsr eval` says; None where it fails, with its message on stderr."""
    done = subprocess.run([options.nawqsr, "eval", path, "--hr", folder / "HR", "--lr", folder / "LR", "--json", "--progress", "none",
                           "--threads", str(options.threads)], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return None
    return json.loads(done.stdout.splitlines()[-1])["psnr_y_db"]


def main():
    options = arguments()
    options.files.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.WARNING)
    cells, largest, failed = {}, 0.0, []
    for network in options.networks:
        for variant in VARIANTS:
            path = quantized(network, variant, options.calib, options.files)
            peer = Network(path, options.threads)
            folder = options.eval / options.set / f"x{peer.scale}"
            theirs, ours = peer.mean_psnr_db(folder), own_psnr_db(path, folder, options)
            cells[network.stem, variant] = (ours, theirs)
            if ours is None:
                failed.append(path.name)
                continue
            largest = max(largest, abs(ours - theirs))
            print(f"{path.name}: {ours:.4f} {theirs:.4f} {ours - theirs:+.4f}", file=sys.stderr)
    names = [network.stem for network in options.networks]
    print("| activations, weights, scales | " + " | ".join(names) + " |")
    print("|---|" + "---|" * len(names))
    for variant in VARIANTS:
        row = [cells[name, variant] for name in names]
        text = ["fails" if ours is None else f"{ours:.3f} ({ours - theirs:+.4f})" for ours, theirs in row]
        print(f"| {', '.join(variant)} | " + " | ".join(text) + " |")
    print(f"largest difference {largest:.4f} dB; {len(failed)} of {len(cells)} files fail {' '.join(failed)}")
    return 1 if failed or largest > options.tolerance else 0


if __name__ == "__main__":
    sys.exit(main())
