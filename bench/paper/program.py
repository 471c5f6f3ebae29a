"""Runs nawqsr, and says with what it was run."""

import json
import pathlib
import shlex
import statistics
import subprocess
import sys


MISSED = 6  # the exit code where no wordlengths keep the quality


class Program:
    def __init__(self, options, folder):
        self.binary, self.shared, self.folder = options.nawqsr, options.shared, pathlib.Path(folder)
        self.rounds = options.rounds
        self.command = ""  # the last one, as a reader can type it

    def model(self, network):
        return self.shared / "models" / f"{network}.onnx"

    def pictures(self, name, scale):
        """Folders of originals and of small pictures."""
        folder = self.shared / "data" / "eval" / name / f"x{scale}"
        return folder / "HR", folder / "LR"

    def run(self, *arguments, misses_are_fine=False):
        command = [self.binary, *arguments, "--json", "--progress", "none"]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        if done.returncode == MISSED and misses_are_fine:
            return None
        if done.returncode != 0:
            sys.exit(f"{shlex.join(map(str, command))}: {done.stderr.strip()}")
        self.command = self.readable(arguments)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def readable(self, arguments):
        text = " ".join(str(part) for part in ("nawqsr", *arguments))
        return text.replace(str(self.folder) + "/", "").replace(str(self.shared), "$NAWQSR_SHARED")

    def quantize(self, network, name, *arguments):
        """What the program tells of it, and the file."""
        path = self.folder / f"{network}_{name}.onnx"
        return self.run("quantize", self.model(network), *arguments, "-o", path), path

    def try_to_quantize(self, network, name, *arguments):
        """The same, or None where nothing keeps what is asked for."""
        path = self.folder / f"{network}_{name}.onnx"
        told = self.run("quantize", self.model(network), *arguments, "-o", path, misses_are_fine=True)
        return told and (told, path)

    def quality(self, model, dataset, scale, *arguments):
        """(PSNR, SSIM) on luma."""
        originals, small = self.pictures(dataset, scale)
        result = self.run("eval", model, "--hr", originals, "--lr", small, *arguments)
        return result["psnr_y_db"], result["ssim_y"]

    def overhead_percent(self, base, others):
        """By how much longer each of the files takes than the base: in turns, the median of ratios."""
        def milliseconds(path):
            return self.run("bench", path, "--size", "320x180", "--runs", 10)["median_ms"]
        same = {path for path in others if path.read_bytes() == base.read_bytes()}
        ratios = {path: [] for path in others if path not in same}
        for _ in range(self.rounds):
            usual = milliseconds(base)
            for path in ratios:
                ratios[path].append(milliseconds(path) / usual)
        return [(statistics.median(ratios[path]) - 1) * 100 if path in ratios else 0.0 for path in others]
