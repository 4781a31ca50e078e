"""Keeps an ONNX file's large weights in half precision, each behind a Cast that the runtime folds away when it loads: half the size, the same speed."""
import sys
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST_VALUES = 256


def write_half(path):
    model = onnx.load(path)
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < LEAST_VALUES or np.abs(values).max() > 60000:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def export(usage, net, answers, shape, inputs, outputs, **how):
    """The program of those that export: CHECKPOINT.pt OUT.onnx. answers(net, picture): what the C++ reads of the net, for a picture of `shape`."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, picture):
            return answers(self.net, picture)

    if len(sys.argv) != 3:
        sys.exit(usage)
    warnings.filterwarnings("ignore")
    net.load_state_dict(torch.load(sys.argv[1]))
    torch.onnx.export(Whole().eval(), torch.zeros(1, 3, *shape), sys.argv[2], **{"opset_version": 14, "input_names": inputs, "output_names": outputs, **how})
    write_half(sys.argv[2])
