#!/usr/bin/env python3
"""Start-up and time per pixel of nawqsr, beside what its design asks for. Needs nothing but Python and the program.

    bench/engine_bars.py
    bench/engine_bars.py --nawqsr build/nawqsr --models ../shared/models --rounds 3

Sizes take turns, and a ratio is taken turn by turn; medians count. Wall times are those of whole processes, from before
they are started until they are gone. A busy machine misses bars: run it on a quiet one.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE_SIZE = "320x180"
# Of network and size: how many times the time per pixel of the reference size.
PIXEL_BARS = {("tpsr_x4", "160x90"): 1.5, ("tpsr_x4", "1920x1080"): 1.3, ("imdn_x4", "160x90"): 1.5,
              ("imdn_x4", "1920x1080"): 1.15}
VERSION_BAR_MS, PICTURE_BAR_MS, BIND_BAR_MS = 20, 60, 10
STARTS = 15


def arguments():
    shared = Path(os.environ.get("NAWQSR_SHARED", ROOT / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=Path, default=ROOT / "build" / "nawqsr", help="program to measure")
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder with tpsr_x4.onnx and imdn_x4.onnx")
    parser.add_argument("--precision", default="int8", choices=["int8", "a16w8", "fp32"])
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="turns of every size (default %(default)s)")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    return parser.parse_args()


class Bars:
    """The table: what is asked for, what was measured."""

    def __init__(self):
        self.rows = []

    def add(self, what, limit, measured, unit):
        self.rows.append({"what": what, "limit": limit, "measured": measured, "unit": unit, "met": measured <= limit})

    def table(self):
        lines = ["| bar | at most | measured | met |", "|---|---:|---:|---|"]
        for row in self.rows:
            lines.append(f"| {row['what']} | {row['limit']:g}{row['unit']} | {row['measured']:.2f}{row['unit']} | "
                         f"{'yes' if row['met'] else 'no'} |")
        return "\n".join(lines)


def wall_ms(command):
    times = []
    for _ in range(STARTS + 1):  # the first one reads the files
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[1:])


def first_progress_ms(command):
    """From before the process is started until it says that the first of its work is done."""
    times = []
    for _ in range(STARTS + 1):
        begin = time.perf_counter()
        with subprocess.Popen([*command, "--progress", "json"], stderr=subprocess.PIPE, text=True) as started:
            for line in started.stderr:
                if json.loads(line)["event"] == "progress":
                    times.append((time.perf_counter() - begin) * 1000)
                    break
            started.stderr.read()
    return statistics.median(times[1:])


def bench(options, model, size, runs, precision=None):
    command = [options.nawqsr, "bench", model, "--precision", precision or options.precision, "--size", size, "--runs",
               str(runs), "-j", str(options.threads), "--json", "--progress", "none"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


def ns_per_pixel(options, model, size):
    width, height = map(int, size.split("x"))
    # A few runs of a large picture, more of a small one.
    result = bench(options, model, size, 2 if width * height > 1_000_000 else 20)
    return result["median_ms"] * 1e6 / (width * height)


def measure_start_up(options, bars):
    bars.add("`nawqsr --version`, whole process", VERSION_BAR_MS, wall_ms([options.nawqsr, "--version"]), " ms")
    picture = ROOT / "docs" / "demo" / "cat_lr.png"
    with tempfile.TemporaryDirectory() as folder:
        command = [options.nawqsr, "-i", picture, "-o", Path(folder) / "out.png", "-j", str(options.threads)]
        bars.add("112x75 PNG, embedded network: from the process's start to its first layer done", PICTURE_BAR_MS,
                 first_progress_ms(command), " ms")
    binds = [bench(options, "tiny_x4", REFERENCE_SIZE, 1, "hybrid")["bind_ms"] for _ in range(5)]
    bars.add(f"embedded network bound at {REFERENCE_SIZE} (hybrid)", BIND_BAR_MS, statistics.median(binds), " ms")


def measure_pixels(options, bars):
    for network in sorted({network for network, _ in PIXEL_BARS}):
        model = options.models / f"{network}.onnx"
        if not model.exists():
            print(f"{model} is not there: left out")
            continue
        sizes = [size for name, size in PIXEL_BARS if name == network]
        turns = []
        for _ in range(options.rounds):
            turns.append({size: ns_per_pixel(options, model, size) for size in [REFERENCE_SIZE, *sizes]})
        usual = statistics.median(turn[REFERENCE_SIZE] for turn in turns)
        print(f"{network} {options.precision}: {usual:.1f} ns per input pixel at {REFERENCE_SIZE}")
        for size in sizes:
            ratio = statistics.median(turn[size] / turn[REFERENCE_SIZE] for turn in turns)
            bars.add(f"{network} {options.precision}: time per pixel at {size}, of that at {REFERENCE_SIZE}",
                     PIXEL_BARS[network, size], ratio, "x")


def main():
    options = arguments()
    bars = Bars()
    measure_start_up(options, bars)
    measure_pixels(options, bars)
    print(f"\n{options.threads} threads, load {os.getloadavg()[0]:.1f}\n\n{bars.table()}")
    if options.json:
        options.json.write_text(json.dumps(bars.rows, indent=1))


if __name__ == "__main__":
    main()
