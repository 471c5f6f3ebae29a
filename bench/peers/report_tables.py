"""Markdown tables of measured speeds."""

import csv

BASELINES = ("ONNX Runtime fp32", "ONNX Runtime int8", "nawqsr fp32", "nawqsr a16w8", "nawqsr int8")
PAPER_BASELINES = ("FP32-CPU", "A16W8-NPU", "INT8-NPU")


def speed_table(results):
    lines = ["| network | runtime | ms | over ONNX Runtime fp32 | GMAC/s | of peak |", "|---|---|---:|---:|---:|---:|"]
    for result in results:
        for label, row in result["rows"].items():
            ratio = f"{row['over_onnxruntime_fp32']:.2f}x"
            rate = f"{row['gmac_per_s']:.0f}" if "gmac_per_s" in row else ""
            share = f"{row['peak_fraction'] * 100:.0f} %" if "peak_fraction" in row else ""
            lines.append(f"| {result['network']} | {label} | {row['ms']:.2f} | {ratio} | {rate} | {share} |")
        for label, why in result["refused"].items():
            lines.append(f"| {result['network']} | {label} | not measured: {why.replace('|', '/')} | | | |")
    return "\n".join(lines) + "\n"


def table3(results, paper):
    """How many times as fast as everything else the hybrid is; beside it, what the paper states for phones."""
    lines = ["| network | hybrid, ms | " + " | ".join(f"over {label}" for label in BASELINES)
             + " | paper: over " + ", ".join(PAPER_BASELINES) + " |", "|---|" + "---:|" * (len(BASELINES) + 1) + "---|"]
    for result in results:
        hybrid = result["rows"].get("nawqsr hybrid")
        if hybrid is None:
            continue
        ratios = [f"{result['rows'][label]['ms'] / hybrid['ms']:.2f}x" if label in result["rows"] else ""
                  for label in BASELINES]
        lines.append(f"| {result['network']} | {hybrid['ms']:.2f} | " + " | ".join(ratios)
                     + f" | {paper_ratios(result['network'], paper)} |")
    return "\n".join(lines) + "\n"


def paper_ratios(network, paper):
    if not paper.exists():
        return ""
    with open(paper, encoding="utf-8") as file:
        stated = {row["baseline"]: row["speedup_b100"] for row in csv.DictReader(file)
                  if network.lower().startswith(row["model"].lower())}
    return ", ".join(f"{stated[baseline]}x" for baseline in PAPER_BASELINES if baseline in stated)
