"""The same bits on 64-bit Arm: networks compiled to .nawq on this machine are played on photographs by the player-only
build under qemu, on processors with and without the dot-product instructions, and every byte is compared with what
nawqsr itself makes here.

usage: compare_arm64.py NAWQSR PLAY_NAWQ_FOR_ARM          (scripts/arm64.sh builds both)
Networks and photographs of NAWQSR_SHARED (default ../shared) where it is there, else only the embedded network on the
picture of docs/demo.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import photographs

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("NAWQSR_SHARED") or ROOT.parent / "shared").resolve()

# Network of the shared data (or an embedded one), wordlength, layers whose ranges are found on every picture.
SHARED_NETWORKS = (("tpsr_x4", 8, "none"), ("tpsr_x4", 16, "none"), ("imdn_x4", 8, "none"), ("tpsr_x4", 8, "all"),
                   ("realesr_animevideov3_x4", 8, "none"))
EMBEDDED_NETWORKS = (("tiny_x4_float", 8, "none"), ("tiny_x4_float", 16, "none"))

# Processor that qemu stands in for, instruction set that it is to choose, pictures that it is given: scalar code takes
# its time there.
MACHINES = (("max", "neon_i8mm", None), ("neoverse-n1", "neon_dotprod", None), ("cortex-a53", "scalar", 1))
CROP_PX = (64, 48)


def run(*command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def compile_network(nawqsr, folder, name, bits, dre):
    """The network's .nawq file, calibrated on one photograph."""
    file = SHARED / "models" / f"{name}.onnx"
    calib = SHARED / "data/calib/kodak" if file.exists() else ROOT / "docs/demo"
    quantized, program = folder / f"{name}.{bits}.{dre}.onnx", folder / f"{name}.{bits}.{dre}.nawq"
    run(nawqsr, "quantize", file if file.exists() else name, "--calib", calib, "--calib-images", 1, "--uniform", bits,
        "--dre", dre, "-o", quantized, "--progress", "none")
    run(nawqsr, "compile", quantized, "-o", program)
    return program


def pictures(folder):
    """Crops of photographs, each as NAME.png and NAME.ppm; their paths without the ending."""
    found = sorted((SHARED / "data/eval/Set5/x4/LR").glob("*.png")) or [ROOT / "docs/demo/cat_lr.png"]
    paths = []
    for source in found:
        picture = photographs.crop(photographs.read_png(source), *CROP_PX)
        paths.append(folder / source.stem)
        photographs.write_png(paths[-1].with_suffix(".png"), picture)
        paths[-1].with_suffix(".ppm").write_bytes(photographs.ppm(picture))
    return paths


def expected(nawqsr, program, picture):
    output = picture.with_suffix(".sr.png")
    run(nawqsr, "-i", picture.with_suffix(".png"), "-o", output, "-m", program, "--overwrite", "--progress", "none")
    return photographs.ppm(photographs.read_png(output))


def play(player, processor, program, picture):
    """The instruction set that was chosen and the bytes of the result."""
    output = picture.with_suffix(".out.ppm")
    said = run("qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu", "-cpu", processor, player, program,
               picture.with_suffix(".ppm"), output)
    return said.split()[0], output.read_bytes()


def main(nawqsr, player):
    networks = EMBEDDED_NETWORKS
    if SHARED.is_dir():
        networks = SHARED_NETWORKS + networks
    else:
        print(f"the shared data is not at {SHARED} (NAWQSR_SHARED): only the embedded network is played")
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="nawqsr-arm64-") as temporary:
        folder = pathlib.Path(temporary)
        paths = pictures(folder)
        for name, bits, dre in networks:
            program = compile_network(nawqsr, folder, name, bits, dre)
            results = {path: expected(nawqsr, program, path) for path in paths}
            for processor, isa, most in MACHINES:
                played = [(play(player, processor, program, path), results[path]) for path in paths[:most]]
                same = sum(result == (isa, bytes_here) for result, bytes_here in played)
                wrong += same != len(played)
                print(f"{name} {bits} bits, dre {dre}, {processor} ({played[0][0][0]}): {same} of {len(played)} pictures equal",
                      flush=True)
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
