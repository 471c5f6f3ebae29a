#!/usr/bin/env python3
"""CPU time of one picture while a video encoder keeps every core busy, beside that on an idle machine, in turn.

    scripts/setup.sh --bench        # ffmpeg
    bench/beside_encoder.py
    bench/beside_encoder.py --nawqsr build/nawqsr --only tpsr_x4 --rounds 5

The encoder is ffmpeg's x264 on a generated 1920x1080 video, with as many threads as there are cores. CPU time (user and
system, of all threads) is that of a `nawqsr bench` of many runs less that of one of few, over the difference in runs: no
start-up, no calibration. Threads that wait for others by spinning cost CPU time that makes no picture: with an encoder
beside them, that is what grows. One thread waits for nobody: what it loses is lost to shared caches.

The bar: at most 1.10 times the CPU time of an idle machine. Exit code 1 where one is above it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR = 1.10
FEW_RUNS = 2
WARM_UP_S = 1.5  # until the encoder's threads all have work
ENCODER = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=60",
           "-c:v", "libx264", "-preset", "medium", "-threads", str(os.cpu_count()), "-f", "null", "-"]


def arguments():
    shared = Path(os.environ.get("NAWQSR_SHARED", ROOT / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=Path, default=ROOT / "build" / "nawqsr", help="program to measure")
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder of the networks")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=["tpsr_x4", "imdn_x4"], help="default: %(default)s")
    parser.add_argument("--precision", default="int8", choices=["int8", "a16w8", "fp32"])
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, len(os.sched_getaffinity(0))}))
    parser.add_argument("--size", default="320x180", help="of the picture (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=2, help="of work in a turn (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each (default %(default)s)")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    return parser.parse_args()


class Encoder:
    """Runs beside what is done in a `with`."""

    def __enter__(self):
        self.started = subprocess.Popen(ENCODER, stdout=subprocess.DEVNULL)
        time.sleep(WARM_UP_S)
        if self.started.poll() is not None:
            sys.exit("the encoder has ended: is ffmpeg's libx264 there?")
        return self

    def __exit__(self, *_):
        self.started.kill()
        self.started.wait()


def run(command):
    """CPU time in seconds of a `nawqsr bench`, and what it says."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        said = started.stdout.read()
        complaints = started.stderr.read().decode()
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {complaints.strip()}")
    return usage.ru_utime + usage.ru_stime, json.loads(said)


def picture_cost(command, runs):
    """(CPU ms of a picture, its wall ms)."""
    few_s, _ = run([*command, "--runs", str(FEW_RUNS)])
    many_s, result = run([*command, "--runs", str(FEW_RUNS + runs)])
    return (many_s - few_s) / runs * 1000, result["median_ms"]


def measure(options, name, threads):
    command = [options.nawqsr, "bench", options.models / f"{name}.onnx", "--precision", options.precision, "--size", options.size,
               "-j", str(threads), "--json", "--progress", "none"]
    _, first = run([*command, "--runs", "10"])
    runs = max(5, round(options.seconds * 1000 / first["median_ms"]))
    idle, busy = [], []
    for _ in range(options.rounds):
        idle.append(picture_cost(command, runs))
        with Encoder():
            busy.append(picture_cost(command, runs))
    ratios = [beside[0] / alone[0] for alone, beside in zip(idle, busy)]
    medians = [statistics.median(numbers) for found in (idle, busy) for numbers in zip(*found)]
    keys = ("idle_cpu_ms", "idle_wall_ms", "busy_cpu_ms", "busy_wall_ms")
    return {"network": name, "threads": threads, **dict(zip(keys, medians)), "ratio": statistics.median(ratios),
            "ratios": sorted(ratios)}


def table(rows):
    lines = ["| network | threads | CPU ms a picture, idle | beside the encoder | ratio | lowest to highest | wall ms, idle | "
             "beside the encoder |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        lines.append(f"| {row['network']} | {row['threads']} | {row['idle_cpu_ms']:.2f} | {row['busy_cpu_ms']:.2f} | "
                     f"{row['ratio']:.3f} | {row['ratios'][0]:.3f} to {row['ratios'][-1]:.3f} | {row['idle_wall_ms']:.2f} | "
                     f"{row['busy_wall_ms']:.2f} |")
    return "\n".join(lines)


def main():
    options = arguments()
    rows = [measure(options, name, threads) for name in options.only for threads in options.threads]
    print(f"{options.precision}, {options.size}, beside x264 on {os.cpu_count()} threads; medians of {options.rounds} turns; "
          f"load {os.getloadavg()[0]:.1f}\n\n{table(rows)}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    sys.exit(0 if all(row["ratio"] <= BAR for row in rows) else 1)


if __name__ == "__main__":
    main()
