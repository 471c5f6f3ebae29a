"""ONNX Runtime's own INT8 form of a float network: QDQ by its static quantizer."""

import logging
import os

import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from network_file import facts, kept_path, small_picture


class Photographs(CalibrationDataReader):
    def __init__(self, network, pictures):
        known = facts(network)
        self.feeds = iter([{known.input_name: small_picture(path, known)} for path in pictures])

    def get_next(self):
        return next(self.feeds, None)


def int8_file(network, pictures, symmetric=False):
    """The file: unsigned activations, signed weights, a scale a channel; `symmetric`: only what convolutions read, in signed
    activations without zero points. Raises what the quantizer raises."""
    path = kept_path(network, f"onnxruntime {onnxruntime.__version__} symmetric={symmetric}", pictures, ".onnx")
    activations = {"activation_type": QuantType.QUInt8}
    if symmetric:
        activations = {"activation_type": QuantType.QInt8, "op_types_to_quantize": ["Conv", "ConvTranspose"],
                       "extra_options": {"ActivationSymmetric": True}}
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}.onnx")
        logging.disable(logging.WARNING)
        try:
            quantize_static(str(network), str(unfinished), Photographs(network, pictures), quant_format=QuantFormat.QDQ,
                            per_channel=True, weight_type=QuantType.QInt8, **activations)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
            logging.disable(logging.NOTSET)
    return path
