"""Writes and looks at PNG files without a library: grey or RGB, with or without alpha, 8 or 16 bits."""

import struct
import zlib

MAGIC = b"\x89PNG\r\n\x1a\n"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width, height, channels=3, bits=8):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0))


def encode(width, height, channels=3, bits=8, sample=None):
    """sample(x, y, c) gives a number of `bits`; by default a gradient with some texture."""
    top = (1 << bits) - 1
    if sample is None:
        def sample(x, y, c):
            return (x * 5 + y * 3 + c * 40 + (x * y) % 7 * 9) * (top // 255) % (top + 1)
    rows = bytearray()
    for y in range(height):
        values = [sample(x, y, c) for x in range(width) for c in range(channels)]
        rows += b"\0" + (bytes(values) if bits == 8 else struct.pack(f">{len(values)}H", *values))
    return MAGIC + header(width, height, channels, bits) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")


def encode_black(width, height):
    """Any size at once: rows of zeros, compressed piece by piece."""
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return MAGIC + header(width, height) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def write(path, width, height, channels=3, bits=8, sample=None):
    with open(path, "wb") as file:
        file.write(encode(width, height, channels, bits, sample))
    return path


def shape(path):
    """(width, height, channels, bits) of a PNG file."""
    with open(path, "rb") as file:
        start = file.read(26)
    if start[:8] != MAGIC:
        raise ValueError(f"{path} is no PNG")
    width, height, bits, colour = struct.unpack(">IIBB", start[16:26])
    return width, height, {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}[colour], bits
