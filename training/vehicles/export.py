#!/usr/bin/env python3
"""Writes a trained net as ONNX, the colours' part of it, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys
import warnings

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from half import write_half
from vehicles.camera import SEEN
from vehicles.model import VehicleNet


class Colors(torch.nn.Module):
    """With the softmax inside, as the C++ reads it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, pictures):
        return torch.softmax(self.net.split(self.net(pictures))[0], 1)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    net = VehicleNet()
    net.load_state_dict(torch.load(sys.argv[1]))
    torch.onnx.export(Colors(net.eval()), torch.zeros(1, 3, SEEN[1], SEEN[0]), sys.argv[2], opset_version=14, input_names=["pictures"], output_names=["colors"])
    write_half(sys.argv[2])


if __name__ == "__main__":
    main()
