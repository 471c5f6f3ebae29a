"""`nawqsr bench`, a process each turn."""

import json
import subprocess

PRECISIONS = ("int8", "a16w8", "fp32")


class OurProgram:
    def __init__(self, label, command):
        self.label, self.command = label, command

    def turn(self):
        done = subprocess.run(self.command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError((done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1])
        result = json.loads(done.stdout)
        return {"ms": result["median_ms"], "gmac": result["gmac"], "peaks": result["peak_gmac_per_s"],
                "peak_fraction": result["peak_fraction"], "isa": result["isa"]}


def our_programs(program, network, hybrid, task, size):
    common = ["--size", size, "-j", str(task.threads), "--runs", str(task.runs), "--json", "--progress", "none"]
    files = {"hybrid": hybrid, **{precision: network for precision in PRECISIONS}}
    return [OurProgram(f"nawqsr {precision}", [program, "bench", path, "--precision", precision, *common])
            for precision, path in files.items() if path]
