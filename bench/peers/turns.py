"""Runtimes taking turns, and what their times say."""

import statistics
import time

import numpy as np

PAUSE_S = 0.05  # until the threads of the one before have stopped to wait for more
FP32_LARGEST_ERROR = 1e-3  # of the range; winograd forms of convolutions are off by 1e-5
LOWEST_PSNR_DB = 20  # of integer forms on a photograph: worse is not the same network

OURS, BASELINE = "nawqsr int8", "ONNX Runtime fp32"


def checked(runner, wanted, value_range):
    """Refuses a runtime whose output is not the network's; returns PSNR against `wanted` in dB."""
    output = np.asarray(runner.output()).reshape(wanted.shape)
    error = np.abs(output.astype(np.float64) - wanted) / value_range
    if runner.label.endswith("fp32") and not error.max() <= FP32_LARGEST_ERROR:
        raise RuntimeError(f"its output differs from that of {BASELINE} by {error.max():.2g} of the range")
    psnr_db = -10 * np.log10(max(np.mean(error**2), 1e-12))
    if not psnr_db >= LOWEST_PSNR_DB:
        raise RuntimeError(f"its output is {psnr_db:.1f} dB from that of {BASELINE}")
    return float(psnr_db)


def take_turns(ready, rounds):
    """The turns of each label, and why others have none."""
    turns = {runner.label: [] for runner in ready}
    refused = {}
    for _ in range(rounds):
        for runner in ready:
            if runner.label in refused:
                continue
            time.sleep(PAUSE_S)
            try:
                turns[runner.label].append(runner.turn())
            except (RuntimeError, OSError) as error:
                refused[runner.label] = str(error)
    return {label: found for label, found in turns.items() if label not in refused}, refused


def ratio(slow, fast):
    """How many times as fast, turn by turn; None where either has no turns."""
    if not slow or not fast:
        return None
    return statistics.median(a["ms"] / b["ms"] for a, b in zip(slow, fast))


def unit_of(label):
    return next((unit for word, unit in (("int8", "a8"), ("fp32", "f32")) if word in label), None)


def summary(turns):
    """Figures of each label: medians over the turns."""
    ours = turns.get(OURS, [])
    gmac = next((found[0]["gmac"] for found in turns.values() if "gmac" in found[0]), None)
    rows = {}
    for label, found in turns.items():
        times_ms = sorted(turn["ms"] for turn in found)
        row = {"ms": statistics.median(times_ms), "lowest_ms": times_ms[0], "highest_ms": times_ms[-1],
               "over_onnxruntime_fp32": ratio(turns.get(BASELINE), found), "nawqsr_int8_over_it": ratio(found, ours)}
        if gmac is not None:
            row["gmac_per_s"] = gmac / row["ms"] * 1000
        if "peak_fraction" in found[0]:
            row["peak_fraction"] = statistics.median(turn["peak_fraction"] for turn in found)
        elif gmac is not None and ours and (unit := unit_of(label)):
            row["peak_fraction"] = statistics.median(
                gmac / other["peaks"][unit] * 1000 / turn["ms"] for turn, other in zip(found, ours))
        rows[label] = row
    return rows
