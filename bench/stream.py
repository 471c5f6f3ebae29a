#!/usr/bin/env python3
"""Pictures a second of a folder, with decoding and encoding beside the network. Needs nothing but Python and the program.

    bench/stream.py
    bench/stream.py --only tpsr_x4 --count 60 --formats png jpg

Small pictures are made of the photographs of --photos by bicubic reduction to --size. Every way takes turns:
  engine         the network alone (`bench`)
  one at a time  `upscale --one-at-a-time`: the stages follow one another
  in flight      `upscale`: the next picture is read and the last ones are written beside the network
"""

import argparse
import json
import os
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
    parser.add_argument("--photos", type=Path, default=shared / "data" / "calib", help="photographs, found recursively")
    parser.add_argument("--only", nargs="+", default=["tpsr_x4", "imdn_x4"], help="networks (default %(default)s)")
    parser.add_argument("--size", default="320x180", help="of the small pictures (default %(default)s)")
    parser.add_argument("--count", type=int, default=60, help="pictures (default %(default)s)")
    parser.add_argument("--formats", nargs="+", default=["png", "jpg"], help="of the results (default %(default)s)")
    parser.add_argument("--turns", type=int, default=3, help="default %(default)s")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default %(default)s")
    return parser.parse_args()


def run_json(options, *command):
    done = subprocess.run([options.nawqsr, *map(str, command), "--json", "--progress", "none"], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def make_pictures(options, folder):
    photos = sorted(path for path in options.photos.rglob("*") if path.suffix in (".png", ".jpg"))
    inputs = folder / "in"
    inputs.mkdir()
    small = folder / "small"
    run_json(options, "upscale", *(word for photo in photos for word in ("-i", photo)), "-o", f"{small}/{{stem}}.png", "-n",
             "bicubic", "--size", options.size)
    made = sorted(small.iterdir())
    for i in range(options.count):
        os.link(made[i % len(made)], inputs / f"{i:04}.png")
    return inputs


def stream(options, model, inputs, folder, extension, *how):
    result = run_json(options, "upscale", "-i", inputs, "-o", folder / "out", "-m", model, "-f", extension, "--overwrite", "-j",
                      options.threads, *how)
    pictures = result["pictures"]
    stages_ms = [1000 * statistics.mean(p[stage] for p in pictures) for stage in ("decode_s", "upscale_s", "encode_s")]
    return len(pictures) / result["seconds"], stages_ms


def measure(options, network, inputs, folder):
    model = folder / f"{network}.onnx"
    run_json(options, "quantize", options.models / f"{network}.onnx", "--calib", options.photos, "--calib-images", 2, "--uniform",
             8, "-o", model)
    for extension in options.formats:
        engine, alone, flight = [], [], []
        for _ in range(options.turns):
            engine.append(1000 / run_json(options, "bench", model, "--size", options.size, "-j", options.threads)["median_ms"])
            alone.append(stream(options, model, inputs, folder, extension, "--one-at-a-time"))
            flight.append(stream(options, model, inputs, folder, extension))
        stages = [statistics.median(column) for column in zip(*(ms for _, ms in alone))]
        ratio = statistics.median(b[0] / a[0] for a, b in zip(alone, flight))
        print(f"| {network} int8 | {extension} | {statistics.median(engine):.1f} | {statistics.median(a[0] for a in alone):.2f} | "
              f"{stages[0]:.1f} + {stages[1]:.1f} + {stages[2]:.1f} | {statistics.median(f[0] for f in flight):.2f} | {ratio:.2f}x |",
              flush=True)


def main():
    options = arguments()
    print(f"{options.count} pictures of {options.size}, {options.threads} threads, {options.turns} turns, load "
          f"{os.getloadavg()[0]:.1f}; pictures a second\n")
    print("| network | written as | engine | one at a time | ms to decode + upscale + encode | in flight | gain |\n"
          "|---|---|---:|---:|---|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        inputs = make_pictures(options, Path(name))
        for network in options.only:
            measure(options, network, inputs, Path(name))


if __name__ == "__main__":
    main()
