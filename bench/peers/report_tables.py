"""Markdown tables and a CSV file of measured speeds."""

import csv

COLUMNS = ("ms", "lowest_ms", "highest_ms", "over_onnxruntime_fp32", "nawqsr_int8_over_it", "gmac_per_s", "peak_fraction",
           "psnr_to_fp32_db")
BASELINES = ("ONNX Runtime fp32", "ONNX Runtime int8", "nawqsr fp32", "nawqsr a16w8", "nawqsr int8")
PAPER_BASELINES = ("FP32-CPU", "A16W8-NPU", "INT8-NPU")


def cell(row, key, pattern, factor=1):
    return "" if row.get(key) is None else pattern.format(row[key] * factor)


def speed_table(results):
    lines = ["| network | runtime | ms | lowest to highest | over ONNX Runtime fp32 | nawqsr int8 over it | GMAC/s | of peak |",
             "|---|---|---:|---:|---:|---:|---:|---:|"]
    for result in results:
        for label, row in result["rows"].items():
            lines.append(f"| {result['network']} | {label} | {row['ms']:.2f} | {row['lowest_ms']:.2f} to {row['highest_ms']:.2f} | "
                         + " | ".join((cell(row, "over_onnxruntime_fp32", "{:.2f}x"), cell(row, "nawqsr_int8_over_it", "{:.2f}x"),
                                       cell(row, "gmac_per_s", "{:.0f}"), cell(row, "peak_fraction", "{:.0f} %", 100))) + " |")
        for label, why in result["refused"].items():
            lines.append(f"| {result['network']} | {label} | not measured: {why.replace('|', '/')} | | | | | |")
    return "\n".join(lines) + "\n"


def fastest(rows, runtime, word, key="ms"):
    """The label of the fastest form of a runtime, None where there is none."""
    forms = [label for label in rows if label.startswith(runtime) and word in label]
    return min(forms, key=lambda label: rows[label][key], default=None)


def headlines(results):
    """A line a network: our 8 bits over the fastest 8-bit form of each other runtime."""
    lines = []
    for result in results:
        rows, ratio = result["rows"], "nawqsr_int8_over_it"
        if "nawqsr int8" not in rows:
            continue
        labels = [fastest(rows, runtime, word, ratio) for runtime, word in
                  (("OpenVINO", "int8"), ("ONNX Runtime", "int8"), ("ncnn", ""))]
        said = [f"{rows[label][ratio]:.2f}x as fast as {label}" for label in labels if label]
        if said:
            lines.append(f"{result['network']}: nawqsr int8 is " + ", ".join(said) + ".")
    return "\n".join(lines) + "\n"


def write_csv(path, results):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["network", "runtime", *COLUMNS])
        for result in results:
            for label, row in result["rows"].items():
                writer.writerow([result["network"], label, *(cell(row, key, "{:.4g}") for key in COLUMNS)])


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
