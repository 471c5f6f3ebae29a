#!/usr/bin/env python3
"""Speed of nawqsr beside ONNX Runtime, OpenVINO and ncnn, measured in one run, in turn: A B C, A B C, ...

    bench/peers/setup_venv.sh
    build/peers-venv/bin/python bench/peers/compare.py
    build/peers-venv/bin/python bench/peers/compare.py --hybrid tpsr_x4_hybrid.onnx imdn_x4_hybrid.onnx

Each turn is a burst of --runs runs, of which the median counts; of the turns the median counts again, and so do ratios,
which are taken turn by turn. ONNX Runtime's INT8 is made by its own static quantizer (QDQ, uint8 activations, int8 weights by
channel), OpenVINO's by NNCF or from that QDQ file: both are measured. Each runtime is given the network at the picture's
size, and its output is compared with that of ONNX Runtime FP32 before it may take turns. A --hybrid FILE belongs to the
network that its name begins with. With one, a second table has what the paper's Table 3 has: the speed of the hybrid
over everything else.

nawqsr makes 8-bit pictures of 8-bit pictures, the others float planes of float planes; what they would need to get from one
to the other is not counted. GMAC/s count the multiply-accumulates of the graph. "of peak" is the time that the layers would
take at the peaks that nawqsr measures in the same turn, over the time they took.
"""

import argparse
import importlib
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from network_file import facts, picture_of_size
from report_tables import headlines, speed_table, table3, write_csv
from run_nawqsr import our_programs
from turns import BASELINE, checked, summary, take_turns

PEERS = ("onnxruntime", "openvino", "ncnn")


def arguments():
    root = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("NAWQSR_SHARED", root / ".." / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", type=Path, default=root / "build" / "nawqsr", help="program to measure")
    parser.add_argument("--models", type=Path, default=shared / "models", help="folder of float networks")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="networks by name (default: all)")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, help="beside whom (default: all)")
    parser.add_argument("--hybrid", type=Path, nargs="+", default=[], metavar="FILE", help="quantized by nawqsr")
    parser.add_argument("--calib", type=Path, default=shared / "data" / "calib", help="photographs for the others' INT8")
    parser.add_argument("--paper", type=Path, default=shared / "paper" / "table3_speedup.csv", help="the paper's Table 3")
    parser.add_argument("--size", default="320x180", help="of the picture (default %(default)s)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of each (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns (default %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="in a turn (default %(default)s)")
    parser.add_argument("--csv", type=Path, help="file to write the figures to")
    parser.add_argument("--json", type=Path, help="file to write the figures and every turn to")
    return parser.parse_args()


@dataclass
class Task:
    """One network at one size, for every runtime alike."""

    network: Path
    calibration: list
    feed: np.ndarray
    threads: int
    runs: int


def first_line(error):
    """Of what an error says; lines that only say where in a runtime's sources it was met do not count."""
    lines = [line for line in str(error).strip().splitlines() if not re.match(r"(Exception from|Check ).*:\d+:?$", line)]
    return (lines or [type(error).__name__])[0]


def peer_modules(names):
    """The runtimes that are installed, and why the others are not there."""
    modules, missing = [], {}
    for name in names:
        try:
            modules.append(importlib.import_module(f"run_{name}"))
        except ImportError as error:
            missing[name] = first_line(error)
    return modules, missing


def peers_of(task, modules, refused):
    """Every form of every runtime that computes this network; `refused` gets the reasons of the rest."""
    ready, fidelity, wanted = [], {}, None
    value_range = facts(task.network).value_range
    for module in modules:
        for label, make in module.forms(task):
            try:
                runner = make(label)
                if label == BASELINE:
                    wanted = np.array(runner.output(), np.float64)
                elif wanted is not None:
                    fidelity[label] = checked(runner, wanted, value_range)
                ready.append(runner)
            except Exception as error:  # the runtimes' have no common base
                refused[label] = first_line(error)
    return ready, fidelity


def hybrid_of(network, options):
    return next((path for path in options.hybrid if path.stem.startswith(network.stem)), None)


def compare(network, modules, missing, options):
    photographs = sorted(path for path in options.calib.rglob("*") if path.suffix.lower() in (".png", ".jpg", ".webp"))
    size = tuple(map(int, options.size.split("x")))
    feed = picture_of_size(photographs[0], size, facts(network))
    task = Task(network, photographs[::13][:4], feed, options.threads, options.runs)
    refused = dict(missing)
    ready, fidelity = peers_of(task, modules, refused)
    ours = our_programs(options.nawqsr, network, hybrid_of(network, options), task, options.size)
    turns, failed = take_turns(ours + ready, options.rounds)
    refused.update(failed)
    rows = summary(turns)
    for label, psnr_db in fidelity.items():
        if label in rows:
            rows[label]["psnr_to_fp32_db"] = psnr_db
    return {"network": network.stem, "rows": rows, "refused": refused, "turns": turns}


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def circumstances(options, modules, results):
    isas = {turn["isa"] for result in results for found in result["turns"].values() for turn in found if "isa" in turn}
    return (f"{processor()}, {options.threads} threads, {options.size}, {' '.join(sorted(isas))}; "
            f"{', '.join(module.version() for module in modules)}; "
            f"medians of {options.rounds} turns of {options.runs} runs; load {os.getloadavg()[0]:.1f}")


def main():
    options = arguments()
    networks = [path for path in sorted(options.models.glob("*.onnx")) if not options.only or path.stem in options.only]
    if not networks:
        sys.exit(f"no such network (*.onnx) in {options.models}")
    owners = [hybrid_of(network, options) for network in networks]
    if astray := [str(path) for path in options.hybrid if path not in owners]:
        sys.exit(f"{', '.join(astray)}: of no network that is measured, or a second one of it")
    modules, missing = peer_modules(options.peers)
    results = []
    for network in networks:
        print(f"{network.stem} ...", file=sys.stderr)
        results.append(compare(network, modules, missing, options))
    said = circumstances(options, modules, results)
    print(f"{said}\n\n{speed_table(results)}\n{headlines(results)}")
    if any("nawqsr hybrid" in result["rows"] for result in results):
        print(table3(results, options.paper))
    if options.csv:
        write_csv(options.csv, results)
    if options.json:
        options.json.write_text(json.dumps({"circumstances": said, "networks": results}, indent=1))


if __name__ == "__main__":
    main()
