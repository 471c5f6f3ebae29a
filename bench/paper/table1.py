"""Table 1: searches at 0.1 dB on BSD100, each of the others in WLopt's own time; and curves of 20 tolerances."""

import statistics

PART, CURVE = "table1", "curve"
TOLERANCES = [round(0.01 * i, 2) for i in range(1, 21)]


def measure(program, paper, facts, network, options):
    originals, small = program.pictures("BSD100", 4)
    common = ["--calib", originals, "--calib-lr", small, "--protocol", "paper", "--epsilon", 0.1, "--dre-energy", 0]

    def add(row, quantity, value, column="", digits=3):
        facts.add(PART, network, quantity, value, protocol="paper", dataset="BSD100", row=row, digits=digits,
                  paper=paper.of_search(network, "BSD100", column) if column else "", command=program.command)

    def add_all(row, found, column=""):
        add(row, "reduction", statistics.mean(one["bops_reduction"] for one in found), column)
        add(row, "seconds", statistics.mean(one["search_seconds"] for one in found), digits=1)
        add(row, "evaluations", float(statistics.mean(one["evaluations"] for one in found)), digits=1)

    wlopt, _ = program.quantize(network, "wlopt", *common)
    add_all("wlopt", [wlopt], "bops_reduction_wlopt")
    knapsack, _ = program.quantize(network, "knapsack", *common, "--optimizer", "knapsack")
    add_all("knapsack (ours)", [knapsack])
    for name, column in (("annealing", "bops_reduction_sa"), ("genetic", "bops_reduction_ga"), ("random", "")):
        found = [program.quantize(network, name, *common, "--optimizer", name, "--budget-seconds",
                                  f"{wlopt['search_seconds']:.2f}", "--seed", seed)[0]
                 for seed in range(1, options.seeds + 1)]
        add_all(name, found, column)
        tried = [(one["violations"], one["evaluations"]) for one in found]
        add(name, "violations, %", 100 * sum(v for v, _ in tried) / sum(n for _, n in tried), digits=1)


def measure_curve(program, facts, network):
    """All tolerances by one set of measurements of ours, and one after another by WLopt."""
    common = ["quantize", program.model(network), "--calib", program.shared / "data" / "calib", "--curve",
              ",".join(map(str, TOLERANCES))]
    for name in ("knapsack", "wlopt"):
        found = program.run(*common, "--optimizer", name)
        facts.add(CURVE, network, "runs", found["full_network_runs"], row=name, digits=1, command=program.command)
        facts.add(CURVE, network, "search seconds", found["search_seconds"], row=name, digits=1, command=program.command)
        for point in found["points"]:
            facts.add(CURVE, network, "reduction", point["bops_reduction"], row=name, dataset=str(point["epsilon"]),
                      command=program.command, digits=3)
