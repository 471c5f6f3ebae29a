#!/usr/bin/env python3
"""Instructions per multiply-accumulate of the Arm convolution kernels, counted in the machine code of their innermost loops:
qemu, which runs the tests, cannot time. Prints a Markdown table.

usage: bench/arm64_instructions.py [BUILD_FOLDER]     (default build-arm64, made by scripts/arm64.sh)
"""

import collections
import pathlib
import re
import subprocess
import sys

# Multiply-accumulates of one instruction.
MACS = {"sdot": 16, "sudot": 16, "usdot": 16, "smmla": 32, "usmmla": 32}

# Layer, bytes of one input channel, source in the kernel's name, channels.
LAYERS = (("64->64 3x3", 64), ("16->16 3x3", 16))
KERNELS = (("neon_dotprod", "A8", "neon::Code8", 1), ("neon_dotprod", "A16", "neon::Code16", 2),
           ("neon_i8mm", "A8", "neon_i8mm::Code8", 1), ("neon_i8mm", "A16", "neon_i8mm::Code16", 2))

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
TARGET = re.compile(r"\b([0-9a-f]+) <")
BLOCKS = re.compile(r"add_blocks<(?:\(anonymous namespace\)::)?(\w+::(?:\(anonymous namespace\)::)?\w+),.* "
                    r"(\d+), (\d+), (\d+)>\(")


def functions(objdump):
    """Name -> [(address, mnemonic, operands)]."""
    found, body = {}, []
    for line in objdump.splitlines():
        if match := FUNCTION.match(line):
            body = found.setdefault(match[1].replace("(anonymous namespace)::", "").replace("nawq::kernels::", ""), [])
        elif match := INSTRUCTION.match(line):
            body.append((int(match[1], 16), match[2], match[3]))
    return found


def innermost_loops(body):
    """Bodies of loops with no loop inside, as lists of (address, mnemonic, operands)."""
    place = {address: i for i, (address, _, _) in enumerate(body)}
    loops = []
    for i, (address, mnemonic, operands) in enumerate(body):
        target = TARGET.search(operands)
        if target and re.match(r"b\.|b$|cbn?z|tbn?z", mnemonic) and int(target[1], 16) <= address:
            loops.append((place[int(target[1], 16)], i))
    return [body[first:last + 1] for first, last in loops
            if not any((a, b) != (first, last) and first <= a and b <= last for a, b in loops)]


def products(loop):
    return sum(MACS.get(mnemonic, 0) for _, mnemonic, _ in loop)


def hot_loop(found, source, pixel_bytes):
    """Pixels, vectors and the loop with the most products of the block with the most vectors."""
    candidates = []
    for name, body in found.items():
        match = BLOCKS.search(name)
        if match and match[1] == source and int(match[4]) == pixel_bytes:
            loop = max(innermost_loops(body), key=products, default=[])
            candidates.append((int(match[3]), int(match[2]), loop))
    return max(candidates, key=lambda candidate: candidate[0])


def main(build):
    objects = pathlib.Path(build) / "src/kernels/CMakeFiles/nawq_kernels.dir/conv"
    print("| instruction set | codes | layer | block: pixels x outputs | instructions in the loop | of which products | "
          "loads and stores | instructions per MAC | of products alone |")
    print("|---|---|---|---|---:|---:|---:|---:|---:|")
    for isa, codes, source, channel_bytes in KERNELS:
        dump = subprocess.run(["aarch64-linux-gnu-objdump", "-dC", "--no-show-raw-insn", objects / f"arm64_{isa}.cc.o"],
                              stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
        found = functions(dump)
        for layer, channels in LAYERS:
            vectors, pixels, loop = max([hot_loop(found, source, channels * channel_bytes)])
            kinds = collections.Counter(mnemonic for _, mnemonic, _ in loop)
            dots = sum(kinds[mnemonic] for mnemonic in MACS)
            memory = sum(count for mnemonic, count in kinds.items() if re.match(r"ld|st", mnemonic))
            macs = products(loop) / channel_bytes  # A16 multiplies low and high bytes apart
            print(f"| {isa} | {codes} | {layer} | {pixels} x {4 * vectors} | {len(loop)} | {dots} | {memory} | "
                  f"{len(loop) / macs:.4f} | {dots / macs:.4f} |")


if __name__ == "__main__":
    main(*sys.argv[1:] or ["build-arm64"])
