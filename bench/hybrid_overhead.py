#!/usr/bin/env python3
"""What mixing wordlengths costs: a hybrid of many partitions beside the times of its layers. Needs nothing but Python and the
program.

    bench/hybrid_overhead.py
    bench/hybrid_overhead.py --only tpsr_x4 --seed 3 --turns 9

Every layer is drawn to run in 8 or in 16 bits (`quantize --keep16`). Three files take turns: the hybrid, all layers in 8 bits and
all in 16. Two ratios are printed:
  between  the time of a run over the sum of its layers' times in the same run: what lies between the layers
  own      the hybrid's time over the sum of its layers' times in the file where all layers have that wordlength: what a layer
           takes longer because its neighbours have another one is in it too
Layers that only convert are stated apart and count to the hybrid's time, not to its layers'.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def arguments():
    shared = Path(os.environ.get("NAWQSR_SHARED", ROOT / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=Path, default=ROOT / "build" / "nawqsr", help="program to measure")
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder with networks")
    parser.add_argument("--calib", type=Path, default=shared / "data" / "calib", help="photographs to calibrate with")
    parser.add_argument("--only", nargs="+", default=["tpsr_x4", "imdn_x4"], help="networks (default %(default)s)")
    parser.add_argument("--size", default="320x180")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, default=5, help="turns of the three files (default %(default)s)")
    parser.add_argument("--runs", type=int, default=20, help="runs a turn (default %(default)s)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default %(default)s")
    return parser.parse_args()


def run_json(options, *command):
    done = subprocess.run([options.nawqsr, *map(str, command), "--json", "--progress", "none"], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def bench(options, file):
    return run_json(options, "bench", file, "--size", options.size, "--runs", options.runs, "-j", options.threads)


def quantize(options, network, bits, keep16, file):
    keep = [word for name in keep16 for word in ("--keep16", name)]
    run_json(options, "quantize", options.models / f"{network}.onnx", "--calib", options.calib, "--calib-images", 2,
             "--uniform", bits, *keep, "-o", file)
    return file


def times_us(turns):
    """By layer: the median over the turns of its median."""
    return {layer["name"]: statistics.median(other["median_us"] for turn in turns for other in turn["layers"]
                                             if other["name"] == layer["name"]) for layer in turns[0]["layers"]}


def measure(options, network, folder):
    files = {"8": quantize(options, network, 8, [], folder / "8.onnx"), "16": quantize(options, network, 16, [], folder / "16.onnx")}
    names = [layer["name"] for layer in run_json(options, "bench", files["8"], "--runs", 1)["layers"]]
    draw = random.Random(options.seed)
    keep16 = [name for name in names if draw.random() < 0.5]
    files["hybrid"] = quantize(options, network, 8, keep16, folder / "hybrid.onnx")
    turns = {kind: [] for kind in files}
    for _ in range(options.turns):
        for kind, file in files.items():
            turns[kind].append(bench(options, file))
    hybrid = turns["hybrid"]
    own = {bits: times_us(turns[bits]) for bits in ("8", "16")}
    layers = hybrid[0]["layers"]
    conversions = [layer["name"] for layer in layers if layer["converts_only"]]
    total_ms = statistics.median(turn["median_ms"] for turn in hybrid)
    converted_ms = sum(times_us(hybrid)[name] for name in conversions) / 1000
    own_ms = sum(own[str(layer["bits"])].get(layer["name"], 0) for layer in layers if not layer["converts_only"]) / 1000
    switches = sum(a["bits"] != b["bits"] for a, b in zip(layers, layers[1:]))
    between = statistics.median(turn["median_ms"] / (turn["median_ms"] - turn["between_layers_ms"]) for turn in hybrid)
    return (f"| {network} | {len(layers)} | {switches + 1} | {total_ms:.2f} | {converted_ms:.2f} ({len(conversions)}) | "
            f"{between:.4f}x | {own_ms:.2f} | {total_ms / own_ms:.3f}x |")


def main():
    options = arguments()
    print(f"seed {options.seed}, {options.size}, {options.threads} threads, {options.turns} turns of {options.runs} runs, "
          f"load {os.getloadavg()[0]:.1f}\n")
    print("| network | layers | partitions | ms | of it layers that only convert | over its layers' times in the same run | "
          "their own times in uniform files, ms | over them |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    for network in options.only:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(options, network, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
