"""Table 2: quality of every way to round, by the paper's protocol and by ours."""

import json
import random
import statistics

PART = "table2"
SETS = ["Set5", "Set14", "BSD100"]
DRAWS = 10


class Rows:
    def __init__(self, program, paper, facts, network, protocol):
        self.program, self.paper, self.facts, self.network, self.protocol = program, paper, facts, network, protocol

    def add(self, row, dataset, quality, command):
        printed = self.paper.of_quality(self.network, row, dataset)
        for quantity, value, theirs, digits in (("PSNR", quality[0], printed[0], 3), ("SSIM", quality[1], printed[1], 4)):
            self.facts.add(PART, self.network, quantity, value, protocol=self.protocol, dataset=dataset, row=row,
                           paper=theirs, command=command, digits=digits)

    def add_figure(self, row, dataset, quantity, value, command, digits=2):
        self.facts.add(PART, self.network, quantity, value, protocol=self.protocol, dataset=dataset, row=row,
                       command=command, digits=digits)

    def measure_file(self, row, path, datasets, command):
        for dataset in datasets:
            self.add(row, dataset, self.program.quality(path, dataset, 4), command)

    def measure_float(self, datasets):
        for row, precision in (("FP32", "fp32"), ("FP16", "fp16")):
            for dataset in datasets:
                quality = self.program.quality(self.program.model(self.network), dataset, 4, "--precision", precision)
                self.add(row, dataset, quality, self.program.command)

    def measure_uniform(self, calibration, datasets, kind):
        for row, bits in (("INT8", 8), ("A16W8", 16)):
            _, path = self.program.quantize(self.network, f"{kind}_{bits}", *calibration, "--uniform", bits, "--encodings")
            command = self.program.command
            self.measure_file(row, path, datasets, command)
            if bits == 8:
                self.measure_file("FP32W8", path.with_suffix(".float.onnx"), datasets, command)

    def replay(self, recipe, name, layers_with_dre):
        """The same wordlengths with ranges found on the picture in these layers."""
        for layer in recipe["layers"]:
            layer["dre"] = layer["name"] in layers_with_dre
        edited = self.program.folder / f"{name}.json"
        edited.write_text(json.dumps(recipe))
        return self.program.quantize(self.network, name, "--recipe", edited)[1]

    def random_draws(self, recipe, count):
        """Number and layers drawn among those with multiply-accumulates that do not read the picture."""
        layers = [layer["name"] for layer in self.program.run("inspect", self.program.model(self.network))["layers"]
                  if layer["macs"] > 0]
        known = {layer["name"] for layer in recipe["layers"] if "bits" in layer}
        searched = [name for name in layers if name in known][1:]
        for seed in range(1, count + 1):
            drawing = random.Random(seed)
            yield drawing.sample(searched, drawing.randint(1, len(searched)))

    def measure_run_time_ranges(self, with_dre, recipe_path, without, datasets, commands):
        recipe = json.loads(recipe_path.read_text())
        self.measure_file("NAWQ-SR w/o DRE", without, datasets, commands[0])
        drawn = [self.replay(recipe, f"random{i}", set(names))
                 for i, names in enumerate(self.random_draws(recipe, DRAWS))]
        how = f"{DRAWS} draws of layers in the recipe of {commands[0]}"
        for dataset in datasets:
            found = [self.program.quality(path, dataset, 4) for path in drawn]
            self.add("NAWQ-SR w RandDRE", dataset, [statistics.mean(values) for values in zip(*found)], how)
        self.measure_file("NAWQ-SR", with_dre, datasets, commands[1])
        *random_overheads, overhead = self.program.overhead_percent(without, [*drawn, with_dre])
        for dataset in datasets:
            self.add_figure("NAWQ-SR w RandDRE", dataset, "overhead, %", statistics.mean(random_overheads), how)
            self.add_figure("NAWQ-SR", dataset, "overhead, %", overhead, commands[1])


def measure_paper_protocol(program, paper, facts, network):
    rows = Rows(program, paper, facts, network, "paper")
    for dataset in SETS:
        measure_set(rows, dataset)


def measure_own_protocol(program, paper, facts, network, epsilon):
    rows = Rows(program, paper, facts, network, "own")
    calibration = ["--calib", program.shared / "data" / "calib"]
    rows.measure_float(SETS)
    rows.measure_uniform(calibration, SETS, "own")
    recipe_path = program.folder / "own_recipe.json"
    told, without = program.quantize(network, "own_without", *calibration, "--epsilon", epsilon, "--save-recipe", recipe_path)
    commands = [program.command]
    told_with, with_dre = program.quantize(network, "own_dre", *calibration, "--epsilon", epsilon, "--dre-energy", "auto")
    commands.append(program.command)
    for row, one, command in (("NAWQ-SR w/o DRE", told, commands[0]), ("NAWQ-SR", told_with, commands[1])):
        for dataset in SETS:
            rows.add_figure(row, dataset, "reduction", one["bops_reduction"], command, 3)
    rows.measure_run_time_ranges(with_dre, recipe_path, without, SETS, commands)


def measure_extra(program, paper, facts, options):
    """A set or a network that the shared data lack: the rows that need no other data."""
    if not options.hr or not options.lr:
        raise SystemExit("--parts extra wants --hr and --lr")
    networks = {network: program.model(network) for network in ("tpsr_x4", "imdn_x4") if network in options.only}
    if options.rcan:
        networks["MobiSR-RCAN"] = options.rcan
    program.pictures = lambda *_: (options.hr, options.lr)
    program.model = lambda network: networks[network]
    for network in networks:
        measure_set(Rows(program, paper, facts, network, "paper"), options.set_name)


def measure_set(rows, dataset):
    program = rows.program
    originals, small = program.pictures(dataset, 4)
    calibration = ["--calib", originals, "--calib-lr", small, "--protocol", "paper"]
    rows.measure_float([dataset])
    rows.measure_uniform(calibration, [dataset], f"paper_{dataset}")
    recipe_path = program.folder / "paper_recipe.json"
    told, with_dre = program.quantize(rows.network, f"paper_{dataset}_hybrid", *calibration, "--epsilon", 0.1,
                                      "--save-recipe", recipe_path)
    command = program.command
    without = rows.replay(json.loads(recipe_path.read_text()), f"paper_{dataset}_without", set())
    rows.add_figure("NAWQ-SR", dataset, "reduction", told["bops_reduction"], command, 3)
    rows.measure_run_time_ranges(with_dre, recipe_path, without, [dataset], [command, command])
