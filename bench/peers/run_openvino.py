"""OpenVINO: FP32, what it does by default (BF16 where the processor has it), and INT8 in several forms, since none of them
is the fastest on every network: NNCF's post-training quantization, OpenVINO's own; the same on 8-bit pictures, which spares
it float planes; and QDQ files of ONNX Runtime's quantizer, with signed activations without zero points too, which it likes
better."""

import contextlib
import logging
import os

import numpy as np
import openvino
from openvino import Layout, Type
from openvino import opset13 as operators
from openvino.preprocess import PrePostProcessor
from openvino.utils.decorators import custom_preprocess_function

import onnxruntime_int8
from network_file import facts, kept_path, small_picture
from timed_runs import TimedRuns


class OpenVino(TimedRuns):
    def __init__(self, label, path, task, precision=None):
        super().__init__(label, task.runs)
        core = openvino.Core()
        model = self.prepared(core.read_model(str(path)), task)
        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": task.threads}
        if precision:
            settings["INFERENCE_PRECISION_HINT"] = precision
        self.compiled = core.compile_model(model, "CPU", settings)
        self.request, self.feed = self.compiled.create_infer_request(), [task.feed]

    def prepared(self, model, task):
        model.reshape(list(task.feed.shape))
        return model

    def run(self):
        self.request.infer(self.feed)
        return self.request.get_output_tensor().data


class DefaultPrecision(OpenVino):
    def __init__(self, label, path, task):
        super().__init__(label, path, task)
        chosen = self.compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        if chosen == "f32":
            raise RuntimeError("it runs in float32 here by itself")


class OfPictures(OpenVino):
    """Takes and makes pictures of 8 bits, channels last, as nawqsr does; rounding is left out."""

    def __init__(self, label, path, task):
        super().__init__(label, path, task)
        self.value_range = facts(task.network).value_range
        self.feed = [np.rint(task.feed * (255 / self.value_range)).astype(np.uint8).transpose(0, 2, 3, 1).copy()]

    def prepared(self, model, task):
        value_range = facts(task.network).value_range
        model.reshape(list(task.feed.shape))
        around = PrePostProcessor(model)
        around.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
        around.input().model().set_layout(Layout("NCHW"))
        around.output().model().set_layout(Layout("NCHW"))
        around.output().tensor().set_layout(Layout("NHWC")).set_element_type(Type.u8)
        around.input().preprocess().convert_element_type(Type.f32).scale(255 / value_range)

        @custom_preprocess_function
        def to_codes(planes):
            return operators.clamp(operators.multiply(planes, np.float32(255 / value_range)), 0.0, 255.0)

        around.output().postprocess().custom(to_codes)
        return around.build()

    def output(self):
        return self.run().transpose(0, 3, 1, 2) * (self.value_range / 255)


def nncf_file(network, pictures):
    import nncf  # takes seconds, and only the first time is it needed

    path = kept_path(network, f"nncf {nncf.__version__}", pictures, ".xml")
    if not path.exists():
        nncf.set_log_level(logging.ERROR)
        known = facts(network)
        with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
            quantized = nncf.quantize(openvino.Core().read_model(str(network)),
                                      nncf.Dataset([small_picture(picture, known) for picture in pictures]))
        openvino.save_model(quantized, str(path), compress_to_fp16=False)
    return path


def version():
    return f"OpenVINO {openvino.__version__.split('-')[0]}"


def forms(task):
    yield "OpenVINO fp32", lambda label: OpenVino(label, task.network, task, "f32")
    yield "OpenVINO bf16", lambda label: DefaultPrecision(label, task.network, task)
    yield "OpenVINO int8 (NNCF)", lambda label: OpenVino(label, nncf_file(task.network, task.calibration), task)
    yield "OpenVINO int8 (NNCF on 8-bit pictures)", lambda label: OfPictures(
        label, nncf_file(task.network, task.calibration), task)
    yield "OpenVINO int8 (QDQ file)", lambda label: OpenVino(
        label, onnxruntime_int8.int8_file(task.network, task.calibration), task)
    yield "OpenVINO int8 (symmetric QDQ file)", lambda label: OpenVino(
        label, onnxruntime_int8.int8_file(task.network, task.calibration, symmetric=True), task)
