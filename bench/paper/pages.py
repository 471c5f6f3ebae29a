"""docs/paper_tables.md from the figures."""

from facts import table, unique

PRINTED_EMPTY = {
    "Urban100": "not among the pictures here; give its folders with --hr and --lr",
    "MobiSR-RCAN": "no public weights; give a model with --rcan",
}


def figure(facts, with_paper=True, **of):
    found = facts.find(**of)
    if not found:
        return ""
    theirs = found[0]["paper"]
    return found[0]["ours"] + (f" ({theirs})" if theirs and with_paper else "")


def table1(facts):
    text = ["## Table 1: searches at 0.1 dB\n\nBSD100, the paper's protocol; each baseline has WLopt's time. In brackets: the paper.\n"]
    rows = []
    for network in unique(row["network"] for row in facts.find(part="table1")):
        for name in unique(row["row"] for row in facts.find(part="table1", network=network)):
            cells = [figure(facts, part="table1", network=network, row=name, quantity=quantity)
                     for quantity in ("reduction", "seconds", "evaluations", "violations, %")]
            rows.append([network, name, *cells])
    text.append(table(["network", "search", "BOPs reduction", "s", "evaluations", "missed, %"], rows))
    return "\n".join(text)


def work(facts, network, name):
    return figure(facts, part="curve", network=network, row=name, set="", quantity="runs")


def curves(facts):
    text = ["## 20 tolerances\n\nOur protocol. The knapsack measures once for all of them, WLopt begins anew for each.\n"]
    for network in unique(row["network"] for row in facts.find(part="curve")):
        tolerances = unique(row["set"] for row in facts.find(part="curve", network=network, quantity="reduction"))
        rows = [[name, *(figure(facts, part="curve", network=network, row=name, set=epsilon, quantity="reduction")
                         for epsilon in tolerances), work(facts, network, name)] for name in ("knapsack", "wlopt")]
        three = 3 * float(work(facts, network, "wlopt")) / len(tolerances)
        text.append(f"{network}: BOPs reduction by tolerance in dB; work in runs of the whole network. Three of WLopt's "
                    f"searches are {three:.1f} on the mean.\n")
        text.append(table(["search", *tolerances, "work"], rows))
    return "\n".join(text)


def table2(facts):
    text = ["## Table 2: quality\n\nPSNR in dB and SSIM on luma. In brackets: the paper. RandDRE: the mean of 10 draws. Overhead: time with ranges\n"
            "found on the picture over that without, at 320x180.\n"]
    for network in unique(row["network"] for row in facts.find(part="table2")):
        for protocol in unique(row["protocol"] for row in facts.find(part="table2", network=network)):
            of = {"part": "table2", "network": network, "protocol": protocol}
            sets = unique(row["set"] for row in facts.find(**of))
            rows = []
            for name in ("FP32", "FP32W8", "FP16", "INT8", "A16W8", "NAWQ-SR w/o DRE", "NAWQ-SR w RandDRE", "NAWQ-SR"):
                cells = [name]
                for dataset in sets:
                    cells += [figure(facts, **of, row=name, set=dataset, quantity="PSNR"),
                              figure(facts, **of, row=name, set=dataset, quantity="SSIM")]
                cells += [" / ".join(filter(None, (figure(facts, **of, row=name, set=dataset, quantity=quantity)
                                                   for dataset in sets))) for quantity in ("reduction", "overhead, %")]
                rows.append(cells)
            text.append(f"### {network}, {'the paper`s' if protocol == 'paper' else 'our'} protocol\n".replace("`", "'"))
            text.append(table(["row", *(f"{dataset} {what}" for dataset in sets for what in ("PSNR", "SSIM")), "reduction",
                               "overhead, %"], rows))
    text.append("Empty in the paper's tables here:\n")
    text += [f"- {name}: {reason}" for name, reason in PRINTED_EMPTY.items() if not facts.find(network=name) and not facts.find(set=name)]
    return "\n".join(text) + "\n"


def hybrids(facts):
    text = ["## Hybrids of all networks\n\nOur protocol: calibrated on photographs that are in no set; the least tolerance on these that gives 1.9x.\n"
            "Additivity: the error of 12 drawn mixes over the sum of their single layers' errors, mean, spread, extremes.\n"]
    rows = []
    for network in unique(row["network"] for row in facts.find(part="hybrids")):
        of = {"part": "hybrids", "network": network}
        added = [figure(facts, **of, quantity=f"additivity {what}") for what in ("mean", "spread", "smallest", "largest")]
        for name in filter(None, unique(row["row"] for row in facts.find(**of))):
            drops = [figure(facts, **of, row=name, set=dataset, quantity=quantity) for dataset in ("Set5", "Set14", "BSD100")
                     for quantity in ("PSNR drop",)]
            fidelity = [figure(facts, **of, row=name, set=dataset, quantity="fidelity") for dataset in ("Set5", "Set14", "BSD100")]
            rows.append([network, name, figure(facts, **of, row=name, quantity="bops_reduction"),
                         figure(facts, **of, row=name, quantity="epsilon"), *drops, " / ".join(filter(None, fidelity)),
                         f"{added[0]} ± {added[1]} ({added[2]}..{added[3]})" if added[0] else "",
                         *(figure(facts, **of, row=name, quantity=q) for q in ("search_seconds", "weights_seconds"))])
    text.append(table(["network", "for", "reduction", "tolerance, dB", "drop Set5, dB", "Set14", "BSD100", "against float, dB",
                       "additivity", "search, s", "weights, s"], rows))
    return "\n".join(text)


def table4(facts):
    rows = [[row["row"], row["set"], row["quantity"], row["ours"], row["paper"]] for row in facts.find(part="table4")]
    if not rows:
        return ""
    return "## Table 4: XLSR at x3\n\n" + table(["row", "set", "what", "ours", "paper"], rows)


def runtime(facts):
    rows = [[row["network"], row["row"], row["set"], row["ours"]] for row in facts.find(part="runtime")]
    if not rows:
        return ""
    return ("## Files in ONNX Runtime\n\nPSNR there less PSNR on the engine, dB.\n\n"
            + table(["network", "file", "set", "difference, dB"], rows))


def commands(facts):
    of_part = {}
    for row in facts.rows.values():
        of_part.setdefault(row["command"], f"{row['network']}, {row['part']}, {row['row'] or row['quantity']}")
    lines = [f"- {what}: `{command}`" for command, what in of_part.items() if command.startswith("nawqsr quantize")]
    return "## Commands\n\nOf every figure: the last column of paper_tables.csv. Those that made files:\n\n" + "\n".join(unique(lines)) + "\n"


def write(path, facts, command):
    parts = [f"# The paper's tables\n\nBy `{command}`; every figure with its command is in\n[paper_tables.csv](paper_tables.csv).\n",
             table1(facts), curves(facts), table2(facts), table4(facts), hybrids(facts), runtime(facts), commands(facts)]
    path.write_text("\n".join(filter(None, parts)), encoding="utf-8")
