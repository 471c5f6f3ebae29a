"""What the runtimes need to know of a network file, and pictures as it takes them."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

LARGEST_SIDE_PX = 192  # of a calibration picture; MinMax ranges settle long before


@dataclass
class Facts:
    input_name: str
    size_names: list  # names of the input's open dimensions, None where one is fixed
    channels: int
    value_range: float  # what white is
    scale: int


def facts(path):
    model = onnx.load(str(path), load_external_data=False)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    first = model.graph.input[0]
    dimensions = first.type.tensor_type.shape.dim
    return Facts(first.name, [dimension.dim_param or None for dimension in dimensions], dimensions[1].dim_value,
                 float(metadata.get("input_range", "1")), int(metadata.get("scale", "1")))


def planes(picture, known):
    """A Pillow picture as the network's input, float32 [1, C, H, W]."""
    picture = picture.convert("RGB" if known.channels == 3 else "L")
    samples = np.asarray(picture, np.float32).reshape(picture.height, picture.width, known.channels)
    return np.ascontiguousarray(samples.transpose(2, 0, 1)[None] * np.float32(known.value_range / 255))


def picture_of_size(path, size, known):
    with Image.open(path) as picture:
        return planes(picture.resize(size, Image.Resampling.BICUBIC), known)


def small_picture(path, known):
    """A photograph reduced by the scale: what ranges are calibrated on."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        picture = picture.resize((picture.width // known.scale, picture.height // known.scale), Image.Resampling.BICUBIC)
        return planes(picture.crop((0, 0, min(picture.width, LARGEST_SIDE_PX), min(picture.height, LARGEST_SIDE_PX))), known)


def kept_path(network, maker, pictures, suffix):
    """Where a form of the network lies that `maker` (tool and version) made of it: beside the packages of the venv."""
    key = hashlib.sha256(network.read_bytes())
    for part in (maker, *(path.name for path in pictures)):
        key.update(part.encode())
    folder = Path(sys.prefix) / "forms"
    folder.mkdir(exist_ok=True)
    return folder / f"{network.stem}-{key.hexdigest()[:16]}{suffix}"
