#!/usr/bin/env python3
"""Writes a trained plate finder as ONNX, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from finder.model import PlateFinder
from half import export


def answers(net, picture):
    scores, corners = net(picture)
    return torch.sigmoid(scores), corners


if __name__ == "__main__":
    axes = {"picture": {0: "n", 2: "h", 3: "w"}, "scores": {0: "n", 2: "h8", 3: "w8"}, "corners": {0: "n", 2: "h8", 3: "w8"}}
    export(__doc__, PlateFinder(), answers, (384, 640), ["picture"], ["scores", "corners"], opset_version=13, dynamic_axes=axes)
