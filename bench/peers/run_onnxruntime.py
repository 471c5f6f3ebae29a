"""ONNX Runtime, FP32 and INT8."""

import onnxruntime

import onnxruntime_int8
from network_file import facts
from timed_runs import TimedRuns


def quiet_options(threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


class OnnxRuntime(TimedRuns):
    def __init__(self, label, path, task):
        super().__init__(label, task.runs)
        known, options = facts(path), quiet_options(task.threads)
        for name, size in zip(known.size_names, task.feed.shape):
            if name:
                options.add_free_dimension_override_by_name(name, size)
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.feed = {known.input_name: task.feed}

    def run(self):
        return self.session.run(None, self.feed)[0]


def version():
    return f"ONNX Runtime {onnxruntime.__version__}"


def forms(task):
    """(label, how to make it) of what this runtime can be measured as."""
    yield "ONNX Runtime fp32", lambda label: OnnxRuntime(label, task.network, task)
    yield "ONNX Runtime int8", lambda label: OnnxRuntime(
        label, onnxruntime_int8.int8_file(task.network, task.calibration), task)
