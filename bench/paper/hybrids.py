"""Hybrids of all networks by our protocol: at the least tolerance that gives 1.9x; how well noise adds in each."""

PART = "hybrids"
LEAST_REDUCTION = 1.9
SETS = {2: ["Set5", "Set14"], 3: ["Set5", "Set14", "BSD100"], 4: ["Set5", "Set14", "BSD100"]}
EPSILONS = [0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.5, 1]
MIXES = 12
FIDELITIES_DB = [50, 49, 48, 47, 46]


def calibration(program):
    return ["--calib", program.shared / "data" / "calib"]


def curve(program, facts, network):
    """Reduction by tolerance."""
    found = program.run("quantize", program.model(network), *calibration(program), "--curve", ",".join(map(str, EPSILONS)),
                        "--curve-mixes", MIXES)
    for quantity in ("mean", "spread", "smallest", "largest"):
        facts.add(PART, network, f"additivity {quantity}", found["additivity"][quantity], command=program.command, digits=3)
    return {point["epsilon"]: point["bops_reduction"] for point in found["points"] if point["holds"]}


def measure_quality(program, facts, network, row, told, path, command):
    scale = told["scale"]
    for quantity, digits in (("bops_reduction", 3), ("psnr_drop_db", 4), ("search_seconds", 1), ("weights_seconds", 1),
                             ("calibration_seconds", 1)):
        facts.add(PART, network, quantity, float(told[quantity]), row=row, command=command, digits=digits)
    for dataset in SETS[scale]:
        before, after = (program.quality(model, dataset, scale) for model in (program.model(network), path))
        facts.add(PART, network, "PSNR FP32", before[0], dataset=dataset, command=program.command, digits=3)
        facts.add(PART, network, "PSNR drop", before[0] - after[0], dataset=dataset, row=row, command=command)
        facts.add(PART, network, "SSIM drop", before[1] - after[1], dataset=dataset, row=row, command=command, digits=5)


def quantize(program, network, epsilon):
    told, path = program.quantize(network, "hybrid", *calibration(program), "--epsilon", epsilon)
    return {**told, "scale": int(network[-1])}, path, program.command


def epsilon_for(reductions, least=LEAST_REDUCTION):
    return next((epsilon for epsilon, reduction in sorted(reductions.items()) if reduction >= least), None)


def measure(program, facts, network):
    reductions = curve(program, facts, network)
    if network == "xlsr_x3":  # its last layer is 36 % of its multiply-accumulates
        measure_quality(program, facts, network, "0.05 dB", *quantize(program, network, 0.05))
    for epsilon in EPSILONS:
        if epsilon < (epsilon_for(reductions) or EPSILONS[-1]):
            continue
        told, path, command = quantize(program, network, epsilon)
        if told["bops_reduction"] >= LEAST_REDUCTION or epsilon == EPSILONS[-1]:
            measure_quality(program, facts, network, "1.9x", told, path, command)
            facts.add(PART, network, "epsilon", epsilon, row="1.9x", command=command, digits=2)
            return


def measure_fidelity(program, facts, network):
    """Against its own float output: no originals look like what it makes."""
    for fidelity_db in FIDELITIES_DB:  # the best that still gives 1.9x
        arguments = [*calibration(program), "--fidelity", fidelity_db, "--ranges", "auto"]
        found = program.try_to_quantize(network, "hybrid", *arguments)
        if found and found[0]["bops_reduction"] >= LEAST_REDUCTION:
            break
    else:
        raise SystemExit(f"{network}: nothing keeps {FIDELITIES_DB[-1]} dB at {LEAST_REDUCTION}x")
    (told, path), command = found, program.command
    facts.add(PART, network, "asked for, dB", fidelity_db, row="46 dB", command=command)
    facts.add(PART, network, "bops_reduction", told["bops_reduction"], row="46 dB", command=command, digits=3)
    facts.add(PART, network, "fidelity, calibration", told["q"], row="46 dB", command=command, digits=2)
    for dataset in SETS[4]:
        _, small = program.pictures(dataset, 4)
        floats = program.folder / f"float_{dataset}"
        floats.mkdir(exist_ok=True)
        for picture in sorted(small.iterdir()):
            program.run("-i", picture, "-o", floats / f"{picture.stem}.png", "-m", program.model(network), "--overwrite")
        found = program.run("eval", path, "--hr", floats, "--lr", small)
        facts.add(PART, network, "fidelity", found["psnr_y_db"], dataset=dataset, row="46 dB", command=command, digits=2)
