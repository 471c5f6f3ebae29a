#!/usr/bin/env python3
"""PSNR of networks as ONNX Runtime runs them, over sets of the shared data: to stand beside `nawqsr eval`.

    build/peers-venv/bin/python bench/peers/onnxruntime_psnr.py model.onnx ... --eval ../shared/data/eval --sets Set5 Set14
"""

import argparse
import pathlib

import numpy as np
import onnxruntime
from PIL import Image


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(np.float64)


def luma(rgb):
    return 16 + rgb @ np.array([65.481, 128.553, 24.966]) / 255


def psnr_db(result, original, border):
    error = (luma(result) - luma(original))[border:-border, border:-border]
    return 10 * np.log10(255**2 / np.mean(error**2))


class Network:
    def __init__(self, path, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        facts = self.session.get_modelmeta().custom_metadata_map
        self.scale, self.range = int(facts["scale"]), float(facts.get("input_range", 1))

    def upscale(self, rgb):
        x = (rgb / 255 * self.range).astype(np.float32).transpose(2, 0, 1)[None]
        y = self.session.run(None, {self.input: x})[0][0].transpose(1, 2, 0).astype(np.float64)
        return np.clip(np.rint(y / self.range * 255), 0, 255)

    def mean_psnr_db(self, folder):
        pairs = zip(sorted((folder / "LR").iterdir()), sorted((folder / "HR").iterdir()))
        figures = []
        for small, large in pairs:
            result = self.upscale(pixels(small))
            height, width = result.shape[:2]
            figures.append(psnr_db(result, pixels(large)[:height, :width], self.scale))
        return float(np.mean(figures))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--eval", required=True, type=pathlib.Path, help="folder with SET/xSCALE/{LR,HR}")
    parser.add_argument("--sets", nargs="+", default=["Set5", "Set14"])
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    for path in options.models:
        network = Network(path, options.threads)
        figures = [f"{name} {network.mean_psnr_db(options.eval / name / f'x{network.scale}'):.4f} dB"
                   for name in options.sets]
        print(path.name, *figures)


if __name__ == "__main__":
    main()
