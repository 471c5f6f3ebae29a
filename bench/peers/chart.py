#!/usr/bin/env python3
"""The chart of the README from the figures that compare.py --json wrote.

    build/peers-venv/bin/python bench/peers/chart.py out/peers/speed.json docs/img/speed     # .png and .svg
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402

from report_tables import fastest  # noqa: E402

# Runtime, the word that its label has in it, colour; of several forms the fastest counts.
BARS = (("nawqsr", "int8", "#c8401f"), ("nawqsr", "a16w8", "#e2906f"), ("nawqsr", "fp32", "#f0c9b6"),
        ("OpenVINO", "int8", "#5b6b7d"), ("OpenVINO", "bf16", "#8d9aa8"), ("OpenVINO", "fp32", "#b9c2cb"),
        ("ONNX Runtime", "int8", "#5b6b7d"), ("ONNX Runtime", "fp32", "#b9c2cb"), ("ncnn", "fp32", "#b9c2cb"))
WORDS = {"a16w8": "16 bit", "int8": "8 bit", "fp32": "float32", "bf16": "bfloat16"}
INK, FAINT = "#222222", "#777777"


def bars_of(result):
    found = []
    for runtime, word, colour in BARS:
        label = fastest(result["rows"], runtime, word)
        if label:
            found.append((f"{runtime}, {WORDS[word]}", result["rows"][label]["ms"], colour))
    return found


def draw_network(axes, result):
    bars = bars_of(result)
    places = range(len(bars))
    times_ms = [ms for _, ms, _ in bars]
    axes.barh(places, times_ms, color=[colour for _, _, colour in bars], height=0.74)
    for place, ms in zip(places, times_ms):
        axes.text(ms + max(times_ms) * 0.012, place, f"{ms:.3g} ms", va="center", fontsize=8.5, color=INK,
                  fontweight="bold" if place == 0 else "normal")
    axes.set_yticks(places, [label for label, _, _ in bars], fontsize=8.5, color=INK)
    axes.get_yticklabels()[0].set_fontweight("bold")
    axes.invert_yaxis()
    axes.set_xlim(0, max(times_ms) * 1.14)
    axes.set_title(result["network"], loc="left", fontsize=10.5, color=INK, fontweight="bold")
    axes.tick_params(length=0)
    axes.set_xticks([])
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=Path, help="written by compare.py --json")
    parser.add_argument("output", type=Path, help="of the two files, without .png and .svg")
    options = parser.parse_args()
    measured = json.loads(options.figures.read_text(encoding="utf-8"))
    networks = [result for result in measured["networks"] if bars_of(result)]
    plt.rcParams.update({"font.family": "DejaVu Sans", "svg.hashsalt": "nawqsr", "svg.fonttype": "path"})
    rows = sum(len(bars_of(result)) for result in networks)
    figure, axes = plt.subplots(len(networks), 1, figsize=(8.4, 0.24 * rows + 0.5 * len(networks) + 0.7), squeeze=False,
                                gridspec_kw={"height_ratios": [len(bars_of(result)) for result in networks]})
    for place, result in zip(axes[:, 0], networks):
        draw_network(place, result)
    figure.suptitle("Time of one picture, shorter is better", x=0.01, ha="left", fontsize=12, color=INK, fontweight="bold")
    figure.text(0.01, 0.006, measured["circumstances"], fontsize=6.5, color=FAINT, wrap=True)
    figure.tight_layout(rect=(0, 0.03, 1, 0.99), h_pad=1.2)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(options.output.with_suffix(".png"), dpi=140, facecolor="white")
    figure.savefig(options.output.with_suffix(".svg"), facecolor="white", metadata={"Date": None})


if __name__ == "__main__":
    main()
