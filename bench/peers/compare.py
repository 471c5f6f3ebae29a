#!/usr/bin/env python3
"""Speed of nawqsr beside ONNX Runtime, measured in one run, in turn: A B C, A B C, ...

    bench/peers/setup_venv.sh
    build/peers-venv/bin/python bench/peers/compare.py
    build/peers-venv/bin/python bench/peers/compare.py --hybrid tpsr_x4_hybrid.onnx imdn_x4_hybrid.onnx

Each turn is a burst of --runs runs, of which the median counts; of the turns the median counts again, and so does the
ratio to ONNX Runtime FP32, which is taken turn by turn. ONNX Runtime's INT8 is made by its own static quantizer (QDQ,
uint8 activations, int8 weights by channel). A --hybrid FILE belongs to the network that its name begins with. With one,
a second table has what the paper's Table 3 has: the speed of the hybrid over everything else.

GMAC/s count the multiply-accumulates of the graph. "of peak" is the time that the layers would take at the peaks that
nawqsr measures in the same turn, over the time they took.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

import onnxruntime_int8
from report_tables import speed_table, table3

PRECISIONS = ("int8", "a16w8", "fp32")


def arguments():
    root = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("NAWQSR_SHARED", root / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=Path, default=root / "build" / "nawqsr", help="program to measure")
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder of float networks")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="networks by name (default: all)")
    parser.add_argument("--hybrid", type=Path, nargs="+", default=[], metavar="FILE", help="quantized by nawqsr")
    parser.add_argument("--calib", type=Path, default=shared / "data" / "calib", help="photographs for ONNX Runtime INT8")
    parser.add_argument("--paper", type=Path, default=shared / "paper" / "table3_speedup.csv", help="the paper's Table 3")
    parser.add_argument("--size", default="320x180", help="of the picture (default %(default)s)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of each (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns (default %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="in a turn (default %(default)s)")
    parser.add_argument("--csv", type=Path, help="file to write the figures to")
    parser.add_argument("--json", type=Path, help="file to write the figures and every turn to")
    return parser.parse_args()


class OurProgram:
    """`nawqsr bench`, a process each turn."""

    def __init__(self, label, command):
        self.label, self.command = label, command

    def turn(self):
        done = subprocess.run(self.command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        result = json.loads(done.stdout)
        return {"ms": result["median_ms"], "gmac": result["gmac"], "peaks": result["peak_gmac_per_s"],
                "peak_fraction": result["peak_fraction"], "isa": result["isa"]}


class OnnxRuntime:
    def __init__(self, label, path, options):
        self.label = label
        self.session = onnxruntime.InferenceSession(str(path), onnxruntime_int8.quiet_options(options.threads),
                                                    providers=["CPUExecutionProvider"])
        self.runs = options.runs
        name, channels, value_range, _ = onnxruntime_int8.facts(path)
        width, height = map(int, options.size.split("x"))
        picture = np.random.default_rng(1).random((1, channels, height, width), np.float32) * np.float32(value_range)
        self.feed = {name: picture}

    def turn(self):
        times = []
        for _ in range(self.runs + 1):  # the first one fills the caches
            begin = time.perf_counter()
            self.session.run(None, self.feed)
            times.append((time.perf_counter() - begin) * 1000)
        return {"ms": statistics.median(times[1:])}


def hybrid_of(network, options):
    return next((path for path in options.hybrid if path.stem.startswith(network.stem)), None)


def our_programs(network, options):
    common = ["--size", options.size, "-j", str(options.threads), "--runs", str(options.runs), "--json", "--progress", "none"]
    files = {"hybrid": hybrid_of(network, options), **{precision: network for precision in PRECISIONS}}
    return [OurProgram(f"nawqsr {precision}", [options.nawqsr, "bench", path, "--precision", precision, *common])
            for precision, path in files.items() if path]


def runners(network, pictures, options):
    """What takes turns, and why the rest does not."""
    ready, refused = our_programs(network, options), {}
    ready.append(OnnxRuntime("ONNX Runtime fp32", network, options))
    label = "ONNX Runtime int8"
    try:
        ready.append(OnnxRuntime(label, onnxruntime_int8.int8_file(network, pictures), options))
    except Exception as error:  # the quantizer's have no common base
        refused[label] = (str(error).splitlines() or [type(error).__name__])[0]
    return ready, refused


def take_turns(ready, rounds):
    turns = {runner.label: [] for runner in ready}
    refused = {}
    for _ in range(rounds):
        for runner in ready:
            if runner.label in refused:
                continue
            try:
                turns[runner.label].append(runner.turn())
            except (RuntimeError, OSError) as error:
                refused[runner.label] = str(error)
    return {label: found for label, found in turns.items() if label not in refused}, refused


def summary(turns):
    """Figures of each label: medians over the turns."""
    gmac = next((found[0]["gmac"] for found in turns.values() if "gmac" in found[0]), None)
    peaks = [found["peaks"] for found in turns.get("nawqsr int8", [])]
    rows = {}
    for label, found in turns.items():
        row = {"ms": statistics.median(turn["ms"] for turn in found)}
        row["over_onnxruntime_fp32"] = statistics.median(
            other["ms"] / turn["ms"] for turn, other in zip(found, turns.get("ONNX Runtime fp32", [])))
        if gmac is not None:
            row["gmac_per_s"] = gmac / row["ms"] * 1000
        if "peak_fraction" in found[0]:
            row["peak_fraction"] = statistics.median(turn["peak_fraction"] for turn in found)
        elif gmac is not None and peaks:
            unit = "a8" if label.endswith("int8") else "f32"
            row["peak_fraction"] = statistics.median(
                gmac / peak[unit] * 1000 / turn["ms"] for turn, peak in zip(found, peaks))
        rows[label] = row
    return rows


def compare(network, pictures, options):
    ready, refused = runners(network, pictures, options)
    turns, failed = take_turns(ready, options.rounds)
    refused.update(failed)
    return {"network": network.stem, "rows": summary(turns), "refused": refused, "turns": turns}


def write_csv(path, results):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["network", "runtime", "ms", "over_onnxruntime_fp32", "gmac_per_s", "peak_fraction"])
        for result in results:
            for label, row in result["rows"].items():
                writer.writerow([result["network"], label, *(f"{row[key]:.4g}" if key in row else "" for key in
                                                             ("ms", "over_onnxruntime_fp32", "gmac_per_s", "peak_fraction"))])


def circumstances(options, results):
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")),
               "unknown CPU")
    isas = {turn["isa"] for result in results for found in result["turns"].values() for turn in found if "isa" in turn}
    return (f"{cpu}, {options.threads} threads, {options.size}, {' '.join(sorted(isas))}; ONNX Runtime {onnxruntime.__version__}; "
            f"medians of {options.rounds} turns of {options.runs} runs; load {os.getloadavg()[0]:.1f}")


def main():
    options = arguments()
    networks = [path for path in sorted(options.models.glob("*.onnx")) if not options.only or path.stem in options.only]
    if not networks:
        sys.exit(f"no such network (*.onnx) in {options.models}")
    owners = [hybrid_of(network, options) for network in networks]
    if astray := [str(path) for path in options.hybrid if path not in owners]:
        sys.exit(f"{', '.join(astray)}: of no network that is measured, or a second one of it")
    pictures = sorted(path for path in options.calib.rglob("*") if path.suffix.lower() in (".png", ".jpg", ".webp"))[::13][:4]
    results = []
    for network in networks:
        print(f"{network.stem} ...", file=sys.stderr)
        results.append(compare(network, pictures, options))
    print(circumstances(options, results) + "\n\n" + speed_table(results))
    if any("nawqsr hybrid" in result["rows"] for result in results):
        print(table3(results, options.paper))
    if options.csv:
        write_csv(options.csv, results)
    if options.json:
        options.json.write_text(json.dumps({"circumstances": circumstances(options, results), "networks": results}, indent=1))


if __name__ == "__main__":
    main()
