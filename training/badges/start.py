"""Weights to go on from: a checkpoint, or an exported net, whose normalisation export folded into the convolutions."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from badges.samples import MAKES


def layers_of(path):
    """(weight, bias) of the convolutions of an ONNX file, from the picture to the answer."""
    graph = onnx.load(path).graph
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()).float() for t in graph.initializer}
    values.update({node.output[0]: values[node.input[0]] for node in graph.node if node.op_type == "Cast" and node.input[0] in values})
    return [(values[node.input[1]], values[node.input[2]]) for node in graph.node if node.op_type == "Conv"]


def fill_head(head, weight, bias, new):
    known = [0] + [1 + number for number, make in enumerate(MAKES) if make not in new]
    if len(known) != len(bias):
        raise SystemExit(f"the net to go on from knows {len(bias) - 1} makes, these are {len(known) - 1}: name those that it lacks with --new")
    with torch.no_grad():
        head.weight[known], head.bias[known] = weight, bias
        head.bias[[1 + MAKES.index(make) for make in new]] = bias[1:].mean()


def from_onnx(net, path, new, batch):
    """A folded convolution gives what it should; the normalisation behind it gets the mean and the spread that it sees on a batch, and gives both back."""
    layers = layers_of(path)
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    if len(layers) != len(convolutions) or len(norms) != len(convolutions) - 1:
        raise SystemExit(f"{path} has {len(layers)} convolutions, the net {len(convolutions)}")
    hooks = []
    for module, norm, (weight, bias) in zip(convolutions, norms, layers):
        module.weight.data.copy_(weight)

        def measure(norm, inputs, bias=bias):
            mean, spread = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3))
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(spread)
            norm.weight.data.copy_(torch.sqrt(spread + norm.eps))
            norm.bias.data.copy_(mean + bias)

        hooks.append(norm.register_forward_pre_hook(measure))
    fill_head(net.head, *layers[-1], new)
    with torch.no_grad():
        net.eval()(batch())
    for hook in hooks:
        hook.remove()


def started(net, path, new, batch):
    if path.endswith(".onnx"):
        return from_onnx(net, path, new, batch)
    state = torch.load(path)
    weight, bias = state.pop("head.weight"), state.pop("head.bias")
    net.load_state_dict(state, strict=False)
    return fill_head(net.head, weight, bias, new)
