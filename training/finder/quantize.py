#!/usr/bin/env python3
"""Writes the plate finder with 8-bit numbers, for processors that multiply them in one step.

usage: quantize.py FLOAT.onnx OUT.onnx

Takes the ranges of all values between the layers from 160 of the pictures that training may see (road frames and pictures without
plates, each in the sizes and crops that the program shows the net), and keeps the two last convolutions, where corners are told to a
fraction of a pixel, in floats. Weights have a scale for each output channel.
"""
import os
import sys

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from finder.dataset import VALIDATION_NAMES
from splits import data_folder, negatives

PICTURES = 60
LONGER_SIDE_PX, SMALLER_BY, CLOSE_PX = 640, 3.2, (160, 128)
BEYOND = 2e-5  # this share of a layer's values lies outside its range and is cut off


def shown(picture, scale):
    h, w = (max(32, round(side * scale)) for side in picture.shape[:2])
    small = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA)
    return np.pad(small, ((0, -h % 32), (0, -w % 32), (0, 0)))


def pictures():
    rng = np.random.default_rng(11)
    road = os.path.join(data_folder(), "train", "eu-road")
    frames = sorted(n for n in os.listdir(road) if not n.startswith(VALIDATION_NAMES) and not n.endswith(".tsv"))
    paths = [os.path.join(road, n) for n in frames] + negatives(training=True)
    for i in rng.permutation(len(paths))[:PICTURES]:
        picture = cv2.imread(paths[i])
        scale = LONGER_SIDE_PX / max(picture.shape[:2])
        yield shown(picture, min(1, scale))
        yield shown(picture, min(1, scale) / SMALLER_BY)
        w, h = CLOSE_PX
        if picture.shape[0] > h and picture.shape[1] > w:
            x, y = rng.integers(picture.shape[1] - w), rng.integers(picture.shape[0] - h)
            yield picture[y:y + h, x:x + w]


