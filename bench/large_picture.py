#!/usr/bin/env python3
"""Time and memory of large pictures within --max-memory: what tiles cost.

    bench/large_picture.py
    bench/large_picture.py --only imdn_x4 --limits none 1G 512M --size 1920x1080

Networks are quantized to 8 bits on one photograph. Limits take turns; the time is that of enlarging, without reading and
writing; memory is the peak of the whole process (VmHWM), reading and writing included. Results are compared byte by byte.
"""

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def arguments():
    shared = Path(os.environ.get("NAWQSR_SHARED", ROOT / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=Path, default=ROOT / "build" / "nawqsr", help="program to measure")
    parser.add_argument("--shared", type=Path, default=shared, help="folder with models/ and data/calib/")
    parser.add_argument("--only", nargs="+", default=["tpsr_x4", "realesr_animevideov3_x4", "imdn_x4"])
    parser.add_argument("--limits", nargs="+", default=["none", "1G", "256M"], help="of memory; default: %(default)s")
    parser.add_argument("--size", default="1920x1080", help="of the picture (default %(default)s)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def must(command):
    code, out, errors = run(command)
    if code != 0:
        sys.exit(f"{' '.join(map(str, command))}: {errors.strip()}")
    return out


def peak_and_output(command):
    """Peak memory in MiB of one process, its exit code and what it printed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        os.write(writer, json.dumps([done.returncode, used, done.stdout, done.stderr]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def measure(options, model, picture, folder):
    rows = {limit: [] for limit in options.limits}
    peaks, hashes = {}, {}
    for _ in range(options.rounds):
        for limit in options.limits:
            result = folder / "result.tif"
            command = [options.nawqsr, "upscale", "-i", picture, "-o", result, "-m", model, "-j", options.threads, "--json",
                       "--progress", "none"] + ([] if limit == "none" else ["--max-memory", limit])
            code, peak, out, errors = peak_and_output(command)
            if code != 0:
                rows[limit] = errors.strip().splitlines()[-1]
                continue
            rows[limit].append(json.loads(out.strip().splitlines()[-1])["pictures"][0]["upscale_s"])
            peaks[limit] = max(peak, peaks.get(limit, 0))
            hashes[limit] = hashlib.sha256(result.read_bytes()).hexdigest()
    return rows, peaks, hashes


def main():
    options = arguments()
    print("| network | limit | tiles | s | over no limit | peak, MiB | extra work | in the file, MiB | same bytes |")
    print("|---|---|---|---:|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = sorted((options.shared / "data" / "calib").rglob("*.png"))
        picture = folder / "picture.tif"
        must([options.nawqsr, "upscale", "-i", photos[0], "-o", picture, "-n", "bicubic", "--size", options.size])
        for network in options.only:
            model = folder / f"{network}.onnx"
            must([options.nawqsr, "quantize", options.shared / "models" / f"{network}.onnx", "--uniform", 8, "--calib",
                  photos[0].parent, "--calib-images", 1, "-o", model, "--progress", "none"])
            rows, peaks, hashes = measure(options, model, picture, folder)
            base = rows[options.limits[0]]
            for limit, times in rows.items():
                if isinstance(times, str):
                    print(f"| {network} | {limit} | refused: {times} | | | | | | |")
                    continue
                told = json.loads(must([options.nawqsr, "inspect", model, "--size", options.size, "--json"] +
                                       ([] if limit == "none" else ["--max-memory", limit])))["tiles"]
                ratio = statistics.median(a / b for a, b in zip(times, base))
                print(f"| {network} | {limit} | {told['tiles']} of {told['tile'][0]}x{told['tile'][1]} | "
                      f"{statistics.median(times):.2f} | {ratio:.2f}x | {peaks[limit]:.0f} | {told['extra_work'] * 100:.1f} % | "
                      f"{told['file_bytes'] / 2**20:.0f} | {'yes' if hashes[limit] == hashes[options.limits[0]] else 'NO'} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
