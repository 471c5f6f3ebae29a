#!/usr/bin/env python3
"""Time of run-time ranges (DRE): the layers that NAWQ-SR's Algorithms 2 and 3 choose, and all layers.

Each layer's loss is that of the network with only this layer in 8 bits and the others in 16, on photographs; the
layers with the largest losses are taken until their squares reach the share K of the sum of all. Then the network in
8 bits is timed without such layers, with these and with all of them, in turns.

Example: bench/dre_overhead.py --model ../shared/models/tpsr_x4.onnx --k 0.5 --photos ../shared/data/calib/kodak
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


class Network:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.layers = last_json(run([options.nawqsr, "inspect", options.model, "--json"]))["layers"]

    def quantize(self, name, *arguments):
        path = self.folder / f"{name}.onnx"
        run([self.options.nawqsr, "quantize", self.options.model, "--calib", self.options.photos, "--calib-images",
             self.options.calib_images, "-o", path, "--progress", "none", *arguments])
        return path

    def psnr(self, path):
        measured = run([self.options.nawqsr, "eval", path, "--hr", self.options.eval, "--json", "--progress", "none"])
        return last_json(measured)["psnr_y_db"]

    def candidates(self):
        """Layers whose input is not the picture itself."""
        return [layer["name"] for layer in self.layers if layer["macs"] > 0][1:]


def losses(network):
    base = network.psnr(network.quantize("all16", "--uniform", 16))
    found = []
    for name in network.candidates():
        others = [layer["name"] for layer in network.layers if layer["name"] != name]
        drop = base - network.psnr(network.quantize("one8", "--uniform", 8, "--keep16", *others))
        print(f"  {drop:8.4f} dB  {name}", file=sys.stderr)
        found.append((drop, name))
    return sorted(found, reverse=True)


def chosen(ranked, k):
    """The text's rule: up to and including the layer at which the energy reaches K."""
    energy = [max(drop, 0.0) ** 2 for drop, _ in ranked]
    total, so_far, names = sum(energy), 0.0, []
    if k <= 0 or total == 0:
        return names
    for (_, name), part in zip(ranked, energy):
        so_far += part
        names.append(name)
        if so_far / total >= k:
            break
    return names


def times_ms(options, paths):
    found = {name: [] for name in paths}
    for _ in range(options.rounds):
        for name, path in paths.items():
            measured = last_json(run([options.nawqsr, "bench", path, "--size", options.size, "--threads", options.threads,
                                      "--runs", options.runs, "--json", "--progress", "none"]))
            found[name].append(measured["median_ms"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nawqsr", default="build/nawqsr")
    parser.add_argument("--model", required=True)
    parser.add_argument("--k", type=float, required=True, help="share of the energy, 0 to 1")
    parser.add_argument("--photos", required=True, help="photographs to calibrate with")
    parser.add_argument("--eval", help="folder that losses are measured on (default: a few of the photographs)")
    parser.add_argument("--calib-images", type=int, default=4)
    parser.add_argument("--size", default="320x180")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if not options.eval:
            options.eval = folder / "photos"
            options.eval.mkdir()
            for photo in sorted(pathlib.Path(options.photos).glob("*.png"))[:3]:
                (options.eval / photo.name).symlink_to(photo.resolve())
        network = Network(options, folder)
        names = chosen(losses(network), options.k)
        paths = {"static": network.quantize("static", "--uniform", 8),
                 "chosen": network.quantize("chosen", "--uniform", 8, "--dre", ",".join(names)),
                 "all": network.quantize("all", "--uniform", 8, "--dre", "all")}
        found = times_ms(options, paths)
    static = statistics.median(found["static"])
    print(f"K = {options.k}: {len(names)} of {len(network.candidates()) + 1} layers with multiply-accumulates: {', '.join(names)}")
    for name, times in found.items():
        # Within a round, one after another: what slows the machine for a while slows all three.
        overhead = statistics.median(time / base for time, base in zip(times, found["static"])) - 1
        print(f"{name:8} {statistics.median(times):8.3f} ms  {overhead * 100:+6.2f} %")
    return 0 if static > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
