#!/usr/bin/env python3
"""Writes a trained badge net as ONNX, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys
import warnings

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from badges.model import BadgeNet
from badges.samples import MAKES
from badges.train import AREA
from half import write_half


class Whole(torch.nn.Module):
    """With the softmax inside, as the C++ reads it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, pictures):
        return torch.softmax(self.net(pictures), 1)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    net = BadgeNet(len(MAKES))
    net.load_state_dict(torch.load(sys.argv[1]))
    torch.onnx.export(Whole(net.eval()), torch.zeros(1, 3, AREA[1], AREA[0]), sys.argv[2], opset_version=14, input_names=["pictures"], output_names=["makes"])
    write_half(sys.argv[2])


if __name__ == "__main__":
    main()
