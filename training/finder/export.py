#!/usr/bin/env python3
"""Writes a trained plate finder as ONNX, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys
import warnings

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from finder.model import PlateFinder
from half import write_half


class Whole(torch.nn.Module):
    """With the sigmoid inside, as the C++ reads it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, picture):
        scores, corners = self.net(picture)
        return torch.sigmoid(scores), corners


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    net = PlateFinder()
    net.load_state_dict(torch.load(sys.argv[1]))
    axes = {"picture": {0: "n", 2: "h", 3: "w"}, "scores": {0: "n", 2: "h8", 3: "w8"}, "corners": {0: "n", 2: "h8", 3: "w8"}}
    torch.onnx.export(Whole(net.eval()), torch.zeros(1, 3, 384, 640), sys.argv[2], opset_version=13, input_names=["picture"], output_names=["scores", "corners"],
                      dynamic_axes=axes)
    write_half(sys.argv[2])


if __name__ == "__main__":
    main()
