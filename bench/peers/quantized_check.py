#!/usr/bin/env python3
"""Runs quantized files (ONNX with QuantizeLinear and DequantizeLinear) in stock ONNX Runtime beside their float networks.

Each FILE is called as a network of --models and something behind it: tpsr_x4_mixed.onnx is of tpsr_x4.onnx. The picture
is GOLDEN/NAME.lr.npy (uint8, HWC, RGB). Files of every shared network come from a test:

    NAWQSR_WRITE_OUTPUTS=build/outputs ctest --preset release -R ExportOfNetwork
    build/peers-venv/bin/python bench/peers/quantized_check.py build/outputs/*_mixed.onnx

Prints PSNR against the float network's output (rounded to 8 bits, RGB): as ONNX Runtime runs the file by default, with
integer operators where it has them, and operator by operator in float; with --outputs DIR also that of nawqsr's own run,
DIR/FILE.npy (uint8, HWC), of the same file. Exit code 1 where a file is not valid ONNX, does not load, or two of these
figures differ by more than the tolerance. Against the original picture, which is further away than the float network's
output, they differ by less.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def arguments():
    shared = Path(os.environ.get("NAWQSR_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="quantized network")
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder of the float networks")
    parser.add_argument("--golden", type=Path, default=shared / "golden", help="folder of the pictures")
    parser.add_argument("--outputs", type=Path, help="folder of nawqsr's outputs, FILE.npy")
    parser.add_argument("--tolerance", type=float, default=0.05, help="in dB (default %(default)g)")
    return parser.parse_args()


def float_network(path, models):
    """The network with the longest name that the file's name begins with."""
    named = [model for model in models.rglob("*.onnx") if path.stem.startswith(model.stem)]
    return max(named, key=lambda model: len(model.stem), default=None)


def run(path, picture_hwc, as_it_is=False):
    """The output as 8-bit pixels, HWC."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if as_it_is:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    value_range = np.float32(metadata.get("input_range", "1"))
    order = -1 if metadata.get("colour", "RGB") == "BGR" else 1
    planes = picture_hwc[:, :, ::order].astype(np.float32).transpose(2, 0, 1)[None] * (value_range / np.float32(255))
    output = session.run(None, {session.get_inputs()[0].name: planes})[0][0]
    pixels = np.clip(np.rint(output.astype(np.float64) / value_range * 255), 0, 255)
    return pixels.transpose(1, 2, 0)[:, :, ::order]


def psnr_db(a, b):
    error = np.mean((a.astype(np.float64) - b) ** 2)
    return float("inf") if error == 0 else 10 * np.log10(255 * 255 / error)


def figures(path, options):
    """PSNR of each run of the file against the float network."""
    onnx.checker.check_model(onnx.load(path), full_check=True)
    network = float_network(path, options.models)
    if network is None:
        raise FileNotFoundError(f"no float network for it in {options.models}")
    picture = np.load(options.golden / f"{network.stem}.lr.npy")
    wanted = run(network, picture)
    outputs = [run(path, picture), run(path, picture, as_it_is=True)]
    if options.outputs:
        outputs.append(np.load(options.outputs / f"{path.stem}.npy"))
    return [psnr_db(output, wanted) for output in outputs]


def main():
    options = arguments()
    print(f"onnxruntime {onnxruntime.__version__}, PSNR against the float network in dB, tolerance {options.tolerance:g}")
    print(f"{'file':36}{'default':>10}{'float':>10}{'nawqsr':>10}")
    good = True
    for path in options.files:
        try:
            found = figures(path, options)
        except Exception as error:  # ONNX Runtime's have no common base
            print(f"{path.stem:36}{error}")
            good = False
            continue
        good &= max(found) - min(found) <= options.tolerance
        cells = [f"{value:.3f}" for value in found] + ["-"] * (3 - len(found))
        print(f"{path.stem:36}" + "".join(f"{cell:>10}" for cell in cells))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
