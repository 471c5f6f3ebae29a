"""ncnn, FP32, on networks converted by pnnx. Its quantizing tools (ncnn2table, ncnn2int8) are in no Python package: no INT8."""

import importlib.util
import os
import subprocess
import tempfile
from pathlib import Path

import ncnn
import numpy as np
import onnx

from network_file import kept_path
from sums_as_means import sums_as_means
from timed_runs import TimedRuns


def converted(network, shape):
    """The .param file, the .bin file beside it."""
    package = importlib.util.find_spec("pnnx")  # never imported: that would want PyTorch
    if package is None:
        raise RuntimeError("pnnx, which converts ONNX files for ncnn, is not installed")
    text = f"[{','.join(map(str, shape))}]"
    path = kept_path(network, f"ncnn {ncnn.__version__} {text} means", [], ".param")
    if path.exists():
        return path
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "network.onnx"
        onnx.save(sums_as_means(network, shape), str(copy))
        program = Path(package.submodule_search_locations[0]) / "pnnx"
        done = subprocess.run([program, copy, f"inputshape={text}", "fp16=0"], cwd=folder, capture_output=True, check=False)
        made = copy.with_name("network.ncnn.param")
        if done.returncode != 0 or not made.exists():
            raise RuntimeError(f"pnnx does not convert {network.name} (it ended with {done.returncode})")
        path.with_suffix(".bin").write_bytes(made.with_suffix(".bin").read_bytes())
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(made.read_bytes())
        unfinished.rename(path)
    return path


class Ncnn(TimedRuns):
    def __init__(self, label, task):
        super().__init__(label, task.runs)
        path = converted(task.network, task.feed.shape)
        self.net = ncnn.Net()
        self.net.opt.num_threads = task.threads
        self.net.opt.use_vulkan_compute = False
        self.net.opt.use_fp16_storage = self.net.opt.use_bf16_storage = False
        if self.net.load_param(str(path)) != 0 or self.net.load_model(str(path.with_suffix(".bin"))) != 0:
            raise RuntimeError("ncnn does not load what pnnx made")
        self.feed = ncnn.Mat(task.feed[0])

    def run(self):
        extractor = self.net.create_extractor()
        extractor.input(self.net.input_names()[0], self.feed)
        status, output = extractor.extract(self.net.output_names()[0])
        if status != 0:
            raise RuntimeError(f"ncnn fails with {status}")
        return np.array(output)


def version():
    return f"ncnn {ncnn.__version__}"


def forms(task):
    yield "ncnn fp32", lambda label: Ncnn(label, task)
