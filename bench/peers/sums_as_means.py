"""ReduceSum of a network at one size as ReduceMean times a number. From opset 13 on its axes are an input, which pnnx
overlooks: what it makes then sums over everything, or nothing. ReduceMean keeps them as an attribute until opset 18."""

import math

import numpy as np
import onnx
from onnx import helper, numpy_helper, shape_inference


def with_size(model, shape):
    dimensions = model.graph.input[0].type.tensor_type.shape.dim
    for dimension, size in zip(dimensions, shape):
        dimension.dim_value = size
    return shape_inference.infer_shapes(model, data_prop=True)


def constants(graph):
    found = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    found.update({node.output[0]: numpy_helper.to_array(node.attribute[0].t) for node in graph.node
                  if node.op_type == "Constant" and node.attribute[0].name == "value"})
    return found


def shapes(graph):
    return {value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim] for value in graph.value_info}


def replaced(node, axes, shape):
    """The two nodes and the number that take a ReduceSum's place."""
    keeps = next((entry.i for entry in node.attribute if entry.name == "keepdims"), 1)
    count = math.prod(shape[axis] for axis in axes)
    mean, number = f"{node.output[0]}_mean", f"{node.output[0]}_count"
    return [helper.make_node("ReduceMean", [node.input[0]], [mean], axes=list(map(int, axes)), keepdims=keeps),
            helper.make_node("Mul", [mean, number], [node.output[0]])], numpy_helper.from_array(np.float32(count), number)


def sums_as_means(path, shape):
    """The model of the file `path`; as it is where it has no such sums, or where pnnx understands them."""
    model = onnx.load(str(path))
    if not 13 <= model.opset_import[0].version < 18 or all(node.op_type != "ReduceSum" for node in model.graph.node):
        return model
    model = with_size(model, shape)
    known, sizes, nodes = constants(model.graph), shapes(model.graph), []
    for node in model.graph.node:
        axes = known.get(node.input[1]) if node.op_type == "ReduceSum" and len(node.input) > 1 else None
        if axes is None or 0 in (sizes.get(node.input[0]) or [0]):
            nodes.append(node)
            continue
        two, count = replaced(node, axes, sizes[node.input[0]])
        nodes.extend(two)
        model.graph.initializer.append(count)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model
