#!/usr/bin/env python3
"""Compares ONNX Runtime (FP32, CPU) with stored float outputs of the same networks on the same pictures.

For every MODELS/NAME.onnx (and MODELS/ours/NAME.onnx) there are GOLDEN/NAME.lr.npy, the picture (uint8, HWC, RGB), and
GOLDEN/NAME.sr.npy, PyTorch's output (float32, CHW). With --outputs DIR, DIR/NAME.npy is nawqsr's output (float32, CHW),
as the golden test writes it:

    NAWQSR_WRITE_OUTPUTS=build/outputs ctest --preset release -R [Gg]olden
    build/peers-venv/bin/python bench/peers/onnxruntime_check.py --outputs build/outputs

Prints the largest difference per network as a fraction of the network's range (1 or 255). Exit code 1 where one is above
the tolerance or a file is missing.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime


def arguments():
    shared = Path(os.environ.get("NAWQSR_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder of the networks")
    parser.add_argument("--golden", type=Path, default=shared / "golden", help="folder of pictures and PyTorch outputs")
    parser.add_argument("--outputs", type=Path, help="folder of nawqsr's outputs, NAME.npy")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="of the range (default %(default)g)")
    return parser.parse_args()


def run(model_path, picture_hwc):
    """ONNX Runtime's output [C,H,W] and the network's range."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model_path), options, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    value_range = float(metadata.get("input_range", "1"))
    if metadata.get("colour", "RGB") == "BGR":
        picture_hwc = picture_hwc[:, :, ::-1]
    planes = picture_hwc.astype(np.float32).transpose(2, 0, 1)[None] * np.float32(value_range / 255)
    output = session.run(None, {session.get_inputs()[0].name: planes})[0]
    return output[0], value_range


def difference(ours, theirs, value_range):
    """Largest difference as a fraction of the range; infinite where shapes differ or a value is not finite."""
    if ours.shape != theirs.shape:
        return float("inf")
    largest = np.abs(ours.astype(np.float64) - theirs.astype(np.float64)).max() / value_range
    return float(largest) if np.isfinite(largest) else float("inf")


def compare(model_path, options):
    """One line of the table: name and the differences, None where a file is missing."""
    name = model_path.stem
    picture_path = options.golden / f"{name}.lr.npy"
    if not picture_path.exists():
        return name, [None]
    onnxruntime_output, value_range = run(model_path, np.load(picture_path))
    stored = [options.golden / f"{name}.sr.npy"]
    if options.outputs:
        stored.append(options.outputs / f"{name}.npy")
    return name, [
        difference(np.load(path), onnxruntime_output, value_range) if path.exists() else None for path in stored
    ]


def main():
    options = arguments()
    models = sorted(options.models.glob("*.onnx")) + sorted(options.models.glob("ours/*.onnx"))
    if not models:
        sys.exit(f"no network (*.onnx) in {options.models}")
    print(f"onnxruntime {onnxruntime.__version__}, largest difference / range, tolerance {options.tolerance:g}")
    print(f"{'network':28}{'PyTorch':>12}{'nawqsr':>12}")
    good = True
    for model_path in models:
        name, differences = compare(model_path, options)
        good &= all(value is not None and value <= options.tolerance for value in differences)
        cells = ["missing" if value is None else f"{value:.2e}" for value in differences]
        cells += ["-"] * (2 - len(cells))
        print(f"{name:28}" + "".join(f"{cell:>12}" for cell in cells))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
