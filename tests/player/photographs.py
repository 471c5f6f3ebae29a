"""RGB pictures of 8 bits as (width, height, bytes): PNG files read and written, PPM written, without a library."""

import struct
import zlib

MAGIC = b"\x89PNG\r\n\x1a\n"


def predict(kind, left, above, corner):
    """What a PNG filter takes away from a byte."""
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda value: abs(guess - value))
    return (0, left, above, (left + above) // 2)[kind]


def read_png(path):
    data = path.read_bytes()
    if data[:8] != MAGIC or data[24:29] != b"\x08\x02\x00\x00\x00":
        raise ValueError(f"{path}: not an 8-bit RGB PNG without interlace")
    width, height = struct.unpack(">II", data[16:24])
    packed, at = b"", 8
    while at < len(data):
        size, = struct.unpack(">I", data[at:at + 4])
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    raw, rows, above = zlib.decompress(packed), b"", bytes(3 * width)
    for y in range(height):
        kind, *row = raw[y * (3 * width + 1):(y + 1) * (3 * width + 1)]
        for i, value in enumerate(row):
            left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            row[i] = (value + predict(kind, left, above[i], corner)) & 255
        above = bytes(row)
        rows += above
    return width, height, rows


def crop(picture, width, height):
    """At most so much of the middle."""
    full_width, full_height, samples = picture
    width, height = min(width, full_width), min(height, full_height)
    x, y = (full_width - width) // 2, (full_height - height) // 2
    starts = (3 * (row * full_width + x) for row in range(y, y + height))
    return width, height, b"".join(samples[start:start + 3 * width] for start in starts)


def write_png(path, picture):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    width, height, samples = picture
    rows = b"".join(b"\0" + samples[3 * width * y:3 * width * (y + 1)] for y in range(height))
    path.write_bytes(MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def ppm(picture):
    width, height, samples = picture
    return b"P6\n%d %d\n255\n" % (width, height) + samples
