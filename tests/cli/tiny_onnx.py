"""Writes small ONNX files without a library: just enough protobuf for networks good and bad."""

import struct

FLOAT, INT64, DOUBLE, BFLOAT16, INT8 = 1, 7, 11, 16, 3


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def attribute(name, value):
    if isinstance(value, float):
        body = varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    elif isinstance(value, int):
        body = number(3, value) + number(20, 2)
    elif isinstance(value, str):
        body = message(4, value) + number(20, 3)
    else:
        body = b"".join(number(8, v) for v in value) + number(20, 7)
    return message(1, name) + body


def node(op, inputs, outputs, name=None, **attributes):
    body = b"".join(message(1, i) for i in inputs) + b"".join(message(2, o) for o in outputs)
    body += message(3, name or outputs[0]) + message(4, op)
    return body + b"".join(message(5, attribute(k, v)) for k, v in attributes.items())


def tensor(name, dims, values, data_type=FLOAT):
    letter = {FLOAT: "f", INT64: "q", DOUBLE: "d", BFLOAT16: "H", INT8: "b"}[data_type]
    raw = struct.pack(f"<{len(values)}{letter}", *values)
    return b"".join(number(1, d) for d in dims) + number(2, data_type) + message(8, name) + message(9, raw)


def value_info(name, dims, data_type=FLOAT):
    """A dimension of 0 is left open."""
    shape = b"".join(message(1, number(1, d) if d else message(2, "open")) for d in dims)
    return message(1, name) + message(2, message(1, number(1, data_type) + message(2, shape)))


def model(nodes, initializers=(), inputs=None, outputs=None, metadata=(), opset=13):
    graph = b"".join(message(1, n) for n in nodes) + message(2, "tiny")
    graph += b"".join(message(5, t) for t in initializers)
    graph += b"".join(message(11, v) for v in inputs or [value_info("x", [1, 3, 0, 0])])
    graph += b"".join(message(12, v) for v in outputs or [value_info("y", [1, 3, 0, 0])])
    body = number(1, 8) + message(7, graph) + message(8, message(1, "") + number(2, opset))
    return body + b"".join(message(14, message(1, k) + message(2, v)) for k, v in metadata)


def enlarger(factor=2.0, channels=3, width=0, height=0, metadata=(("input_range", "1"), ("colour", "RGB"))):
    """Repeats every pixel `factor` times."""
    return model(
        [node("Resize", ["x", "", "factors"], ["y"], mode="nearest", coordinate_transformation_mode="asymmetric",
              nearest_mode="floor")],
        [tensor("factors", [4], [1.0, 1.0, factor, factor])],
        [value_info("x", [1, channels, height, width])], [value_info("y", [1, channels, 0, 0])], metadata)


def shuffler(channels=3, middle=None, metadata=(("input_range", "1"), ("colour", "RGB"))):
    """Doubles a picture as networks do: convolution, ReLU, `middle` (an operator of one input), convolution, pixel
    shuffle, and the enlarged picture is added."""
    kernel = dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    texture = [((i * 37) % 101 - 50) / 250 for i in range(9 * 8 * 4 * channels)]
    nodes = [node("Conv", ["x", "w1", "b1"], ["c1"], **kernel), node("Relu", ["c1"], ["r"])]
    if middle:
        nodes.append(node(middle, ["r"], ["m"]))
    nodes += [
        node("Conv", ["m" if middle else "r", "w2"], ["c2"], **kernel),
        node("DepthToSpace", ["c2"], ["d"], blocksize=2, mode="CRD"),
        node("Resize", ["x", "", "factors"], ["u"], mode="nearest", coordinate_transformation_mode="asymmetric",
             nearest_mode="floor"),
        node("Add", ["d", "u"], ["y"])]
    initializers = [tensor("w1", [8, channels, 3, 3], texture[:8 * channels * 9]), tensor("b1", [8], [i / 20 for i in range(8)]),
                    tensor("w2", [4 * channels, 8, 3, 3], [v / 4 for v in texture]),
                    tensor("factors", [4], [1.0, 1.0, 2.0, 2.0])]
    return model(nodes, initializers, [value_info("x", [1, channels, 0, 0])], [value_info("y", [1, channels, 0, 0])],
                 metadata)
