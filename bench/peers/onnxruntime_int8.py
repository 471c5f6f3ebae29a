"""ONNX Runtime's own INT8 form of a float network: QDQ by its static quantizer, kept beside the packages of the venv."""

import hashlib
import logging
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image

LARGEST_SIDE_PX = 192  # of a calibration picture; MinMax ranges settle long before


def facts(path):
    """(input's name, channels, range, scale) of a network file."""
    session = onnxruntime.InferenceSession(str(path), quiet_options(1), providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    first = session.get_inputs()[0]
    return first.name, first.shape[1], float(metadata.get("input_range", "1")), int(metadata.get("scale", "1"))


def quiet_options(threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def small_picture(path, channels, value_range, scale):
    """A photograph reduced by the scale, as a network's input."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB" if channels == 3 else "L")
        picture = picture.resize((picture.width // scale, picture.height // scale), Image.Resampling.BICUBIC)
        picture = picture.crop((0, 0, min(picture.width, LARGEST_SIDE_PX), min(picture.height, LARGEST_SIDE_PX)))
    samples = np.asarray(picture, np.float32).reshape(picture.height, picture.width, channels)
    return samples.transpose(2, 0, 1)[None] * np.float32(value_range / 255)


class Photographs(CalibrationDataReader):
    def __init__(self, network, pictures):
        name, channels, value_range, scale = facts(network)
        self.feeds = iter([{name: small_picture(path, channels, value_range, scale)} for path in pictures])

    def get_next(self):
        return next(self.feeds, None)


def cached_path(network, pictures):
    key = hashlib.sha256(network.read_bytes())
    for part in (onnxruntime.__version__, *(path.name for path in pictures)):
        key.update(part.encode())
    return Path(sys.prefix) / "int8" / f"{network.stem}-{key.hexdigest()[:16]}.onnx"


def int8_file(network, pictures):
    """The file: unsigned activations, signed weights, a scale a channel. Raises what the quantizer raises."""
    path = cached_path(network, pictures)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.onnx")
        logging.disable(logging.WARNING)
        try:
            quantize_static(str(network), str(unfinished), Photographs(network, pictures), quant_format=QuantFormat.QDQ,
                            per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
            logging.disable(logging.NOTSET)
    return path