class Graph:
    def __init__(self, path):
        self.model = onnx.load(path)
        graph = self.model.graph
        self.values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.nodes = []
        for node in graph.node:
            if node.op_type == "Cast":
                self.values[node.output[0]] = self.values[node.input[0]].astype("f4")
            elif node.op_type == "Constant":
                self.values[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            else:
                self.nodes.append(node)
        self.entry, self.exits = graph.input[0].name, [o.name for o in graph.output]

    def how(self, node):
        return {a.name: list(a.ints) if a.ints else a.i for a in node.attribute if a.name != "mode"}

    def run(self, picture):
        """Every value on the way, by name."""
        at = {self.entry: torch.from_numpy(picture.astype("f4") / 255).permute(2, 0, 1)[None]}
        for node in self.nodes:
            x, out = at[node.input[0]], node.output[0]
            if node.op_type == "Conv":
                how = self.how(node)
                kernel, bias = (torch.from_numpy(np.array(self.values[i])) for i in node.input[1:3])
                at[out] = F.conv2d(x, kernel, bias, how["strides"], how["pads"][:2], how.get("dilations", [1, 1]))
            elif node.op_type == "Relu":
                at[out] = F.relu(x)
            elif node.op_type == "Add":
                at[out] = x + at[node.input[1]]
            elif node.op_type == "Resize":
                at[out] = F.interpolate(x, scale_factor=2.0, mode="nearest")
            elif node.op_type == "Sigmoid":
                at[out] = torch.sigmoid(x)
            else:
                raise ValueError(f"operator {node.op_type} is not known")
        return at

    def user(self, name):
        users = [n for n in self.nodes if name in n.input]
        return users[0] if len(users) == 1 else None


class Quantizer:
    def __init__(self, graph, ranges):
        self.graph, self.ranges = graph, ranges
        self.nodes, self.weights, self.known = [], {}, {}

    def weight(self, name, value):
        self.weights[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def steps(self, name):
        """Names of the scale and the zero point of what stands under a name."""
        if name not in self.known:
            low, high = self.ranges[name]
            low, high = min(low, 0.0), max(high, 1e-6)
            scale = (high - low) / 255
            self.known[name] = [self.weight(name + "_scale", np.float32(scale)), self.weight(name + "_zero", np.uint8(round(-low / scale)))]
        return self.known[name]

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def conv(self, node, output):
        source, kernel, bias = node.input[0], np.array(self.graph.values[node.input[1]], "f8"), np.array(self.graph.values[node.input[2]], "f8")
        scales = np.maximum(np.abs(kernel).max((1, 2, 3)) / 127, 1e-9)
        source_scale = numpy_helper.to_array(self.weights[self.steps(source)[0]])
        whole = np.clip(np.round(kernel / scales[:, None, None, None]), -127, 127).astype("i1")
        name = node.output[0]
        inputs = [source, *self.steps(source), self.weight(name + "_w", whole), self.weight(name + "_w_scale", scales.astype("f4")),
                  self.weight(name + "_w_zero", np.zeros(len(scales), "i1")), *self.steps(output),
                  self.weight(name + "_b", np.round(bias / (source_scale * scales)).astype("i4"))]
        self.node("QLinearConv", inputs, output, **self.graph.how(node))

    def as_float(self, name):
        if name + "_float" not in self.known:
            self.node("DequantizeLinear", [name, *self.steps(name)], name + "_float")
            self.known[name + "_float"] = name + "_float"
        return name + "_float"

    def last_conv(self, node):
        names = [self.weight(i, np.array(self.graph.values[i], "f4")) for i in node.input[1:3]]
        self.node("Conv", [self.as_float(node.input[0]), *names], node.output[0], **self.graph.how(node))

    def quantize(self):
        entry, inside = self.graph.entry, self.graph.entry + "_bytes"
        self.ranges[inside] = self.ranges[entry] = (0.0, 1.0)
        self.node("QuantizeLinear", [entry, *self.steps(inside)], inside)
        for node in self.graph.nodes:
            for i, name in enumerate(node.input):
                if name == entry:
                    node.input[i] = inside
            # What Relu gives starts at zero: a range that does so too cuts off the rest, and Relu itself is gone.
            after = self.graph.user(node.output[0]) if node.op_type in ("Conv", "Add") else None
            output = after.output[0] if after is not None and after.op_type == "Relu" else node.output[0]
            if node.op_type == "Conv" and output in self.ranges and not self.is_last(output):
                self.conv(node, output)
            elif node.op_type == "Conv":
                self.last_conv(node)
            elif node.op_type == "Add":
                a, b = node.input
                self.node("QLinearAdd", [a, *self.steps(a), b, *self.steps(b), *self.steps(output)], output, domain="com.microsoft")
            elif node.op_type == "Resize":
                self.known[node.output[0]] = self.steps(node.input[0])
                copy = onnx.NodeProto()
                copy.CopyFrom(node)
                for name in copy.input:
                    if name in self.graph.values:
                        self.weight(name, self.graph.values[name])
                self.nodes.append(copy)
            elif node.op_type == "Sigmoid":
                self.nodes.append(node)
        return self.nodes, list(self.weights.values())

    def is_last(self, name):
        user = self.graph.user(name)
        return name in self.graph.exits or (user is not None and user.op_type == "Sigmoid")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    graph = Graph(sys.argv[1])
    lows, highs = {}, {}
    with torch.no_grad():
        for picture in pictures():
            for name, value in graph.run(picture).items():
                values = value.flatten().numpy()
                lows.setdefault(name, []).append(np.quantile(values, BEYOND))
                highs.setdefault(name, []).append(np.quantile(values, 1 - BEYOND))
    ranges = {name: (float(np.min(lows[name])), float(np.max(highs[name]))) for name in lows}
    old = graph.model.graph
    nodes, weights = Quantizer(graph, ranges).quantize()
    whole = helper.make_graph(nodes, "plate-finder", list(old.input), list(old.output), weights)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)])
    model.ir_version = 7
    onnx.save(model, sys.argv[2])
    print(f"{sys.argv[2]}: {os.path.getsize(sys.argv[2])} bytes, {len(nodes)} nodes")


if __name__ == "__main__":
    main()
