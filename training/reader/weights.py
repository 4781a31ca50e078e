"""The weights of a plate reader, from a checkpoint of train.py or from the ONNX file that export.py made of one.

    net.load_state_dict(weights_of("models/plate-reader.onnx"))

An ONNX file holds them in half precision, which training on does not notice. Only it is kept with the program, so that training can go on
without the checkpoint.
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper

PREFIX, HALF = "net.", "_half"
# What export.py leaves without a name: the matrices of the linear layers, in the order in which they are used, turned over.
LINEAR = [f"blocks.{block}.{layer}.weight" for block in (0, 1) for layer in ("qkv", "proj", "up", "down")] + ["head.weight"]


def from_onnx(path):
    graph = onnx.load(path).graph
    stored = {t.name.removesuffix(HALF): np.array(numpy_helper.to_array(t), np.float32) for t in graph.initializer}
    weights = {name.removeprefix(PREFIX): value for name, value in stored.items() if name.startswith(PREFIX)}
    products = [name for node in graph.node if node.op_type == "MatMul" for name in node.input if name in stored]
    if len(products) != len(LINEAR):
        raise SystemExit(f"{path} is no plate reader: {len(products)} matrices instead of {len(LINEAR)}")
    weights.update((name, stored[product].T) for name, product in zip(LINEAR, products))
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in weights.items()}


def weights_of(path):
    return from_onnx(path) if path.endswith(".onnx") else torch.load(path)
